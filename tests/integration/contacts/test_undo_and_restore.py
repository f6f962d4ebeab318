"""Taking an edit back and bringing a deleted contact back: through the one way to write."""

from __future__ import annotations

import pytest

from raccord.contacts import changes, projects, undo
from raccord.contacts.changes import Outcome
from raccord.contacts.models import ActivityCount, ChangeLogEntry, Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import FieldType, Value
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts.looking import BY_SYNC, item_of, log_of, settle

pytestmark = pytest.mark.django_db


def newest(contact: Contact) -> ChangeLogEntry:
    return ChangeLogEntry.objects.filter(contact=contact).order_by("-at", "-id")[0]


def take_back(project: Project, contact: Contact, entry: ChangeLogEntry) -> changes.RowResult:
    """As the screen does when nothing was changed since."""
    contact.refresh_from_db()
    planned = undo.planned(entry, fields=ProjectFields.of(project), now=contact.values)
    chosen: dict[str, tuple[Value, Value]] = {
        each.spec.key: (each.back, each.after) for each in planned.fields
    }
    return undo.undo(project, contact, entry, chosen=chosen, origin=BY_MARKETER)


def test_an_edit_is_taken_back_and_sent_like_any_other(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project, city="Lyon")
    changes.edit(project, contact.pk, {"city": "Nice", "company": "New"}, origin=BY_SYNC)
    entry = newest(contact)
    settle(contact)
    assert take_back(project, contact, entry).outcome is Outcome.UPDATED
    contact.refresh_from_db()
    assert contact.values["city"] == "Lyon"
    assert "company" not in contact.values
    undone = newest(contact)
    assert (undone.cause, undone.actor) == (f"undo:{entry.id}", cast.MARKETER)
    assert undone.changes == {"city": ["Nice", "Lyon"], "company": ["New", None]}
    assert item_of(contact).operations == ["updated"]

    assert take_back(project, contact, undone).outcome is Outcome.UPDATED
    contact.refresh_from_db()
    assert (contact.values["city"], contact.values["company"]) == ("Nice", "New")


def test_what_came_later_is_a_clash_and_nothing_is_written(project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon", company="Old")
    changes.edit(project, contact.pk, {"city": "Nice", "company": "New"}, origin=BY_MARKETER)
    entry = newest(contact)
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_SYNC)
    result = take_back(project, contact, entry)
    assert result.outcome is Outcome.REJECTED
    (clash,) = result.clashes.values()
    assert (clash.now, clash.posted) == ("Paris", "Lyon")
    contact.refresh_from_db()
    assert (contact.values["city"], contact.values["company"]) == ("Paris", "New")


def test_a_consent_taken_back_is_evidence_of_the_person_who_did_it(project: Project) -> None:
    contact = cast.a_contact(project, newsletter="yes")
    changes.edit(project, contact.pk, {"newsletter": "no"}, origin=BY_SYNC)
    assert take_back(project, contact, newest(contact)).outcome is Outcome.UPDATED
    contact.refresh_from_db()
    proof = contact.evidence["newsletter"]
    assert contact.values["newsletter"] == "yes"
    assert proof["source"] == f"person:{cast.MARKETER}"
    assert (proof["by_person"], proof["saw_refusal"]) == (True, True)


def test_the_entry_of_another_contact_cannot_be_taken_back(project: Project) -> None:
    one, other = cast.a_contact(project), cast.a_contact(project, "accents")
    changes.edit(project, other.pk, {"city": "Nice"}, origin=BY_MARKETER)
    entry = newest(other)
    assert undo.entry_of(one, entry.id) is None
    assert undo.entry_of(other, entry.id) == entry
    assert undo.entry_of(other, 2**70) is None
    changes.delete(project, [other.pk], origin=BY_MARKETER)
    assert undo.entry_of(other, newest(other).id) is None


def test_a_key_is_not_set_back_to_one_that_somebody_has_now(project: Project) -> None:
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"email": "new@example.org"}, origin=BY_MARKETER)
    entry = newest(contact)
    cast.a_contact(project)
    (problem,) = take_back(project, contact, entry).problems
    assert problem.code == "raccord.contact.key_taken"


def test_a_deleted_contact_comes_back_with_everything_it_had(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project, "opted_out", city="Lyon")
    evidence = contact.evidence
    settle(contact)
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    result = changes.restore(project, contact.pk, origin=BY_MARKETER)
    assert (result.outcome, result.contact, result.problems) == (Outcome.CREATED, contact.pk, ())
    again = Contact.objects.get(pk=contact.pk)
    assert again.deleted_at is None
    assert (again.values, again.evidence, again.key) == (contact.values, evidence, contact.key)
    assert newest(contact).cause == "restore"
    assert log_of(contact)[-1] == ("created", {k: [None, v] for k, v in contact.values.items()})
    # Its deletion was not sent yet: over there it is an update.
    assert item_of(contact).operations == ["updated"]
    assert ActivityCount.objects.latest("id").what == "created"


def test_restoring_twice_is_restoring_once(project: Project) -> None:
    contact = cast.a_contact(project)
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    changes.restore(project, contact.pk, origin=BY_MARKETER)
    logged = log_of(contact)
    assert changes.restore(project, contact.pk, origin=BY_MARKETER).outcome is Outcome.UNCHANGED
    assert log_of(contact) == logged
    assert changes.restore(project, 10**15, origin=BY_MARKETER).contact is None


def test_a_contact_whose_key_somebody_has_by_now_stays_deleted(project: Project) -> None:
    contact = cast.a_contact(project)
    other = cast.a_contact(project, "accents")
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    changes.edit(project, other.pk, {"email": contact.key}, origin=BY_MARKETER)
    result = changes.restore(project, contact.pk, origin=BY_MARKETER)
    assert [problem.code for problem in result.problems] == ["raccord.contact.key_taken"]
    contact.refresh_from_db()
    assert contact.deleted_at is not None


def test_a_value_that_cannot_be_held_any_more_is_left_out_and_told(project: Project) -> None:
    size = projects.add_field(project, key="size", type=FieldType.CHOICE, choices=["s", "l"])
    contact = cast.a_contact(project, size="l", city="Lyon")
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    projects.change_field(size, choices=["s"])
    result = changes.restore(project, contact.pk, origin=BY_MARKETER)
    assert [(p.at, p.code) for p in result.problems] == [("size", "raccord.value.choice")]
    contact.refresh_from_db()
    assert "size" not in contact.values
    assert contact.values["city"] == "Lyon"


def test_a_contact_without_what_is_required_by_now_stays_deleted(project: Project) -> None:
    contact = cast.a_contact(project, "no_last_name")
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    projects.change_field(project.fields.get(key="last_name"), required=True)
    result = changes.restore(project, contact.pk, origin=BY_MARKETER)
    assert result.outcome is Outcome.REJECTED
    assert [problem.at for problem in result.problems] == ["last_name"]
