"""The delivery log: each movement has its entry, with the rule and the answer, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from raccord.connectors.memory.organization import Fault
from raccord.contacts import changes, partitions
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import Direction, OnlyThere, Rule
from raccord.sync import delivery_log, sweep
from raccord.sync.models import Delivery, Moved
from raccord.sync.questions import Choice
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.to_decide import (
    answer,
    asked,
    both_change,
    decide,
    linked,
    receive,
    remote_id,
    two_way,
)

pytestmark = pytest.mark.django_db(transaction=True)


def entries(contact: Contact) -> list[Delivery]:
    """The contact's, oldest first."""
    return list(Delivery.objects.filter(contact=contact.pk).order_by("at", "id"))


def whats(contact: Contact) -> list[str]:
    return [each.what for each in entries(contact)]


def test_the_story_of_a_field_from_the_form_to_the_decision() -> None:
    scene = two_way()
    contact = linked(scene, company="First")
    (made,) = entries(contact)
    assert (made.what, made.direction, made.remote_id) == (
        "created",
        "out",
        remote_id(scene, contact),
    )
    assert made.fields["company"] == [None, "First", "created"]

    scene.edit(contact, company="Second")
    scene.deliver()
    sent = entries(contact)[-1]
    assert (sent.what, sent.fields) == (
        "updated",
        {"company": ["First", "Second", "only_ours_changed"]},
    )

    scene.org.edit(remote_id(scene, contact), {"company": "SECOND Ltd"}, by="raccord")
    receive(scene)
    rewritten = entries(contact)[-1]
    assert (rewritten.what, rewritten.their_user) == ("rewritten", "raccord")
    assert rewritten.fields == {"company": ["Second", "SECOND Ltd", "rewritten"]}

    scene.org.edit(remote_id(scene, contact), {"company": "Theirs"})
    receive(scene)
    taken = entries(contact)[-1]
    assert (taken.what, taken.direction, taken.their_user) == ("taken", "in", "colleague")
    assert taken.fields == {"company": ["Second", "Theirs", "only_theirs_changed"]}
    logged = ChangeLogEntry.objects.filter(contact=contact.pk).order_by("-at", "-id")[0]
    assert logged.cause == f"{delivery_log.CAUSE}:{taken.move}"

    both_change(scene, contact, "Ours", company="Theirs again")
    question = entries(contact)[-1]
    assert question.what == "asked"
    assert question.fields == {"company": ["Ours", "Theirs again", "both_changed_ask"]}

    (open_question,) = asked(scene)
    assert decide(scene, answer(open_question, Choice.OURS)) == []
    scene.deliver()
    decided, last = entries(contact)[-2:]
    assert (decided.what, decided.actor) == ("decided", cast.MARKETER)
    assert decided.fields == {"company": ["Ours", "Ours", "decided_ours"]}
    assert (last.what, last.fields["company"][:2]) == ("updated", ["Theirs again", "Ours"])
    assert len(entries(contact)) == 7


@pytest.mark.parametrize("rule", [Rule.THEIRS, Rule.OURS])
def test_the_rule_that_decided_is_there(rule: Rule) -> None:
    scene = two_way(rule=rule)
    contact = linked(scene)
    both_change(scene, contact)
    last = entries(contact)[-1]
    there, won = ("taken", "Theirs") if rule is Rule.THEIRS else ("updated", "Ours")
    assert (last.what, last.fields["company"][1:]) == (there, [won, f"both_changed_{rule}"])


def test_a_look_that_moves_nothing_leaves_no_trace() -> None:
    scene = two_way()
    contact = linked(scene)
    before = whats(contact)
    scene.edit(contact, city="Lyon")  # not mapped
    scene.deliver()
    scene.org.edit(remote_id(scene, contact), {"active": False})  # nor is this
    receive(scene)
    assert whats(contact) == before


def test_a_refusal_is_there_with_its_reason_and_each_time_anew(scene: Scene) -> None:
    contact = scene.contact(first_name="x" * 60)  # longer than theirs may be
    scene.activate()
    scene.shortened_meanwhile("first_name")
    scene.deliver()
    (refused,) = entries(contact)
    assert (refused.what, refused.code, refused.remote_id) == ("rejected", "memory.too_long", None)
    scene.edit(contact, first_name="y" * 60)
    scene.deliver()
    assert whats(contact) == ["rejected", "rejected"]


