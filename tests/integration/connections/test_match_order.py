"""By what people are recognised: chosen in the settings, kept in order, refused where it cannot."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from raccord.accounts.models import User
from raccord.connections import describing, match_order
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.engine.errors import BadInput
from raccord.sync import outbound
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.to_decide import receive, two_way

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL, COMPANY = ("email", "email"), ("company", "company")


@pytest.fixture
def scene() -> Scene:
    made = a_scene()
    made.deliver_described()
    return made


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def order(scene: Scene) -> list[list[str]]:
    stored: list[list[str]] = DataTransfer.objects.get(pk=scene.transfer.pk).match_fields
    return stored


def settings_of(scene: Scene) -> str:
    return reverse("transfer-settings", args=[scene.project.slug, scene.transfer.pk])


def posted(*match: str, act: str = "save", **more: str) -> dict[str, object]:
    form: dict[str, object] = {"first_link_rule": "theirs", "match_order": "1", "act": act}
    return {**form, "match": list(match), **more}


def test_the_usual_fields_are_shown_and_others_offered(scene: Scene, browser: Client) -> None:
    page = browser.get(settings_of(scene)).text
    assert 'data-match="email:email"' in page
    assert "Raccord’s own id in “Raccord id”" in page
    assert '<option value="company:company">' in page
    assert '<option value="birthdate:birthdate">' not in page  # a date finds nobody
    assert '<option value="notes:notes">' not in page


def test_a_pair_is_added_moved_and_taken_out_before_anything_is_stored(
    scene: Scene, browser: Client
) -> None:
    address = settings_of(scene)
    added = browser.post(address, posted("email:email", act="add", new_match="company:company"))
    assert added.text.index('"email:email"') < added.text.index('"company:company"')
    assert "not saved yet" in added.text
    moved = browser.post(address, posted("email:email", "company:company", act="up:1"))
    assert moved.text.index('"company:company"') < moved.text.index('"email:email"')
    left = browser.post(address, posted("email:email", "company:company", act="remove:0"))
    assert 'data-match="email:email"' not in left.text
    assert order(scene) == []
    assert browser.post(address, posted("company:company", "email:email")).status_code == 302
    assert order(scene) == [list(COMPANY), list(EMAIL)]


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ((), "No pair of fields is left"),
        (("gone:email",), "is not mapped any more"),
        (("birthdate:birthdate",), "People cannot be looked up by"),
        (("email",), "is not mapped any more"),
        (("\0:\0",), "is not mapped any more"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_the_list(
    scene: Scene, browser: Client, match: tuple[str, ...], told: str
) -> None:
    refused = browser.post(settings_of(scene), posted(*match, only_here="ignore"))
    assert refused.status_code == 422
    assert told in refused.text
    scene.transfer.refresh_from_db()
    assert (scene.transfer.match_fields, scene.transfer.create_missing) == ([], True)


@pytest.mark.parametrize(
    "act", ["up:99", "down:-1", "remove:", "add", "up:٣", "x", "remove:" + "9" * 50]
)
def test_a_button_that_names_no_line_changes_nothing(
    scene: Scene, browser: Client, act: str
) -> None:
    assert browser.post(settings_of(scene), posted("email:email", act=act)).status_code == 200
    assert order(scene) == []


def test_twice_the_same_pair_is_refused(scene: Scene) -> None:
    remote = describing.described(scene.transfer)
    with pytest.raises(BadInput) as refused:
        match_order.change(scene.transfer, [EMAIL, EMAIL], remote=remote)
    assert refused.value.at == "match_fields"


def test_nobody_is_recognised_by_nothing_when_a_field_is_taken_out(scene: Scene) -> None:
    """Every record was made a second time, since the only chosen field was mapped no more."""
    scene.transfer.match_fields = [list(COMPANY)]
    scene.transfer.save()
    FieldMapping.objects.filter(remote_field="company").delete()
    scene.org.create({"email": "jane.smith@example.org", "last_name": "Smith"}, by="x")
    scene.activate()
    scene.contact()
    scene.deliver()
    assert len(scene.people()) == 1


def test_the_order_decides_whom_a_contact_is_linked_to(scene: Scene) -> None:
    match_order.change(
        scene.transfer, [COMPANY, EMAIL], remote=describing.described(scene.transfer)
    )
    scene.org.create({"email": "jane.smith@example.org", "last_name": "A"}, by="x")
    by_company, _ = scene.org.create({"company": "Acme", "last_name": "B"}, by="x")
    scene.activate()
    contact = scene.contact(company="ACME")
    scene.deliver()
    assert scene.link(contact).remote_id == by_company


def test_the_order_decides_whom_a_record_stands_for() -> None:
    scene = two_way()
    scene.deliver_described()
    match_order.change(
        scene.transfer, [COMPANY, EMAIL], remote=describing.described(scene.transfer)
    )
    mine = scene.contact("plain", company="Acme")
    scene.contact("accents", email="other@example.org")
    made, _ = scene.org.create(
        {"company": "acme", "email": "other@example.org", "last_name": "X"}, by="x"
    )
    scene.activate(load=False)
    receive(scene)
    assert scene.link(mine).remote_id == made


def test_contacts_that_are_left_alone_are_not_even_looked_for(
    scene: Scene, browser: Client
) -> None:
    browser.post(settings_of(scene), posted("email:email", only_here="ignore"))
    scene.org.create({"email": "jane.smith@example.org", "last_name": "Smith"}, by="x")
    scene.activate()
    scene.contact()
    scene.deliver()
    assert (scene.items(), len(scene.people())) == (0, 1)
    assert (
        "Contacts without a link are left alone."
        in browser.get(reverse("connection", args=[scene.project.slug, scene.connection.pk])).text
    )
    browser.post(settings_of(scene), posted("email:email", only_here="link"))
    scene.load()
    outbound.deliver(scene.transfer.pk)
    assert scene.transfer.links.get().state == "linked"


def test_the_rules_of_deletions_are_stored_and_said(scene: Scene, browser: Client) -> None:
    chosen = posted("email:email", our_deletion="ask", their_deletion="unlink")
    assert browser.post(settings_of(scene), chosen).status_code == 302
    scene.transfer.refresh_from_db()
    rules = (scene.transfer.our_deletion, scene.transfer.their_deletion)
    assert rules == ("ask", "unlink")
    connection = reverse("connection", args=[scene.project.slug, scene.connection.pk])
    assert "Somebody is asked about deletions here." in browser.get(connection).text
    hostile = posted("email:email", our_deletion="everything")
    assert browser.post(settings_of(scene), hostile).status_code == 422


def test_marketers_of_nobody_see_none_of_it(scene: Scene, client: Client) -> None:
    assert not User.objects.exists()
    assert client.get(settings_of(scene)).status_code == 302
