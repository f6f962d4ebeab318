"""A value on one side only waits by itself, is paired once, and what it blocked goes on."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.connections import describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.connections.models import FieldMapping
from raccord.contacts import changes, keepers, projects
from raccord.contacts.changes import InvalidContact
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Direction, FieldType, OnlyThere
from raccord.sync import status
from raccord.sync.models import InboxItem
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.test_inbound import linked, receive, values

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    """Everything both ways; a list here and a list there that have one value in common."""
    made = a_scene(directions=Direction.BOTH)
    made.transfer.only_there = OnlyThere.CREATE
    made.transfer.save()
    projects.add_field(
        made.project, key="rank", label="Rank", type=FieldType.CHOICE,
        choices=["or", "argent", "Gold", "plain"],
    )  # fmt: skip
    projects.add_field(
        made.project, key="likes", label="Likes", type=FieldType.MULTIPLE_CHOICE,
        choices=["Music", "cuisine"],
    )  # fmt: skip
    pair(made, MappingLine("rank", "segment", Direction.BOTH))
    pair(made, MappingLine("likes", "interests", Direction.BOTH))
    return made


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def pair(scene: Scene, line: MappingLine) -> FieldMapping:
    lines = [*mappings.stored_lines(scene.transfer), line]
    mappings.save_mappings(scene.transfer, lines, remote=describing.described(scene.transfer))
    return scene.transfer.mappings.get(field__key=line.field)


def table_of(scene: Scene, field: str = "rank") -> str:
    line = scene.transfer.mappings.get(field__key=field)
    return f"/projects/{scene.project.slug}/value-choices/{line.pk}/"


def decide(
    browser: Client, scene: Scene, *, sent: dict[str, str] | None = None,
    taken: dict[str, str] | None = None, field: str = "rank",
) -> None:  # fmt: skip
    posted = {
        f"{name}_{part}": list(given)
        for name, chosen in (("sent", sent or {}), ("taken", taken or {}))
        for part, given in (("value", chosen.keys()), ("choice", chosen.values()))
    }
    answer = browser.post(table_of(scene, field), posted)
    assert answer.status_code == 302, answer.content.decode()


def test_only_the_field_waits_and_the_others_go_on(scene: Scene) -> None:
    contact = linked(scene, rank="Gold")
    scene.edit(contact, rank="or", company="Acme")
    scene.deliver()
    person = scene.person(str(contact.values["email"]))
    assert (person.values["segment"], person.values["company"]) == ("Gold", "Acme")
    item = scene.item(contact)
    assert (item.state, item.reason) == ("parked", "raccord.value.missing_there")
    assert item.parameters["value"] == "or"


def test_a_value_that_waits_is_paired_once_and_all_that_it_blocked_goes(
    scene: Scene, browser: Client
) -> None:
    contact = linked(scene, rank="Gold")
    other = scene.contact("accents", rank="or")
    scene.edit(contact, rank="or")
    scene.deliver()
    assert OutboxItem.objects.filter(reason="raccord.value.missing_there").count() == 2
    (reason,) = status.of_integration(scene.integration).parked
    assert (reason.count, reason.parameters["value"]) == (2, "or")

    page = f"/projects/{scene.project.slug}/integrations/{scene.integration.pk}/"
    shown = browser.get(page).content.decode()
    assert f"{table_of(scene)}?value=or&amp;from=integration" in shown
    table = browser.get(f"{table_of(scene)}?value=or&from=integration")
    first = table.context["sent"].lines[0]
    assert (first.value, first.first, first.waiting) == ("or", True, 2)

    answer = browser.post(
        f"{table_of(scene)}?value=or&from=integration",
        {"sent_value": ["or"], "sent_choice": ["=Gold"]}, follow=True,
    )  # fmt: skip
    assert answer.redirect_chain[-1][0] == page
    assert "2 contacts that waited are tried again." in answer.content.decode()
    scene.deliver()
    for each in (contact, other):
        assert scene.person(str(each.values["email"])).values["segment"] == "Gold"
        assert values(each)["rank"] == "or"
    assert scene.items() == 0
    # What is equal by the table does not come back as something else.
    receive(scene)
    assert values(contact)["rank"] == "or"


def test_their_value_that_is_unknown_here_waits_and_comes_once_it_is_paired(
    scene: Scene, browser: Client
) -> None:
    contact = linked(scene, rank="Gold")
    scene.org.edit(scene.person(str(contact.values["email"])).id, {"segment": "Silver"})
    receive(scene)
    item = scene.item(contact)
    assert (item.reason, item.parameters["value"]) == ("raccord.value.missing_here", "Silver")
    assert values(contact)["rank"] == "Gold"
    decide(browser, scene, taken={"Silver": "=argent"})
    scene.deliver()
    assert values(contact)["rank"] == "argent"
    assert scene.items() == 0


def test_a_record_of_which_no_contact_could_be_made_is_tried_again(
    scene: Scene, browser: Client
) -> None:
    linked(scene)
    scene.org.create(
        {"email": "new@example.org", "last_name": "New", "segment": "Silver"}, by="colleague"
    )
    receive(scene)
    item = InboxItem.objects.get(state="parked")
    assert (item.reason, item.parameters["value"]) == ("raccord.value.missing_here", "Silver")
    decisions = browser.get(f"/projects/{scene.project.slug}/decisions/").content.decode()
    assert f"{table_of(scene)}?value=Silver" in decisions
    decide(browser, scene, taken={"Silver": "=argent"})
    receive(scene)
    made = Contact.objects.get(project=scene.project, key="new@example.org")
    assert made.values["rank"] == "argent"


def test_a_value_that_is_left_out_stays_where_it_is(scene: Scene, browser: Client) -> None:
    contact = linked(scene, rank="Gold")
    decide(browser, scene, sent={"plain": "-"}, taken={"Silver": "-"})
    scene.edit(contact, rank="plain")
    scene.deliver()
    person = scene.person(str(contact.values["email"]))
    assert (person.values["segment"], scene.items()) == ("Gold", 0)
    scene.org.edit(person.id, {"segment": "Silver"})
    receive(scene)
    assert (values(contact)["rank"], scene.items()) == ("plain", 0)
    scene.edit(contact, rank="Gold")
    scene.deliver()
    assert scene.person(str(contact.values["email"])).values["segment"] == "Gold"


def test_of_several_values_each_goes_by_its_own_line(scene: Scene, browser: Client) -> None:
    decide(browser, scene, sent={"cuisine": "=Food"}, taken={"Sport": "-"}, field="likes")
    contact = linked(scene, likes=("Music", "cuisine"))
    person = scene.person(str(contact.values["email"]))
    assert person.values["interests"] == ("Music", "Food")
    scene.org.edit(person.id, {"interests": ("Food", "Sport")})
    receive(scene)
    assert values(contact)["likes"] == ["cuisine"]
    scene.edit(contact, likes=("Music",))
    scene.deliver()
    there = scene.person(str(contact.values["email"])).values["interests"]
    assert isinstance(there, tuple)
    assert set(there) == {"Music", "Sport"}


@pytest.mark.parametrize(
    ("sent", "taken"),
    [({"nobody": "=Gold"}, {}), ({"or": "=Platinum"}, {}), ({}, {"Silver": "=nobody"})],
)
def test_a_value_that_is_on_no_list_changes_nothing(
    scene: Scene, browser: Client, sent: dict[str, str], taken: dict[str, str]
) -> None:
    posted = {
        "sent_value": list(sent), "sent_choice": list(sent.values()),
        "taken_value": list(taken), "taken_choice": list(taken.values()),
    }  # fmt: skip
    before = scene.transfer.mappings.get(field__key="rank").value_pairs
    answer = browser.post(table_of(scene), posted)
    assert answer.status_code == 422
    assert scene.transfer.mappings.get(field__key="rank").value_pairs == before


def test_hostile_and_half_forms_are_no_error(scene: Scene, browser: Client) -> None:
    assert browser.post(table_of(scene), {"sent_value": ["or"]}).status_code == 302
    assert browser.get(f"{table_of(scene)}?value=%00%3Cscript%3E").status_code == 200
    odd = {"sent_value": ["or\0"], "sent_choice": ["x"]}
    assert browser.post(table_of(scene), odd).status_code == 302
    text = scene.transfer.mappings.get(field__key="company")
    assert (
        browser.get(f"/projects/{scene.project.slug}/value-choices/{text.pk}/").status_code == 404
    )


def test_saving_the_mapping_keeps_the_table(scene: Scene, browser: Client) -> None:
    decide(browser, scene, sent={"or": "=Gold"})
    lines = [
        MappingLine(each.field, each.remote_field, each.direction, each.rule, each.transform)
        for each in mappings.stored_lines(scene.transfer)
    ]
    mappings.save_mappings(scene.transfer, lines, remote=describing.described(scene.transfer))
    (line,) = scene.transfer.mappings.filter(field__key="rank")
    assert ["or", "Gold"] in line.value_pairs


def test_what_is_called_the_same_is_paired_when_the_fields_are(scene: Scene) -> None:
    projects.add_field(
        scene.project, key="tier", label="Tier", type=FieldType.CHOICE, choices=["gold", "x"]
    )
    scene.transfer.mappings.get(field__key="rank").delete()
    line = pair(scene, MappingLine("tier", "segment"))
    assert line.value_pairs == [["gold", "Gold"]]


def test_a_long_text_waits_until_the_mapping_cuts_it(scene: Scene, browser: Client) -> None:
    contact = linked(scene)
    scene.edit(contact, first_name="B" * 50)
    scene.deliver()
    assert scene.item(contact).reason == "raccord.value.longer_there"
    columns = ("field", "remote_field", "direction", "rule", "transform")
    stored = mappings.stored_lines(scene.transfer)
    posted = {f"line_{name}": [getattr(line, name) for line in stored] for name in columns}
    posted["line_longer"] = ["cut" if line.field == "first_name" else "" for line in stored]
    address = f"/projects/{scene.project.slug}/transfers/{scene.transfer.pk}/mapping/"
    assert browser.post(address, {**posted, "act": "save"}).status_code == 302
    scene.deliver()
    person = scene.person(str(contact.values["email"]))
    assert person.values["first_name"] == "B" * 40
    assert values(contact)["first_name"] == "B" * 50
    receive(scene)
    assert (values(contact)["first_name"], scene.items()) == ("B" * 50, 0)


def test_a_field_that_only_comes_in_is_written_by_nobody(scene: Scene) -> None:
    contact = linked(scene, company="Acme")
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.INBOUND)
    edited = changes.edit(
        scene.project, contact.pk, {"company": "Forged", "first_name": "Jo"},
        origin=cast.BY_MARKETER,
    )  # fmt: skip
    assert (values(contact)["company"], values(contact)["first_name"]) == ("Acme", "Jo")
    (refused,) = edited.refused
    assert refused.code == keepers.KEPT_ELSEWHERE
    assert refused.params == {"field": "Company", "connection": scene.connection.name}
    made = scene.contact("accents", company="Forged")
    assert "company" not in values(made)
    # What comes from there is written all the same.
    scene.org.edit(scene.person(str(contact.values["email"])).id, {"company": "Theirs"})
    receive(scene)
    assert values(contact)["company"] == "Theirs"


def test_what_a_new_contact_cannot_be_without_is_taken(scene: Scene) -> None:
    scene.activate()
    scene.transfer.mappings.filter(remote_field="email").update(direction=Direction.INBOUND)
    assert scene.contact("plain").key == "jane.smith@example.org"
    with pytest.raises(InvalidContact):
        scene.contact("plain")