@pytest.mark.parametrize(
    ("fault", "ended"),
    [(Fault.LOST_AFTER_WRITE, Moved.ARRIVED), (Fault.LOST_BEFORE_WRITE, Moved.LOST)],
)
def test_a_write_without_an_answer_ends_in_one_of_two_ways(
    scene: Scene, fault: Fault, ended: Moved
) -> None:
    contact = linked(scene, company="First")
    scene.edit(contact, company="Second")
    _fail_the_push(scene, fault)
    scene.deliver()
    assert whats(contact)[-1] == Moved.UNKNOWN
    scene.transfer.links.update(departed_at=datetime.now(UTC) - timedelta(hours=1))
    scene.make_due()
    scene.deliver()
    assert ended in whats(contact)
    assert scene.org.people[remote_id(scene, contact)].values["company"] == "Second"


def _fail_the_push(scene: Scene, fault: Fault) -> None:
    """Not the look before it."""
    calls = iter([None, fault])
    real = scene.org.next_fault
    scene.org.next_fault = lambda: next(calls, None) or real()  # type: ignore[method-assign]


def test_what_is_held_is_said_once_however_often_it_is_looked_at() -> None:
    scene = two_way()
    contact = linked(scene)
    scene.edit(contact, last_name="")  # which theirs must have
    for city in ("Lyon", "Nice"):
        scene.deliver()
        scene.edit(contact, city=city)  # another look at the same
    held = [each for each in entries(contact) if each.what == "held"]
    assert [each.code for each in held] == ["raccord.plan.required_there"]
    assert held[0].fields["last_name"][:2] == [None, "Smith"]


def test_a_question_that_stays_open_is_not_asked_again_and_again() -> None:
    scene = two_way()
    contact = linked(scene)
    both_change(scene, contact)
    for city in ("Lyon", "Nice"):
        scene.edit(contact, city=city)
        receive(scene)
    assert whats(contact).count("asked") == 1


def test_who_comes_from_over_there_is_made_or_linked() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    known = scene.contact(company=None)
    scene.org.create({"email": "new@example.org", "last_name": "New"}, by="colleague")
    scene.org.create({"email": known.values["email"], "last_name": "Smith"}, by="colleague")
    scene.activate(load=False)
    receive(scene)
    made = Contact.objects.get(project=scene.project, key="new@example.org")
    (first,) = entries(made)
    logged = ChangeLogEntry.objects.get(contact=made.pk)
    assert (first.what, f"move:{first.move}") == ("made", logged.cause)
    assert whats(known)[0] == "linked"


def test_deletions_and_returns_and_merges_over_there_are_told() -> None:
    scene = two_way()
    contact = linked(scene)
    person = remote_id(scene, contact)
    scene.org.delete(person)
    receive(scene)
    scene.org.undelete(person)
    receive(scene)
    survivor, _ = scene.org.create({"last_name": "Survivor"}, by="colleague")
    scene.org.merge(person, into=survivor)
    receive(scene)
    scene.make_due()
    scene.deliver()
    told = whats(contact)
    assert told[:3] == ["created", "gone", "back"]
    assert "followed" in told
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.deliver()
    assert whats(contact)[-1] == "deleted"


def test_nothing_is_written_where_the_step_itself_is_undone(scene: Scene) -> None:
    """Two contacts that turn out to be one record: one of them is settled alone, once."""
    first = scene.contact("plain")
    second = scene.contact("accents")
    scene.activate()
    scene.deliver()
    assert whats(first) == whats(second) == ["created"]


def test_values_keep_their_types_and_odd_ones_survive() -> None:
    scene = a_scene(directions=Direction.BOTH)
    contact = linked(scene, birthdate="2000-02-29", notes='“\\"\t🎉 اسم', newsletter="no")
    (made,) = entries(contact)
    assert made.fields["birthdate"][1] == "2000-02-29"
    assert made.fields["notes"][1] == '“\\"\t🎉 اسم'
    assert made.fields["newsletter"][1] is True  # their opt-out box, ticked


def test_months_are_prepared_and_dropped_after_the_retention(scene: Scene) -> None:
    today = datetime.now(UTC).date()
    old = today - timedelta(days=settings.DELIVERY_LOG_DAYS + 40)
    partitions.prepare(old, table=delivery_log.TABLE, months=1)
    with connection.cursor() as cursor:
        for at in (old, today - timedelta(days=settings.DELIVERY_LOG_DAYS - 1), today):
            cursor.execute(
                "INSERT INTO sync_delivery (at, transfer, contact, direction, what) "
                "VALUES (%s, 1, 999999, 'out', 'updated')",
                [at],
            )
    sweep.sweep()
    left = Delivery.objects.filter(contact=999999)
    assert left.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"sync_delivery_{old:%Y_%m}"])
        assert cursor.fetchone()[0] is None
        for ahead in range(3):
            month = today.replace(day=1)
            for _each in range(ahead):
                month = partitions.following(month)
            cursor.execute("SELECT to_regclass(%s)", [f"sync_delivery_{month:%Y_%m}"])
            assert cursor.fetchone()[0] is not None
    left.delete()
