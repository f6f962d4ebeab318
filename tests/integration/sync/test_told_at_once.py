"""What the other side tells us by itself: stored once, followed at once, whatever comes twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs

from raccord.connections.models import ReceivingAddress
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, OnlyThere
from raccord.sync import activate, inbound, inbox, receive, sweep
from raccord.sync.models import InboxItem, ReceivedEvent
from tests.integration.posting import Sender, a_sender, code, content, event
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both() -> Scene:
    """Every field flows both ways; active."""
    scene = a_scene(directions=Direction.BOTH)
    scene.activate()
    return scene


@pytest.fixture
def sender(both: Scene) -> Sender:
    return a_sender(both.connection)


def linked(scene: Scene) -> tuple[Contact, str]:
    contact = scene.contact()
    scene.deliver()
    remote_id = scene.link(contact).remote_id
    assert remote_id
    return contact, remote_id


def hints() -> dict[str, int]:
    """The records that are to be looked at, with how often they were hinted at."""
    return dict(InboxItem.objects.values_list("remote_id", "version"))


def jobs(scene: Scene) -> int:
    """The wake-ups that wait for a worker; other tests leave theirs behind."""
    waiting = ProcrastinateJob.objects.filter(task_name=inbox.INBOUND, status="todo")
    return waiting.filter(args={"transfer": scene.transfer.pk}).count()


def test_a_change_over_there_is_told_and_reaches_the_contact(both: Scene, sender: Sender) -> None:
    contact, remote_id = linked(both)
    both.org.edit(remote_id, {"company": "Acme"})
    told = event(remote_id)
    answer = sender.tell(told)
    assert answer.status_code == 202
    assert content(answer) | {"now": ""} == {
        "v": 1,
        "taken": [told["id"]],
        "refused": [],
        "now": "",
    }
    assert (hints(), jobs(both)) == ({remote_id: 1}, 1)
    inbound.take_in(both.transfer.pk)
    both.deliver()
    contact.refresh_from_db()
    assert contact.values["company"] == "Acme"
    assert hints() == {}


def test_what_is_told_again_is_answered_like_the_first_time_and_has_no_effect(
    both: Scene, sender: Sender
) -> None:
    told = event("p1")
    first, again = sender.tell(told), sender.tell(told)
    assert content(first)["taken"] == content(again)["taken"] == [told["id"]]
    assert hints() == {"p1": 1}
    InboxItem.objects.all().delete()
    sender.tell(told, event("p2"))
    assert hints() == {"p2": 1}


def test_a_record_that_is_told_of_often_is_looked_at_once(both: Scene, sender: Sender) -> None:
    sender.tell(*(event("p1", kind=kind) for kind in ("created", "updated", "deleted")))
    assert hints() == {"p1": 1}


def test_an_id_that_comes_twice_in_one_message_loses_no_record(sender: Sender) -> None:
    first = event("p1")
    answer = sender.tell(first, event("p2", id=first["id"]))
    assert content(answer)["taken"] == [first["id"]]
    assert hints() == {"p1": 1, "p2": 1}


def test_a_merge_hints_at_both_records(sender: Sender) -> None:
    sender.tell(event("p1", kind="merged", into="p2"))
    assert hints() == {"p1": 1, "p2": 1}


def test_events_that_concern_nobody_are_taken_without_effect(both: Scene, sender: Sender) -> None:
    told = event("p1", object_name="opportunity\0")
    stranger = event("p1", object_name="opportunity")
    answer = content(sender.tell(told, stranger))
    assert answer["taken"] == [stranger["id"]]
    assert [each["code"] for each in answer["refused"]] == ["webhook.event_object"]
    both.transfer.active = False
    both.transfer.save()
    sender.tell(event("p2"))
    assert (hints(), ReceivedEvent.objects.count()) == ({}, 2)


def test_while_a_person_switched_it_off_nothing_is_collected(both: Scene, sender: Sender) -> None:
    activate.deactivate(both.integration)
    assert sender.tell(event("p1")).status_code == 202
    assert hints() == {}


def test_while_errors_suspend_it_hints_are_kept(both: Scene, sender: Sender) -> None:
    both.integration.state = "suspended"
    both.integration.save()
    sender.tell(event("p1"))
    assert hints() == {"p1": 1}


def test_where_nothing_comes_in_nothing_is_hinted_at() -> None:
    scene = a_scene(directions=Direction.OUTBOUND)
    scene.activate()
    sender = a_sender(scene.connection)
    sender.tell(event("p1"))
    assert hints() == {}
    scene.transfer.only_there = OnlyThere.CREATE
    scene.transfer.save()
    sender.tell(event("p1"))
    assert hints() == {"p1": 1}


def test_what_we_wrote_ourselves_is_not_looked_at_again(both: Scene, sender: Sender) -> None:
    _, remote_id = linked(both)
    sender.tell(event(remote_id, by_integration=True))
    assert hints() == {}
    sender.tell(event(remote_id, by_integration=True), event(remote_id))
    assert hints() == {remote_id: 1}


def test_people_may_work_as_our_user(both: Scene, sender: Sender) -> None:
    contact, remote_id = linked(both)
    both.link(contact).__class__.objects.update(departed_at=timezone.now() - timedelta(minutes=11))
    sender.tell(event(remote_id, by_integration=True), event("p9", by_integration=True))
    assert hints() == {remote_id: 1, "p9": 1}


def test_two_messages_with_the_same_events_at_once_count_once(both: Scene, sender: Sender) -> None:
    events = [event(f"p{number}") for number in range(300)]
    ready = threading.Barrier(4)
    answers: list[list[str]] = []

    def send(mine: list[dict[str, Any]]) -> None:
        try:
            ready.wait()
            answers.append(sorted(content(sender.tell(*mine))["taken"]))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=[events[:: 1 if number % 2 else -1]])
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [sorted(each["id"] for each in events)] * 4
    assert set(hints().values()) == {1}
    assert ReceivedEvent.objects.count() == len(hints()) == 300


def test_as_many_events_as_fit_into_a_message(both: Scene, sender: Sender) -> None:
    events = [event(f"p{number}", id=f"a0X-{number:012}") for number in range(10_000)]
    assert len(content(sender.tell(*events))["taken"]) == 10_000
    assert InboxItem.objects.count() == 10_000


def test_nothing_is_kept_of_a_message_that_could_not_be_stored(both: Scene, sender: Sender) -> None:
    with _read_only():
        answer = sender.tell(event("p1"))
    assert code(answer) == (503, "webhook.unavailable")
    assert answer.headers["Retry-After"]
    assert (hints(), ReceivedEvent.objects.count()) == ({}, 0)


def test_while_the_database_is_away_the_sender_is_told_to_come_again(sender: Sender) -> None:
    with _unreachable():
        answer = sender.tell(event("p1"))
    assert code(answer) == (503, "webhook.unavailable")
    assert sender.tell(event("p1")).status_code == 202


def test_people_see_when_something_came_and_what_was_refused(sender: Sender) -> None:
    sender.tell(event("p1"), event("p2"))
    sender.tell(event("p3"), v=0)
    address = ReceivingAddress.objects.get()
    assert address.received_at and address.refused_at
    assert (address.events, address.refusal) == (2, "webhook.unusable_version")
    sender.tell(event("p3"))
    address.refresh_from_db()
    assert address.events == 3
    ReceivingAddress.objects.update(events_on=timezone.now().date() - timedelta(days=1))
    sender.tell(event("p4"))
    address.refresh_from_db()
    assert address.events == 1


def test_of_many_refusals_in_a_row_not_each_is_written_whatever_their_reasons(
    sender: Sender,
) -> None:
    sender.tell(v=0)
    first = ReceivingAddress.objects.get()
    assert code(sender.post(b"{")) != code(sender.tell(v=0))
    again = ReceivingAddress.objects.get()
    assert (again.refusal, again.refused_at) == (first.refusal, first.refused_at)
    ReceivingAddress.objects.update(refused_at=timezone.now() - timedelta(minutes=1))
    sender.post(b"{")
    assert ReceivingAddress.objects.get().refusal != first.refusal


def test_the_log_counts_and_names_nobody(sender: Sender) -> None:
    with capture_logs() as logs:
        sender.tell(event("p1"), event(""))
        sender.tell(v=0)
    taken, refused = (each for each in logs if each["event"].startswith("receive."))
    assert (taken["event"], taken["events"], taken["refused"]) == ("receive.taken", 1, 1)
    assert (refused["event"], refused["code"]) == ("receive.refused", "webhook.unusable_version")
    assert sender.secret not in repr(logs)
    assert "p1" not in repr(logs)


def test_what_was_told_is_known_for_a_week(sender: Sender) -> None:
    sender.tell(event("p1"), event("p2"))
    young = ReceivedEvent.objects.order_by("pk").first()
    assert young
    old = timezone.now() - receive.KNOWN_FOR - timedelta(minutes=1)
    ReceivedEvent.objects.exclude(pk=young.pk).update(received_at=old)
    sweep.sweep()
    assert ReceivedEvent.objects.get() == young


@contextmanager
def _read_only() -> Iterator[None]:
    """As a server is while it recovers: it answers, and writes nothing."""
    _execute("SET default_transaction_read_only = on")
    yield
    _execute("SET default_transaction_read_only = off")


@contextmanager
def _unreachable() -> Iterator[None]:
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        yield
    finally:
        connection.settings_dict["HOST"] = host
        connection.close()


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
