"""Which way each field flows and who wins: chosen in the pop-up, kept, refused where impossible."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse

from raccord.connections import describing, flows, mappings, transfers
from raccord.connections.mappings import MappingLine
from raccord.connections.models import DataTransfer
from raccord.connections.transfers import TransferSettings
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, OnlyThere, Rule
from raccord.engine.schema import RemoteObject
from raccord.sync import activate
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.silent_source import silence

pytestmark = pytest.mark.django_db(transaction=True)

LAST_NAME = MappingLine("last_name", "LastName")
EMAIL = MappingLine("email", "Email")
NEWSLETTER = MappingLine("newsletter", "HasOptedOutOfEmail", transform="consent_to_opt_out")


@pytest.fixture
def project() -> Project:
    return scene.a_project()


@pytest.fixture
def transfer(simulator: Simulator, project: Project) -> DataTransfer:
    return scene.a_transfer(project, scene.an_application_grant())


@pytest.fixture
def remote(transfer: DataTransfer) -> RemoteObject:
    return describing.described(transfer)


@pytest.fixture
def browser(simulator: Simulator) -> Client:
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=True)
    client.force_login(scene.a_person())
    return client


def mapping_of(transfer: DataTransfer) -> str:
    return reverse("mapping", args=[transfer.connection.project.slug, transfer.pk])


def form(lines: Sequence[MappingLine], act: str = "save", **more: str) -> dict[str, object]:
    """What the pop-up posts."""
    return {
        "line_field": [line.field for line in lines],
        "line_remote_field": [line.remote_field for line in lines],
        "line_direction": [str(line.direction) for line in lines],
        "line_rule": [str(line.rule) for line in lines],
        "line_transform": [line.transform for line in lines],
        "act": act,
        **more,
    }


def test_direction_and_rule_are_stored_and_shown_again(
    browser: Client, transfer: DataTransfer
) -> None:
    both = MappingLine("last_name", "LastName", Direction.BOTH, Rule.THEIRS_UNLESS_BLANK)
    came = MappingLine("email", "Email", Direction.INBOUND)
    assert browser.post(mapping_of(transfer), form([both, came])).status_code == 302
    assert mappings.stored_lines(transfer) == [both, came]
    first, second = browser.get(mapping_of(transfer)).context["lines"]
    assert (first.line.direction, first.line.rule) == (both.direction, both.rule)
    assert [name for name, _ in first.rules] == list(Rule)
    assert second.rules == ()


def test_a_rule_is_explained_with_the_field_and_the_source(
    browser: Client, transfer: DataTransfer
) -> None:
    both = MappingLine("last_name", "LastName", Direction.BOTH, Rule.OURS)
    page = browser.post(mapping_of(transfer), form([both], act="choose:direction-0"))
    assert "“Last name” is changed here and in Salesforce" in page.text
    (shown,) = page.context["lines"]
    assert (
        shown.example
        == "“Last name” is changed here and in Salesforce: the value from here is written there."
    )
    assert len(page.context["rules"]) == len(Rule)
    assert not transfer.mappings.exists()


def test_the_choice_that_was_made_keeps_the_focus(browser: Client, transfer: DataTransfer) -> None:
    lines = [LAST_NAME, MappingLine("email", "Email", Direction.BOTH)]
    page = browser.post(mapping_of(transfer), form(lines, act="choose:direction-1"))
    (focused,) = [
        part for part in page.text.split("<select")[1:] if " autofocus" in part.split(">")[0]
    ]
    assert 'id="direction-1"' in focused.split(">")[0]


def test_a_changed_direction_keeps_the_row_of_its_pair(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    mappings.save_mappings(transfer, [LAST_NAME, EMAIL], remote=remote)
    before = dict(transfer.mappings.values_list("remote_field", "pk"))
    turned = MappingLine("last_name", "LastName", Direction.BOTH, Rule.ASK)
    mappings.save_mappings(transfer, [EMAIL, turned], remote=remote)
    assert dict(transfer.mappings.values_list("remote_field", "pk")) == before
    assert mappings.stored_lines(transfer) == [EMAIL, turned]


def test_two_pairs_may_still_swap_their_fields(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    mappings.save_mappings(
        transfer, [LAST_NAME, MappingLine("company", "FirstName")], remote=remote
    )
    swapped = [MappingLine("last_name", "FirstName"), MappingLine("company", "LastName")]
    mappings.save_mappings(transfer, swapped, remote=remote)
    assert mappings.stored_lines(transfer) == swapped


def test_it_is_said_that_a_changed_direction_moves_nothing(
    browser: Client, transfer: DataTransfer, remote: RemoteObject
) -> None:
    mappings.save_mappings(transfer, [LAST_NAME], remote=remote)
    assert "moves nothing by itself" not in browser.get(mapping_of(transfer)).text
    both = MappingLine("last_name", "LastName", Direction.BOTH)
    page = browser.post(mapping_of(transfer), form([both], act="choose:direction-0"))
    assert "moves nothing by itself" in page.text
    assert "every 15 seconds while things happen, every 5 minutes" in page.text


def test_a_field_that_is_read_only_there_can_only_come_from_there(
    browser: Client, transfer: DataTransfer
) -> None:
    chosen = form([LAST_NAME], act="choose", new_field="company")
    choices = browser.post(mapping_of(transfer), chosen).context["choices"]
    assert "Name" in {choice.field.name for choice in choices.taken}
    assert "FirstName" in {choice.field.name for choice in choices.sent}
    added = form([LAST_NAME], act="add", new_field="company", new_remote="Name")
    _, line = browser.post(mapping_of(transfer), added).context["lines"]
    assert line.line.direction == Direction.INBOUND
    assert [name for name, _ in line.directions] == [Direction.INBOUND]
    forged = MappingLine("company", "Name", Direction.BOTH)
    refused = browser.post(mapping_of(transfer), form([LAST_NAME, forged]))
    assert refused.status_code == 422
    assert "cannot be written there" in refused.context["lines"][1].failure
    assert not transfer.mappings.exists()


def test_consent_has_no_rule_to_choose(browser: Client, transfer: DataTransfer) -> None:
    for direction in Direction:
        line = MappingLine(
            "newsletter", "HasOptedOutOfEmail", direction, transform="consent_to_opt_out"
        )
        page = browser.post(mapping_of(transfer), form([LAST_NAME, line], act="choose:direction-1"))
        assert page.context["lines"][1].rules == ()
        assert "A “no” always wins" in page.text


@pytest.mark.parametrize("given", ["", "sideways", "BOTH", "both\0", "x" * 10_000])
def test_a_direction_that_nobody_offers_is_none(
    browser: Client, transfer: DataTransfer, given: str
) -> None:
    posted = {**form([LAST_NAME]), "line_direction": [given], "line_rule": [given]}
    assert browser.post(mapping_of(transfer), posted).status_code == 302
    assert mappings.stored_lines(transfer) == [LAST_NAME]


def test_what_must_be_sent_to_create_is_missing_while_it_only_comes_in(
    browser: Client, transfer: DataTransfer, remote: RemoteObject
) -> None:
    came = MappingLine("last_name", "LastName", Direction.INBOUND)
    page = browser.post(mapping_of(transfer), form([EMAIL, came], act="choose:direction-1"))
    assert [field.name for field in page.context["missing"]] == ["LastName"]
    mappings.save_mappings(transfer, [EMAIL, came], remote=remote)
    reason = transfers.why_disabled(transfer, remote=remote)
    assert reason and reason.code == transfers.REQUIRED_MISSING


def test_a_data_type_may_only_receive(transfer: DataTransfer, remote: RemoteObject) -> None:
    came = MappingLine("email", "Email", Direction.INBOUND)
    mappings.save_mappings(transfer, [came], remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    assert flows.receives(transfer) and not flows.sends(transfer)


def test_a_source_that_does_not_tell_what_changes_is_only_sent_to(
    monkeypatch: pytest.MonkeyPatch,
    browser: Client,
    transfer: DataTransfer,
    remote: RemoteObject,
) -> None:
    mappings.save_mappings(
        transfer, [MappingLine("email", "Email", Direction.INBOUND)], remote=remote
    )
    silence(monkeypatch)
    reason = transfers.why_disabled(transfer, remote=remote)
    assert reason and reason.code == transfers.NOTHING_SENT
    both = MappingLine("last_name", "LastName", Direction.BOTH)
    refused = browser.post(mapping_of(transfer), form([both]))
    assert refused.status_code == 422
    assert "does not tell what changes there" in refused.text
    page = browser.post(mapping_of(transfer), form([LAST_NAME], act="choose"))
    (line,) = page.context["lines"]
    assert [name for name, _ in line.directions] == [Direction.OUTBOUND]
    settings = reverse("transfer-settings", args=[transfer.connection.project.slug, transfer.pk])
    assert "only_there" not in browser.get(settings).text


def test_people_known_there_only_become_contacts_where_that_is_chosen(
    browser: Client, transfer: DataTransfer, remote: RemoteObject
) -> None:
    lines = [MappingLine("email", "Email", Direction.BOTH), LAST_NAME]
    mappings.save_mappings(transfer, lines, remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    project = transfer.connection.project
    settings = reverse("transfer-settings", args=[project.slug, transfer.pk])
    page = browser.get(settings)
    assert page.context["form"]["only_there"].value() == OnlyThere.LINK
    assert "10,000 records take 5 calls" in page.text
    given = {"first_link_rule": "theirs", "only_here": "create", "only_there": "create"}
    assert browser.post(settings, given).status_code == 302
    transfer.refresh_from_db()
    assert transfer.only_there == OnlyThere.CREATE
    row = browser.get(reverse("connection", args=[project.slug, transfer.connection_id]))
    assert "Who is only in Salesforce becomes a contact." in row.text


@pytest.mark.parametrize("given", ["everybody", "CREATE", "create\0", "x" * 10_000])
def test_another_fate_for_them_is_refused(
    browser: Client, transfer: DataTransfer, given: str
) -> None:
    settings = reverse("transfer-settings", args=[transfer.connection.project.slug, transfer.pk])
    refused = browser.post(settings, {"first_link_rule": "theirs", "only_there": given})
    assert refused.status_code == 422
    assert "only_there" in refused.context["form"].errors
    transfer.refresh_from_db()
    assert transfer.only_there == OnlyThere.LINK


def test_without_an_answer_it_stays_as_it_is(browser: Client, transfer: DataTransfer) -> None:
    DataTransfer.objects.update(only_there=OnlyThere.IGNORE)
    settings = reverse("transfer-settings", args=[transfer.connection.project.slug, transfer.pk])
    assert browser.post(settings, {"first_link_rule": "ours"}).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.only_there, transfer.first_link_rule) == (OnlyThere.IGNORE, "ours")


def test_nobody_is_made_a_contact_without_what_identifies_one(
    browser: Client, transfer: DataTransfer, remote: RemoteObject
) -> None:
    mappings.save_mappings(transfer, [EMAIL, LAST_NAME], remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    settings = reverse("transfer-settings", args=[transfer.connection.project.slug, transfer.pk])
    given = {"first_link_rule": "theirs", "only_here": "create", "only_there": "create"}
    refused = browser.post(settings, given)
    assert refused.status_code == 422
    assert "Email does not come from there" in str(refused.context["form"].errors["only_there"])
    transfer.refresh_from_db()
    assert transfer.only_there == OnlyThere.LINK
    with pytest.raises(BadInput):
        activate.change_settings(transfer, TransferSettings(only_there=OnlyThere.CREATE))


def test_pairs_are_proposed_both_ways_and_from_there_where_nobody_may_write(
    simulator: Simulator, transfer: DataTransfer
) -> None:
    scene.read_only_field(simulator, "Contact", "Birthdate")
    remote = describing.described(transfer, fresh=True)
    proposed = {line.field: line.direction for line in mappings.propose(transfer, remote=remote)}
    assert proposed["birthdate"] == Direction.INBOUND
    assert proposed["email"] == Direction.BOTH
