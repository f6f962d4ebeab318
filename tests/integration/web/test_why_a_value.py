"""A contact's history with what was sent and answered, and the pop-up “Why this value?”."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from raccord.connections.models import FieldMapping, Integration, IntegrationState
from raccord.contacts import changes, projects
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.engine.records import Direction, Rule
from raccord.sync.models import Delivery, Moved
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.to_decide import both_change, linked, receive, remote_id, two_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(signed_in: Client) -> Client:
    return signed_in


def place(scene: Scene, contact: Contact) -> str:
    return f"/projects/{scene.project.slug}/contacts/{contact.pk}/"


def told(client: Client, address: str, **query: str) -> str:
    """A page's words, without its markup."""
    answer = client.get(address, query)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<h1") :])
    return re.sub(r"\s+", " ", unescape(text))


def why(client: Client, scene: Scene, contact: Contact, key: str = "company") -> str:
    return told(client, f"{place(scene, contact)}why/{key}/")


def test_the_history_says_what_was_sent_taken_and_answered_and_by_which_rule(
    client: Client,
) -> None:
    scene = two_way(rule=Rule.THEIRS)
    contact = linked(scene, company="First")
    scene.edit(contact, company="Second")
    scene.deliver()
    both_change(scene, contact)
    name = scene.connection.name
    history = told(client, f"{place(scene, contact)}history/")
    assert f"Sent to {name}, which made the record {remote_id(scene, contact)}" in history
    assert f"1 field was sent to {name}, and taken" in history
    assert "Company : from “First” to “Second” Only changed here." in history
    assert f"from “Ours” to “Theirs” Changed on both sides. The rule: {name} wins." in history
    assert "Record last changed by somebody there" in history


def test_a_refusal_says_why(client: Client) -> None:
    scene = a_scene()
    contact = scene.contact(first_name="x" * 60)
    scene.activate()
    scene.shortened_meanwhile("first_name")
    scene.deliver()
    assert "refused what was sent" in told(client, f"{place(scene, contact)}history/")


def test_every_kind_of_entry_has_words_also_when_nothing_else_is_known(client: Client) -> None:
    scene = a_scene()
    contact = scene.contact()
    for what in Moved:
        _write(contact, what)
    history = client.get(f"{place(scene, contact)}history/", {"by": "connections"}).text
    assert len(re.findall(r'id="delivery-\d+"', history)) == len(Moved)
    assert "Another system" in history
    assert "None" not in re.sub(r"<[^>]+>", "", history)


