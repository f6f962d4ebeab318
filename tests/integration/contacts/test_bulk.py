"""Acts on many contacts: what was counted is what is done, and nobody loses a refusal by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from raccord.contacts import bulk, changes, projects
from raccord.contacts.bulk import EditHow, choosing, foreseeing
from raccord.contacts.bulk.edits import InvalidEdit
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import (
    BulkAct,
    BulkItem,
    BulkRun,
    ChangeLogEntry,
    Contact,
    OutboxItem,
    Project,
)
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType, Operation, Priority
from tests import cast

pytestmark = pytest.mark.django_db

EVERYBODY = ListQuery()
SET, CLEAR, ADD, REMOVE = EditHow.SET, EditHow.CLEAR, EditHow.ADD, EditHow.REMOVE


def chosen(project: Project, query: ListQuery = EVERYBODY, act: str = "edit") -> BulkRun:
    return bulk.choose(project, query, act=BulkAct(act), started_by=cast.MARKETER)


def done(run: BulkRun) -> BulkRun:
    """Confirmed as it is, and worked on to its end."""
    bulk.confirm(run, seen=bulk.stamp(run))
    while bulk.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def edited(run: BulkRun, grounds: str = "", **given: tuple[EditHow, object]) -> BulkRun:
    bulk.decide(run, given, grounds=grounds)
    return done(run)


def counts(run: BulkRun) -> tuple[int, int, int, int]:
    return run.done, run.unchanged, run.gone, run.rejected


def of(contact: Contact, field: str) -> object:
    contact.refresh_from_db()
    return contact.values.get(field)


def test_all_contacts_of_a_list_get_the_same_value(project: Project) -> None:
    cast.a_subscription(project)
    one = cast.a_contact(project, city="Lyon")
    same = cast.a_contact(project, "accents", city="Québec")
    other = cast.a_contact(project, "apostrophe", city="Paris")
    OutboxItem.objects.all().delete()
    in_two = Condition("city", Operator.IS, ("Lyon", "Québec"))
    run = edited(chosen(project, ListQuery(conditions=(in_two,))), city=(SET, " Québec "))
    assert (run.state, run.total, *counts(run)) == ("done", 2, 1, 1, 0, 0)
    assert [of(each, "city") for each in (one, same, other)] == ["Québec", "Québec", "Paris"]
    entry = ChangeLogEntry.objects.filter(contact=one).order_by("-at", "-id")[0]
    assert entry.changes == {"city": ["Lyon", "Québec"]}
    assert (entry.origin, entry.actor, entry.cause) == ("person", cast.MARKETER, f"bulk:{run.pk}")
    item = OutboxItem.objects.get()
    assert (item.contact, item.priority) == (one.pk, Priority.IMPORT)


def test_what_was_counted_is_what_is_done_however_the_contacts_change(project: Project) -> None:
    stays = cast.a_contact(project, city="Lyon")
    leaves = cast.a_contact(project, "accents", city="Lyon")
    gone = cast.a_contact(project, "apostrophe", city="Lyon")
    run = chosen(project, ListQuery(conditions=(Condition("city", Operator.IS, ("Lyon",)),)))
    late = cast.a_contact(project, "emoji", city="Lyon")
    changes.edit(project, leaves.pk, {"city": "Paris"}, origin=cast.BY_MARKETER)
    changes.delete(project, [gone.pk], origin=cast.BY_MARKETER)
    run = edited(run, company=(SET, "Meridian"))
    assert (run.total, *counts(run)) == (3, 2, 0, 1, 0)
    assert of(stays, "company") == of(leaves, "company") == "Meridian"
    assert of(gone, "company") == 'L\'Atelier "Au Fil"'
    assert of(late, "company") is None
    assert not run.rejects.exists()


def test_deleting_counts_those_that_were_gone_already(project: Project) -> None:
    cast.a_subscription(project, operations=(Operation.DELETED,))
    contacts = [cast.a_contact(project), cast.a_contact(project, "accents")]
    run = chosen(project, ListQuery(ids=tuple(one.pk for one in contacts)), "delete")
    changes.delete(project, [contacts[0].pk], origin=cast.BY_MARKETER)
    run = done(run)
    assert (run.state, *counts(run)) == ("done", 1, 0, 1, 0)
    assert not Contact.objects.filter(deleted_at=None).exists()
    assert {item.priority for item in OutboxItem.objects.all()} == {
        Priority.LIVE,
        Priority.IMPORT,
    }
    assert not BulkItem.objects.exists(), "nothing of the selection is left behind"


def test_nobody_who_opted_out_is_opted_in(project: Project) -> None:
    asked_out = cast.a_contact(project, "opted_out")
    unknown = cast.a_contact(project, "accents")
    agreed = cast.a_contact(project)
    run = chosen(project)
    given: dict[str, tuple[EditHow, object]] = {"newsletter": (SET, "yes")}
    bulk.decide(run, given, grounds="Paper forms of the fair")
    fields = ProjectFields.of(project)
    assert foreseeing.opted_out(run, bulk.edits_of(run), fields=fields) == {"newsletter": 1}
    run = done(run)
    assert counts(run) == (1, 1, 0, 1)
    assert of(asked_out, "newsletter") == "no"
    assert of(unknown, "newsletter") == of(agreed, "newsletter") == "yes"
    proof = unknown.evidence["newsletter"]
    assert (proof["source"], proof["by_person"]) == ("bulk:Paper forms of the fair", False)
    (reject,) = run.rejects.all()
    assert (reject.contact, reject.name, reject.field) == (
        asked_out.pk,
        "leave.me@example.org",
        "newsletter",
    )
    assert (reject.code, reject.taken) == ("raccord.consent.needs_person", False)


def test_a_refused_consent_does_not_keep_the_other_fields_back(project: Project) -> None:
    asked_out = cast.a_contact(project, "opted_out")
    run = edited(chosen(project), "The fair", newsletter=(CLEAR, None), city=(SET, "Lyon"))
    assert counts(run) == (1, 0, 0, 0)
    assert (of(asked_out, "newsletter"), of(asked_out, "city")) == ("no", "Lyon")
    assert run.rejects.get().taken


def test_everybody_can_be_opted_out(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    run = chosen(project)
    bulk.decide(run, {"newsletter": (SET, "no")}, grounds="The list was bought")
    assert foreseeing.opted_out(run, bulk.edits_of(run), fields=ProjectFields.of(project)) == {}
    done(run)
    assert of(contact, "newsletter") == "no"
    assert OutboxItem.objects.get().priority == Priority.CONSENT_TIGHTENED


@pytest.mark.parametrize(
    ("how", "given", "expected"),
    [
        (ADD, "c;a", ["a", "b", "c"]),
        (REMOVE, "b;c", ["a"]),
        (SET, "c", ["c"]),
        (CLEAR, None, None),
    ],
)
def test_choices_are_added_to_and_taken_from_what_somebody_has(
    project: Project, how: EditHow, given: object, expected: object
) -> None:
    projects.add_field(
        project,
        key="interests",
        label="Interests",
        type=FieldType.MULTIPLE_CHOICE,
        choices=("a", "b", "c", "d"),
    )
    contact = cast.a_contact(project, interests="a;b")
    without = cast.a_contact(project, "accents")
    run = edited(chosen(project), interests=(how, given))
    assert of(contact, "interests") == expected
    assert of(without, "interests") == {ADD: ["a", "c"], SET: ["c"]}.get(how)
    assert run.rejected == 0


def test_nobody_loses_a_choice_that_is_no_longer_offered(project: Project) -> None:
    projects.add_field(
        project, key="x", label="X", type=FieldType.MULTIPLE_CHOICE, choices=("a", "b")
    )
    contact = cast.a_contact(project)
    Contact.objects.filter(pk=contact.pk).update(values=contact.values | {"x": ["a", "old"]})
    run = edited(chosen(project), x=(ADD, "b"))
    assert counts(run) == (0, 0, 0, 1)
    assert of(contact, "x") == ["a", "old"]
    assert run.rejects.get().code == "raccord.value.multiple_choice"


def test_the_last_choice_taken_away_leaves_nothing(project: Project) -> None:
    projects.add_field(
        project, key="x", label="X", type=FieldType.MULTIPLE_CHOICE, choices=("a", "b")
    )
    contact = cast.a_contact(project, x="a;b")
    edited(chosen(project), x=(REMOVE, "a;b"))
    assert "x" not in Contact.objects.get(pk=contact.pk).values


@pytest.mark.parametrize(
    ("given", "grounds", "codes"),
    [
        ({}, "", {("", "raccord.bulk.nothing")}),
        ({"nothing": (SET, "x")}, "", {("nothing", "raccord.contact.unknown_field")}),
        ({"email": (SET, "a@b.org")}, "", {("email", "raccord.bulk.key_field")}),
        ({"last_name": (CLEAR, None)}, "", {("last_name", "raccord.bulk.required")}),
        ({"city": (SET, "  ")}, "", {("city", "raccord.bulk.no_value")}),
        ({"city": (ADD, "x")}, "", {("city", "raccord.bulk.unfit")}),
        ({"birthdate": (SET, "yesterday")}, "", {("birthdate", "raccord.value.date")}),
        ({"city": (SET, "a\x00b")}, "", {("city", "raccord.value.control_character")}),
        ({"newsletter": (SET, "yes")}, "  ", {("grounds", "raccord.bulk.grounds")}),
        ({"newsletter": (SET, "no")}, "x" * 1_001, {("grounds", "raccord.bulk.grounds_long")}),
        (
            {"email": (SET, "a@b.org"), "birthdate": (SET, "31/12/1999")},
            "",
            {("email", "raccord.bulk.key_field"), ("birthdate", "raccord.value.date")},
        ),
    ],
)
def test_what_cannot_be_done_to_many_is_refused_at_once(
    project: Project,
    given: dict[str, tuple[EditHow, object]],
    grounds: str,
    codes: set[tuple[str, str]],
) -> None:
    project.fields.filter(key="last_name").update(required=True)
    cast.a_contact(project)
    run = chosen(project)
    with pytest.raises(InvalidEdit) as refused:
        bulk.decide(run, given, grounds=grounds)
    assert {(problem.at, problem.code) for problem in refused.value.problems} == codes
    run.refresh_from_db()
    assert run.changes == {}


def test_an_empty_or_impossible_selection_is_no_run(project: Project) -> None:
    with pytest.raises(BadInput, match="nobody"):
        chosen(project)
    with pytest.raises(InvalidList):
        chosen(project, ListQuery(conditions=(Condition("no_field", Operator.EMPTY),)))
    assert not BulkRun.objects.exists()


def test_a_selection_holds_only_contacts_of_its_project(project: Project) -> None:
    mine = cast.a_contact(project)
    foreign = cast.a_contact(cast.a_project("Other"), "accents")
    run = done(chosen(project, ListQuery(ids=(mine.pk, foreign.pk, 2**62)), "delete"))
    assert (run.total, run.done) == (1, 1)
    foreign.refresh_from_db()
    assert foreign.deleted_at is None


def test_only_what_was_seen_is_confirmed_and_only_once(project: Project) -> None:
    contact = cast.a_contact(project)
    run = chosen(project)
    bulk.decide(run, {"city": (SET, "Lyon")})
    seen = bulk.stamp(run)
    bulk.decide(run, {"city": (SET, "Paris")})
    with pytest.raises(BadInput, match="decided_anew"):
        bulk.confirm(run, seen=seen)
    bulk.confirm(run, seen=bulk.stamp(run))
    with pytest.raises(BadInput, match="not_ready"):
        bulk.confirm(run, seen=bulk.stamp(run))
    with pytest.raises(BadInput, match="not_ready"):
        bulk.decide(run, {"city": (SET, "Nice")})
    assert bulk.work(run.pk) is False
    assert of(contact, "city") == "Paris"


def test_an_edit_without_a_decision_is_not_confirmed(project: Project) -> None:
    cast.a_contact(project)
    run = chosen(project)
    with pytest.raises(BadInput, match="decided_anew"):
        bulk.confirm(run, seen=bulk.stamp(run))


def test_a_huge_selection_is_frozen_by_a_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "AT_ONCE", 3)
    cast.the_cast(project)
    run = chosen(project, act="delete")
    assert (run.state, run.total) == ("checking", 0)
    assert not BulkItem.objects.exists()
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.total, run.claim) == ("ready", 12, None)
    run = done(run)
    assert (run.done, Contact.objects.filter(deleted_at=None).count()) == (12, 0)


def test_a_selection_that_takes_long_to_find_is_frozen_by_a_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person does not wait for it, and no request holds the database for so long."""
    monkeypatch.setattr(choosing, "PATIENCE", 0.05)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.slowly() RETURNS bigint LANGUAGE sql VOLATILE "
            "AS 'SELECT 0::bigint FROM pg_sleep(0.5)'"
        )
    slow = choosing._COPY.replace("SELECT %s, id", "SELECT %s, id + pg_temp.slowly()")
    monkeypatch.setattr(choosing, "_COPY", slow)
    cast.a_contact(project)
    run = chosen(project, act="delete")
    assert (run.state, run.total) == ("checking", 0)
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.total) == ("ready", 1)


