"""Who wakes whom: jobs are wake-up calls, and losing all of them loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from raccord.connections.models import Connection
from raccord.contacts import changes
from raccord.contacts.models import OutboxItem
from raccord.engine.records import Direction, Operation, Origin, OriginKind
from raccord.sync import activate, backfill, inbox, next_time, poll, slots, sweep, tasks
from raccord.sync.inbox import Hint
from raccord.sync.models import Backfill, InboxItem, Reading, Slot
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene


def jobs(name: str) -> list[tuple[dict[str, int], datetime | None]]:
    """The waiting jobs of a task: their arguments, and when they are for."""
    waiting = ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id")
    return [(job.args, job.scheduled_at) for job in waiting]


def forget_jobs() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_every_task_that_is_woken_by_name_exists() -> None:
    names = {"raccord.outbound", "raccord.imports", "raccord.backfill", "raccord.sweep"}
    assert names <= set(app.tasks)
    assert not any(app.tasks[name].lock or app.tasks[name].retry_strategy for name in names)
    (periodic,) = [
        each for each in app.periodic_registry.periodic_tasks.values() if each.task.name in names
    ]
    assert (periodic.task.name, periodic.task.queueing_lock) == ("raccord.sweep", "raccord.sweep")


def test_saving_wakes_a_worker_once_and_its_task_delivers(scene: Scene) -> None:
    scene.activate()
    forget_jobs()
    scene.contact("accents")
    scene.contact("plain")
    assert jobs("raccord.outbound") == [({"transfer": scene.transfer.pk}, None)]
    forget_jobs()
    tasks.deliver(transfer=scene.transfer.pk)
    assert len(scene.people()) == 2
    assert jobs("raccord.outbound") == []


def test_sweep_wakes_what_lost_jobs_left(scene: Scene) -> None:
    activate.activate(scene.integration)
    scene.contact()
    forget_jobs()
    tasks.sweep_up(timestamp=0)
    assert [job for job, _ in jobs("raccord.outbound")] == [{"transfer": scene.transfer.pk}]
    started = Backfill.objects.get()
    assert [job for job, _ in jobs("raccord.backfill")] == [{"backfill": started.pk}]


@pytest.mark.parametrize(
    "broken",
    [
        "contacts.partitions.prepare",
        "contacts.activity.sum_up",
        "sync.deliveries.sum_up",
        "connections.authorize.forget_stale",
        "contacts.bulk.forget",
    ],
)
def test_one_act_of_the_sweep_that_fails_keeps_no_other_from_being_done(
    db: None, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    dropped = []

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"raccord.{broken}", fails)
    monkeypatch.setattr("raccord.contacts.imports.drop_stale", lambda: dropped.append("files"))
    monkeypatch.setattr("raccord.contacts.exports.drop_expired", lambda: dropped.append("exports"))
    sweep.sweep()
    assert dropped == ["files", "exports"]


def test_sweep_lets_sleep_what_cannot_go_on(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    assert sweep.transfers_with_work() == [scene.transfer.pk]
    later = timezone.now() + timedelta(hours=1)
    Connection.objects.update(paused_until=later)
    assert sweep.transfers_with_work() == []
    Connection.objects.update(paused_until=LONG_AGO)
    OutboxItem.objects.filter(contact=contact.pk).update(claim=uuid4(), lease_until=later)
    assert sweep.transfers_with_work() == []
    OutboxItem.objects.filter(contact=contact.pk).update(lease_until=LONG_AGO)
    assert sweep.transfers_with_work() == [scene.transfer.pk]


def test_what_is_due_soon_is_woken_then_and_not_a_minute_later(scene: Scene) -> None:
    scene.activate()
    scene.deliver()
    contact = scene.contact()
    forget_jobs()
    OutboxItem.objects.filter(contact=contact.pk).update(
        due_at=timezone.now() + timedelta(seconds=30)
    )
    next_time.wake(scene.transfer.pk, at_once=False)
    ((arguments, at),) = jobs("raccord.outbound")
    assert arguments == {"transfer": scene.transfer.pk}
    assert at is not None
    # An edit made meanwhile has a wake-up of its own, at once.
    scene.edit(contact, first_name="Janet")
    assert [at for _, at in jobs("raccord.outbound")][1:] == [None]


def test_bug_in_a_task_ends_the_job_and_keeps_the_items(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.org.find = None  # type: ignore[method-assign,assignment]
    tasks.deliver(transfer=scene.transfer.pk)
    assert scene.item(contact).state == "due"
    assert not Slot.objects.filter(claim__isnull=False).exists()


def test_first_load_goes_on_where_its_worker_died(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        changes.ContactChange({"email": f"p{n}@example.org", "last_name": f"P{n}"})
        for n in range(25)
    ]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    monkeypatch.setattr(backfill, "CHUNK", 10)
    activate.activate(scene.integration)
    row = Backfill.objects.get()
    assert backfill.work(row.pk, seconds=0)  # one chunk, then its time is over
    row.refresh_from_db()
    assert (row.done, row.total, scene.items()) == (10, 25, 10)
    Backfill.objects.update(claim=uuid4(), lease_until=timezone.now() + timedelta(minutes=1))
    assert not backfill.work(row.pk)  # somebody is at it
    Backfill.objects.update(lease_until=LONG_AGO)
    assert backfill.unfinished() == [row.pk]
    assert not backfill.work(row.pk)
    row.refresh_from_db()
    assert (row.done, row.total, scene.items()) == (25, 25, 25)
    assert row.finished_at is not None


def test_first_load_never_touches_what_waits_already(scene: Scene) -> None:
    contact = scene.contact()
    activate.activate(scene.integration)
    scene.edit(contact, first_name="Janet")
    before = scene.item(contact)
    scene.load()
    after = scene.item(contact)
    assert (after.version, after.priority, after.operations) == (
        before.version,
        before.priority,
        [Operation.UPDATED],
    )


def test_contact_deleted_while_switched_off_is_deleted_there_afterwards(scene: Scene) -> None:
    from tests import cast

    scene.activate()
    contact = scene.contact()
    scene.deliver()
    activate.deactivate(scene.integration)
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.activate()
    scene.deliver()
    assert scene.people() == []


def test_transfer_that_a_screen_switched_on_is_captured_by_the_sweep(
    transactional_db: None,
) -> None:
    scene = a_scene()
    scene.transfer.active = False
    scene.transfer.save()
    scene.integration.state = "active"
    scene.integration.save()
    contact = scene.contact()
    assert scene.items() == 0
    scene.transfer.active = True
    scene.transfer.save()
    tasks.sweep_up(timestamp=0)
    scene.load()
    scene.deliver()
    assert scene.link(contact).remote_id == scene.people()[0].id


def test_slot_whose_worker_died_is_free_again_after_its_lease(scene: Scene) -> None:
    with ExitStack() as taken:
        for _ in range(slots.PER_CONNECTION):
            assert taken.enter_context(slots.slot(scene.connection.pk)) is not None
        assert taken.enter_context(slots.slot(scene.connection.pk)) is None
        Slot.objects.update(lease_until=LONG_AGO)
        with slots.slot(scene.connection.pk) as token:
            assert token is not None


@pytest.fixture
def receiving(transactional_db: None) -> Scene:
    """A scene in which both readings and hints may be worked on, and no job waits."""
    scene = a_scene(directions=Direction.BOTH)
    scene.activate()
    scene.contact()
    scene.deliver()
    poll.read_changes(scene.transfer.pk)
    forget_jobs()
    return scene


@contextmanager
def no_slot_free(scene: Scene) -> Iterator[None]:
    with ExitStack() as taken:
        for _ in range(slots.PER_CONNECTION):
            taken.enter_context(slots.slot(scene.connection.pk))
        yield


def test_reading_that_finds_no_slot_is_woken_a_second_later_and_does_not_spin(
    receiving: Scene,
) -> None:
    Reading.objects.update(due_at=LONG_AGO)
    with no_slot_free(receiving):
        tasks.read_changes(transfer=receiving.transfer.pk)
    ((_, scheduled_at),) = jobs(poll.POLL)
    assert scheduled_at is not None
    assert scheduled_at > timezone.now()
    forget_jobs()
    tasks.read_changes(transfer=receiving.transfer.pk)
    assert Reading.objects.get().due_at > timezone.now()


def test_hints_that_find_no_slot_or_wait_for_a_moment_are_woken_for_then(receiving: Scene) -> None:
    key = receiving.transfer.pk
    inbox.put(key, [Hint("nobody")])
    forget_jobs()
    with no_slot_free(receiving):
        tasks.take_in(transfer=key)
    ((_, scheduled_at),) = jobs(inbox.INBOUND)
    assert scheduled_at is not None
    InboxItem.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    forget_jobs()
    tasks.take_in(transfer=key)
    assert jobs(inbox.INBOUND) == []  # the sweep comes first


def test_hints_of_an_integration_that_is_off_wake_nobody(receiving: Scene) -> None:
    inbox.put(receiving.transfer.pk, [Hint("nobody")])
    activate.deactivate(receiving.integration)
    forget_jobs()
    tasks.take_in(transfer=receiving.transfer.pk)
    assert jobs(inbox.INBOUND) == []