def _write(contact: Contact, what: Moved) -> None:
    """Over a data transfer that is gone, of a field that is gone, with a code nobody knows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sync_delivery (transfer, contact, direction, what, fields, code) VALUES "
            '(987654, %s, %s, %s, \'{"gone": [["a", "b"], 1.5, "nonsense"]}\', \'odd.code\')',
            [contact.pk, "out" if what in ("created", "updated") else "in", what],
        )


@pytest.mark.parametrize(
    "query",
    [
        {"field": "nothing"},
        {"field": "x" * 100_000},
        {"field": "a\0b"},
        {"by": "everybody"},
        {"by": "\0"},
        {"before": "1c1"},
        {"before": "\0"},
        {"before": "9" * 5000},
        {"field": "' OR 1=1 --", "by": "people", "before": "x"},
    ],
)
def test_odd_filters_are_no_error(client: Client, query: dict[str, str]) -> None:
    scene = a_scene()
    contact = scene.contact()
    answer = client.get(f"{place(scene, contact)}history/", query)
    assert answer.status_code == 200
    assert client.get(answer.wsgi_request.get_full_path(), headers={"hx-request": "true"})


def test_a_filter_stays_from_page_to_page(client: Client, project: Project) -> None:
    contact = cast.a_contact(project, city="Town")
    for number in range(30):
        changes.edit(project, contact.pk, {"city": f"Town {number}"}, origin=cast.BY_MARKETER)
        changes.edit(project, contact.pk, {"title": f"Title {number}"}, origin=cast.BY_MARKETER)
    address = f"/projects/cast/contacts/{contact.pk}/history/"
    first = client.get(address, {"field": "city", "by": "people"}).context["history"]
    assert len(first.entries) == 25
    rest = client.get(f"{address}?{first.older}").context["history"]
    assert [len(rest.entries), rest.older] == [6, ""]
    keys = {
        change.key for entry in (*first.entries[:25], *rest.entries) for change in entry.changes
    }
    assert "title" not in keys


def test_an_empty_history_says_so(client: Client, project: Project) -> None:
    contact = cast.a_contact(project)
    address = f"/projects/cast/contacts/{contact.pk}/history/"
    assert "Nothing of that kind" in told(client, address, by="connections")
    ChangeLogEntry.objects.filter(contact=contact).delete()
    assert "Nothing was written down" in told(client, address)
    assert "not written down any more" in told(
        client, f"/projects/cast/contacts/{contact.pk}/why/email/"
    )


def test_why_says_who_set_it_and_that_the_other_side_holds_the_same(client: Client) -> None:
    scene = two_way()
    contact = linked(scene, company="First")
    text = why(client, scene, contact)
    assert "added the contact" in text
    assert "Company : set to “First”" in text
    assert "The same" in text
    assert f"Sent to {scene.connection.name}" in text


def test_why_says_by_which_rule_it_came_from_over_there(client: Client) -> None:
    scene = two_way(rule=Rule.THEIRS)
    contact = linked(scene)
    both_change(scene, contact)
    text = why(client, scene, contact)
    where = text[: text.index("In other systems")]
    assert f"The rule: {scene.connection.name} wins." in where
    assert "from “Ours” to “Theirs”" in where


def test_why_says_what_differs(client: Client) -> None:
    scene = two_way()
    contact = linked(scene, company="First")
    both_change(scene, contact)
    asked = why(client, scene, contact)
    assert "Needs a decision" in asked
    assert "There, as far as is known here: “Theirs”." in asked
    assert (
        f'/decisions/?contact={contact.pk}"'
        in client.get(f"{place(scene, contact)}why/company/").text
    )


def test_a_value_that_was_rewritten_is_told(client: Client) -> None:
    scene = two_way()
    contact = linked(scene, company="First")
    scene.edit(contact, company="Second")
    scene.deliver()
    scene.org.edit(remote_id(scene, contact), {"company": "SECOND!"}, by="raccord")
    receive(scene)
    text = why(client, scene, contact)
    assert "cut or rewrote what it was sent" in text
    assert "“SECOND!”" in text
    assert "sent as “Second”, stored there as “SECOND!”" in text


@pytest.mark.parametrize(
    ("direction", "ours", "theirs", "words"),
    [
        (Direction.OUTBOUND, None, "Theirs", "This field is only sent"),
        (Direction.INBOUND, "Ours", None, "This field comes from there only"),
    ],
)
def test_a_direction_that_leaves_two_values_is_told(
    client: Client, direction: Direction, ours: str | None, theirs: str | None, words: str
) -> None:
    scene = two_way()
    contact = linked(scene, company="First")
    if ours:  # before the field is theirs alone: nobody may write it then
        scene.edit(contact, company=ours)
    FieldMapping.objects.filter(transfer=scene.transfer, field__key="company").update(
        direction=direction
    )
    if theirs:
        scene.org.edit(remote_id(scene, contact), {"company": theirs})
    receive(scene)
    assert words in why(client, scene, contact)


def test_what_waits_was_refused_or_is_switched_off_is_told(client: Client) -> None:
    scene = a_scene()
    contact = scene.contact(company="First")
    assert "is not linked with a record" in why(client, scene, contact)
    scene.activate()
    assert "Being created" in why(client, scene, contact)
    scene.deliver()
    scene.edit(contact, company="Second")
    assert "on its way" in why(client, scene, contact)
    scene.edit(contact, first_name="x" * 60)
    scene.deliver()
    assert "Refused" in why(client, scene, contact, "first_name")
    assert why(client, scene, contact, "city").count("No data transfer maps this field") == 1


def test_an_integration_that_is_off_and_a_paused_line_are_told(client: Client) -> None:
    scene = a_scene()
    contact = linked(scene, company="First")
    Integration.objects.update(state=IntegrationState.DISABLED)
    Contact.objects.filter(pk=contact.pk).update(values={**contact.values, "company": "Second"})
    assert "the integration is not active" in why(client, scene, contact)
    FieldMapping.objects.update(paused_reason="raccord.mapping.field_gone")
    assert "Paused" in why(client, scene, contact)


def test_a_deleted_contact_and_a_retired_field_can_be_asked_about(client: Client) -> None:
    scene = a_scene()
    contact = linked(scene, city="Lyon")
    projects.retire_field(scene.project.fields.get(key="city"))
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.deliver()
    text = why(client, scene, contact, "city")
    assert "Lyon" in text
    assert "The contact was deleted" in text


@pytest.mark.parametrize("key", ["nothing", "x" * 2_000, "a-b", "%00", "email/x"])
def test_a_field_that_is_none_is_not_found(client: Client, key: str) -> None:
    scene = a_scene()
    contact = scene.contact()
    assert client.get(f"{place(scene, contact)}why/{key}/").status_code == 404


def test_only_who_is_signed_in_and_in_the_project_may_ask(client: Client) -> None:
    scene, other = a_scene(), a_scene()
    contact = scene.contact()
    elsewhere = place(other, contact)
    assert client.get(f"{elsewhere}why/email/").status_code == 404
    assert client.get(f"{elsewhere}history/").status_code == 404
    assert client.post(f"{place(scene, contact)}why/email/").status_code == 405
    assert Client().get(f"{place(scene, contact)}why/email/").status_code == 302


def test_a_value_full_of_markup_is_only_text(client: Client) -> None:
    scene = two_way()
    contact = linked(scene, company="<script>alert(1)</script>")
    scene.edit(contact, company="%(source)s {{ x }}")
    scene.deliver()
    for address in ("history/", "why/company/"):
        page = client.get(f"{place(scene, contact)}{address}").text
        assert "<script>alert" not in page
        assert "%(source)s {{ x }}" in page
    assert Delivery.objects.filter(contact=contact.pk, what="updated").exists()