def test_a_huge_selection_that_cannot_be_answered_any_more_says_why(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "AT_ONCE", 0)
    cast.a_contact(project, city="Lyon")
    run = chosen(project, ListQuery(conditions=(Condition("city", Operator.NOT_EMPTY),)))
    project.fields.filter(key="city").update(retired_at=timezone.now())
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.reason) == ("failed", "raccord.list.unknown_field")


def test_fields_that_change_meanwhile_stop_the_run(project: Project) -> None:
    contact = cast.a_contact(project)
    run = chosen(project)
    bulk.decide(run, {"city": (SET, "Lyon")})
    project.fields.filter(key="city").update(retired_at=timezone.now())
    run = done(run)
    assert (run.state, run.reason) == ("failed", "raccord.bulk.fields_changed")
    assert of(contact, "city") is None


def test_cancelling_keeps_what_was_done(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("raccord.contacts.bulk.working.CHUNK", 5)
    cast.the_cast(project)
    run = chosen(project, act="delete")
    bulk.confirm(run, seen=bulk.stamp(run))
    assert bulk.work(run.pk, seconds=-1) is True
    assert bulk.cancel(run) is True
    assert (run.state, run.done) == ("cancelled", 5)
    assert bulk.work(run.pk) is False
    assert bulk.cancel(run) is False
    assert Contact.objects.filter(deleted_at=None).count() == 7
    bulk.forget()
    assert not BulkItem.objects.exists()


def test_nobody_fills_the_database_with_selections_that_are_never_confirmed(
    project: Project,
) -> None:
    cast.a_contact(project)
    confirmed, *given_up = (chosen(project, act="delete") for _ in range(3))
    bulk.confirm(confirmed, seen=bulk.stamp(confirmed))
    kept = [chosen(project, act="delete") for _ in range(10)]
    for runs, state in (([confirmed], "waiting"), (given_up, "cancelled"), (kept, "ready")):
        for run in runs:
            run.refresh_from_db()
            assert run.state == state
    bulk.forget()
    assert not BulkItem.objects.filter(run__in=given_up).exists()


def test_what_nobody_confirms_is_forgotten(project: Project) -> None:
    cast.a_contact(project)
    old, new = chosen(project), chosen(project)
    BulkRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=3))
    bulk.forget()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("cancelled", "ready")
    assert list(BulkItem.objects.values_list("run", flat=True)) == [new.pk]
    with pytest.raises(BadInput, match="not_ready"):
        bulk.confirm(old, seen=bulk.stamp(old))
