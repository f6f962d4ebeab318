"""A contact's page over HTTP: undo and restore with every answer a browser could give."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from raccord.contacts import changes, projects
from raccord.contacts.changes import ContactChange
from raccord.contacts.models import ChangeLogEntry, Contact, FieldGroup, ImportRun, Project
from raccord.engine.records import FieldType, Origin, OriginKind
from tests import cast
from tests.integration.contacts.looking import BY_SYNC


@pytest.fixture
def contact(project: Project) -> Contact:
    """Somebody whose city and company were changed by the marketer."""
    contact = cast.a_contact(project, city="Lyon", company="Old")
    changes.edit(project, contact.pk, {"city": "Nice", "company": "New"}, origin=cast.BY_MARKETER)
    return contact


def place(contact: Contact) -> str:
    return f"/projects/cast/contacts/{contact.pk}/"


def undo_address(contact: Contact) -> str:
    """Of the latest entry."""
    entry = ChangeLogEntry.objects.filter(contact=contact).order_by("-at", "-id")[0]
    return f"{place(contact)}history/{entry.id}/undo/"


def values(contact: Contact) -> dict[str, object]:
    contact.refresh_from_db()
    found: dict[str, object] = contact.values
    return found


def test_an_undo_says_beforehand_what_it_sets_back(signed_in: Client, contact: Contact) -> None:
    address = undo_address(contact)
    answer = signed_in.get(address)
    assert [(each.label, each.now, each.back) for each in answer.context["fields"]] == [
        ("Company", "New", "Old"),
        ("City", "Nice", "Lyon"),
    ]
    assert values(contact)["city"] == "Nice"
    assert signed_in.post(address).headers["Location"] == place(contact)
    assert values(contact) | {"city": "Lyon", "company": "Old"} == contact.values
    newest = signed_in.get(place(contact)).context["history"].entries[0]
    assert newest.sentence.startswith("Ana Marketer undid the change of ")
    nothing_left = signed_in.get(address)
    assert "There is nothing to undo" in nothing_left.content.decode()
    assert signed_in.post(address).status_code == 302
    assert signed_in.get(place(contact)).context["history"].entries[0].id == newest.id


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"choose-city": "back"},
        {"choose-city": "back", "shown-city": json.dumps("Nice")},
        {"choose-city": "back", "shown-city": "{"},
        {"choose-city": "theirs", "shown-city": json.dumps("Paris")},
        {"choose-city": "x" * 100_000, "shown-city": "[" * 10_000},
    ],
)
def test_an_answer_that_has_not_seen_what_holds_now_changes_nothing(
    signed_in: Client, project: Project, contact: Contact, answer: dict[str, str]
) -> None:
    address = undo_address(contact)
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_SYNC)
    refused = signed_in.post(address, answer)
    assert refused.status_code == 422
    (city,) = [each for each in refused.context["fields"] if each.unanswered]
    assert (city.key, city.now, city.back) == ("city", "Paris", "Lyon")
    assert (values(contact)["city"], contact.values["company"]) == ("Paris", "New")


@pytest.mark.parametrize(("choice", "city"), [("keep", "Paris"), ("back", "Lyon")])
def test_what_came_later_is_kept_or_set_back_as_the_person_says(
    signed_in: Client, project: Project, contact: Contact, choice: str, city: str
) -> None:
    address = undo_address(contact)
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_SYNC)
    shown = {each.key: each.shown for each in signed_in.get(address).context["fields"]}
    answer = {"choose-city": choice, "shown-city": shown["city"]}
    assert signed_in.post(address, answer).status_code == 302
    assert (values(contact)["city"], contact.values["company"]) == (city, "Old")


def test_a_no_is_only_lifted_when_that_is_confirmed(signed_in: Client, project: Project) -> None:
    contact = cast.a_contact(project, newsletter="yes")
    changes.edit(project, contact.pk, {"newsletter": "no"}, origin=BY_SYNC)
    address = undo_address(contact)
    assert signed_in.post(address).status_code == 422
    assert values(contact)["newsletter"] == "no"
    assert signed_in.post(address, {"confirm-newsletter": "yes"}).status_code == 302
    assert values(contact)["newsletter"] == "yes"
    (consent,) = signed_in.get(place(contact)).context["consents"]
    assert consent.proof.startswith("Entered by Ana Marketer on ")
    assert [entry.changes[0].after for entry in consent.history] == ["Yes", "No", "Yes"]


def test_what_cannot_be_set_back_is_told_and_the_rest_is(
    signed_in: Client, project: Project, contact: Contact
) -> None:
    address = undo_address(contact)
    projects.remove_field(projects.retire_field(project.fields.get(key="company")))
    page = signed_in.get(address).content.decode()
    assert "is no field of this project any more" in page
    assert signed_in.post(address).status_code == 302
    assert values(contact)["city"] == "Lyon"


@pytest.mark.parametrize("entry", ["0", str(2**80), "other", "created"])
def test_only_what_is_there_can_be_undone(
    signed_in: Client, project: Project, contact: Contact, entry: str
) -> None:
    other = cast.a_contact(project, "accents")
    changes.edit(project, other.pk, {"city": "Nice"}, origin=cast.BY_MARKETER)
    ids = {
        "other": ChangeLogEntry.objects.get(contact=other, operation="updated").id,
        "created": ChangeLogEntry.objects.get(contact=contact, operation="created").id,
    }
    address = f"{place(contact)}history/{ids.get(entry, entry)}/undo/"
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address).status_code == 404
    cast.a_project("Other")
    elsewhere = undo_address(contact).replace("/cast/", "/other/")
    assert signed_in.get(elsewhere).status_code == 404
    changes.delete(project, [contact.pk], origin=cast.BY_MARKETER)
    assert signed_in.post(undo_address(contact)).status_code == 404


def test_a_deleted_contact_is_restored_once(
    signed_in: Client, project: Project, contact: Contact
) -> None:
    address = f"{place(contact)}restore/"
    assert signed_in.get(address).status_code == 404
    before = values(contact)
    assert signed_in.post(f"{place(contact)}delete/").headers["Location"] == place(contact)
    assert "The contact’s page stays" not in signed_in.get(place(contact)).content.decode()
    assert "No connected system is told" in signed_in.get(address).content.decode()
    cast.a_subscription(project)
    assert signed_in.post(address).headers["Location"] == place(contact)
    assert values(contact) == before
    assert contact.deleted_at is None
    assert signed_in.post(address).status_code == 404


def test_restoring_says_who_has_the_key_by_now(
    signed_in: Client, project: Project, contact: Contact
) -> None:
    other = cast.a_contact(project, "accents")
    changes.delete(project, [contact.pk], origin=cast.BY_MARKETER)
    changes.edit(project, other.pk, {"email": contact.key}, origin=cast.BY_MARKETER)
    for answer in (
        signed_in.get(f"{place(contact)}restore/"),
        signed_in.post(f"{place(contact)}restore/"),
    ):
        assert place(other) in answer.content.decode()
    assert answer.status_code == 422
    contact.refresh_from_db()
    assert contact.deleted_at is not None


def test_an_open_form_hears_of_others_and_of_nothing_else(
    signed_in: Client, project: Project, contact: Contact
) -> None:
    form = signed_in.get(f"{place(contact)}edit/")
    address = f"{place(contact)}edit/meanwhile/"
    since = form.context["since"]
    assert signed_in.get(address, {"since": since}).status_code == 204
    for nonsense in ("", "x", "-1", "1e9", "٣x"):
        assert signed_in.get(address, {"since": nonsense}).status_code == 204, nonsense
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_SYNC)
    told = signed_in.get(address, {"since": since})
    assert "Another system changed this contact" in told.content.decode()
    changes.delete(project, [contact.pk], origin=cast.BY_MARKETER)
    assert "deleted this contact" in signed_in.get(address, {"since": since}).content.decode()


@pytest.mark.parametrize("before", ["", "x", "-5", "9" * 40, "٣", "1.5"])
def test_an_odd_place_in_the_history_is_its_beginning(
    signed_in: Client, contact: Contact, before: str
) -> None:
    answer = signed_in.get(f"{place(contact)}history/", {"before": before})
    assert answer.status_code == 200
    assert len(answer.context["history"].entries) == 2


def test_an_entry_leads_to_the_import_it_belongs_to(signed_in: Client, project: Project) -> None:
    run = ImportRun.objects.create(project=project, file_name="people.csv")
    origin = Origin(OriginKind.IMPORT, actor=cast.MARKETER, cause=f"import:{run.pk}")
    row = ContactChange({"email": "a@example.org"})
    (result,) = changes.apply_many(project, [row], origin=origin)
    address = f"/projects/cast/contacts/{result.contact}/"
    (entry,) = signed_in.get(address).context["history"].entries
    assert entry.whole.text == "Import of people.csv"
    assert entry.whole.url == f"/projects/cast/imports/{run.pk}/"
    run.delete()
    (entry,) = signed_in.get(address).context["history"].entries
    assert entry.whole.url == ""


def test_fields_stand_in_their_sections_and_empty_ones_behind(
    signed_in: Client, project: Project
) -> None:
    group = FieldGroup.objects.create(project=project, label="Work", labels={"fr": "Travail"})
    project.fields.filter(key__in=["company", "title"]).update(group=group)
    tags = projects.add_field(
        project, key="tags", type=FieldType.MULTIPLE_CHOICE, choices=["a", "b"]
    )
    tags.choice_labels = {"a": {"": "Alpha"}}
    tags.group = group
    tags.save()
    contact = cast.a_contact(project, company="Meridian", tags=["a", "b"])
    details, work = signed_in.get(place(contact)).context["sections"]
    assert (details.title, work.title) == ("Details", "Work")
    assert {each.key: each.text for each in work.filled} == {
        "company": "Meridian",
        "tags": "Alpha, b",
    }
    assert [each.label for each in work.empty] == ["Title"]
    assert "Newsletter" not in [each.label for each in details.filled]
    sections = signed_in.get(f"{place(contact)}edit/").context["sections"]
    assert {field.name for field in sections[1].fields} == {"company", "title", "tags"}
