"""A comparison while things go on: crashes, two workers, edits, pauses, live work beside it."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from raccord.connections.models import Integration
from raccord.connectors import registry
from raccord.connectors.memory.organization import Fault
from raccord.contacts.models import OutboxItem
from raccord.engine.errors import BadInput
from raccord.engine.reconcile import DRIFT, Result
from raccord.engine.records import Priority
from raccord.engine.retry import GIVE_UP_AFTER
from raccord.sync import routes, slots, sweep
from raccord.sync.models import Slot
from raccord.sync.reconcile import comparing, leases, pairs, runs, timetable
from raccord.sync.reconcile.findings import Figures
from raccord.sync.reconcile.models import (
    Cause,
    Phase,
    ReconcileState,
    Reconciliation,
    Rhythm,
    Timetable,
)
from tests.integration.sync.comparing_scene import (
    agreed,
    begin,
    compare,
    go_on,
    move,
    number,
    polling_is_off,
    settle,
    two_way,
    unstamped,
)
from tests.integration.sync.meanwhile import all_at_once
from tests.integration.sync.scene import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)


class Died(BaseException):
    """A worker is killed: nothing that it would do afterwards is done."""


def a_lease_later() -> None:
    Reconciliation.objects.filter(claim__isnull=False).update(lease_until=LONG_AGO)
    Slot.objects.update(lease_until=LONG_AGO)


def with_limit(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connector read so few records at once that a run takes several pages."""
    limits = replace(registry.get("memory").limits, rows_per_read=size)
    opened = routes.open_route

    def open_route(transfer: int, *, stale_after: timedelta) -> object:
        route = opened(transfer, stale_after=stale_after)
        return route and replace(route, limits=limits)

    monkeypatch.setattr("raccord.sync.opening.open_route", open_route)


@pytest.mark.parametrize("dies_at", range(1, 9))
def test_killed_between_or_within_pages_it_goes_on_and_counts_nobody_twice(
    dies_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = two_way()
    people = agreed(scene, 5)
    unstamped(scene, people[0], company="Else")
    unstamped(scene, people[4], company="Else")
    polling_is_off(scene)
    with_limit(2, monkeypatch)
    run = begin(scene, repair=True)
    steps = 0
    let_go, hold = leases.let_go, leases.hold

    def dying(taken: leases.Taken) -> Reconciliation | None:
        nonlocal steps
        steps += 1
        if steps == dies_at:
            raise Died
        return hold(taken)

    def not_let_go(taken: leases.Taken, **how: object) -> None:
        if steps != dies_at:
            let_go(taken, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(leases, "hold", dying)
    monkeypatch.setattr(leases, "let_go", not_let_go)
    with suppress(Died):
        for _ in range(20):
            comparing.work(run.pk)
            move(scene)
            Reconciliation.objects.update(due_at=Now())
    a_lease_later()
    run = go_on(scene, run)
    assert run.state == ReconcileState.DONE
    assert (Figures.of(run).pairs, number(run, Result.EQUAL), number(run, *DRIFT)) == (5, 3, 2)
    assert run.proven == {Result.EQUAL: 2}
    assert run.findings.count() == 2


def test_two_workers_never_count_a_pair_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = two_way()
    agreed(scene, 7)
    with_limit(2, monkeypatch)
    run = begin(scene)
    for _ in range(20):
        all_at_once(*[lambda: comparing.work(run.pk)] * 3)
        run.refresh_from_db()
        if run.is_over:
            break
        Reconciliation.objects.update(due_at=Now())
    assert (run.state, Figures.of(run).pairs, run.seen) == (ReconcileState.DONE, 7, 7)


def test_an_edit_over_there_behind_our_reading_is_no_drift() -> None:
    """They edit after we read their record and before we read our contact; it even arrives."""
    scene = two_way()
    people = agreed(scene, 2)
    remote = scene.link(people[0]).remote_id or ""
    run = begin(scene)
    fetch = pairs._views
    times: list[int] = []

    def edited_meanwhile(*given: object) -> object:
        views = fetch(*given)  # type: ignore[arg-type]
        if not times:
            times.append(1)
            scene.org.edit(remote, {"company": "Meanwhile"})
            settle(scene)
        return views

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_views", edited_meanwhile)
        comparing.work(run.pk)
    run = go_on(scene, run)
    assert (number(run, Result.EQUAL), number(run, *DRIFT)) == (2, 0)


def test_an_edit_of_ours_behind_their_reading_is_no_drift() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    run = begin(scene)
    fetch = pairs._views

    def edited_meanwhile(*given: object) -> object:
        views = fetch(*given)  # type: ignore[arg-type]
        scene.edit(people[0], company=f"Meanwhile {uuid4()}")
        return views

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_views", edited_meanwhile)
        comparing.work(run.pk)
    run.refresh_from_db()
    assert (number(run, Result.WAITING), number(run, *DRIFT)) == (1, 0)


def test_a_contact_that_never_rests_is_left_to_the_flow() -> None:
    """Every reading finds that the link moved meanwhile."""
    scene = two_way()
    people = agreed(scene, 2)
    run = begin(scene)
    fetch = pairs._views

    def moved_meanwhile(*given: object) -> object:
        views = fetch(*given)  # type: ignore[arg-type]
        scene.edit(people[0], company=f"Meanwhile {uuid4()}")
        move(scene)
        return views

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_views", moved_meanwhile)
        comparing.work(run.pk)
    run.refresh_from_db()
    assert (number(run, Result.WAITING), number(run, *DRIFT)) == (1, 0)


def test_paused_it_stands_still_and_resumed_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = two_way()
    agreed(scene, 5)
    with_limit(2, monkeypatch)
    run = begin(scene)
    comparing.work(run.pk, seconds=0)
    runs.pause(run)
    assert not comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, Figures.of(run).pairs) == (ReconcileState.PAUSED, 2)
    runs.resume(run)
    assert Figures.of(go_on(scene, run)).pairs == 5
    with pytest.raises(BadInput) as refused:
        runs.pause(run)
    assert refused.value.code == runs.OVER


def test_cancelled_within_a_page_it_stores_no_more_and_says_what_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = two_way()
    agreed(scene, 5)
    with_limit(2, monkeypatch)
    run = begin(scene)
    comparing.work(run.pk, seconds=0)
    fetch = pairs._views

    def cancelled_meanwhile(*given: object) -> object:
        runs.cancel(run)
        return fetch(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pairs, "_views", cancelled_meanwhile)
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, Figures.of(run).pairs) == (ReconcileState.CANCELLED, 2, 2)
    assert run.finished_at is not None
    assert begin(scene).pk != run.pk  # and another may begin


def test_live_work_gets_the_slots_and_its_items_go_before_repairs() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    unstamped(scene, people[0], company="Else")
    polling_is_off(scene)
    run = begin(scene, repair=True)
    with ExitStack() as stack:
        for _ in range(slots.PER_CONNECTION - 1):
            assert stack.enter_context(slots.slot(scene.connection.pk))
        comparing.work(run.pk)
        run.refresh_from_db()
        assert run.phase == Phase.HERE  # one step, and then it made room
        assert run.due_at > datetime.now(run.due_at.tzinfo)
    Reconciliation.objects.update(due_at=Now())
    comparing.work(run.pk)
    assert OutboxItem.objects.get(contact=people[0].pk).priority == Priority.BACKFILL


def test_a_failure_of_the_other_side_leaves_it_where_it_stands() -> None:
    scene = two_way()
    agreed(scene, 3)
    scene.deliver_described()
    run = begin(scene)
    scene.org.fail_next(Fault.UNAVAILABLE)
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.claim, run.done) == (ReconcileState.RUNNING, None, 0)
    scene.connection.refresh_from_db()
    assert scene.connection.pause_reason == "memory.unavailable"
    scene.connection.paused_until = None
    scene.connection.save()
    Reconciliation.objects.update(due_at=Now())
    assert number(go_on(scene, run), Result.EQUAL) == 3


def test_a_bug_at_the_same_place_ends_the_run_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = two_way()
    agreed(scene, 1)
    run = begin(scene)

    def broken(*given: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(pairs, "_views", broken)
    for _ in range(GIVE_UP_AFTER):
        with pytest.raises(RuntimeError):
            comparing.work(run.pk)
        a_lease_later()
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == (ReconcileState.FAILED, leases.INTERRUPTED)


def test_switched_off_meanwhile_it_waits() -> None:
    scene = two_way()
    agreed(scene, 1)
    run = begin(scene)
    Integration.objects.update(state="suspended")
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == (ReconcileState.RUNNING, 0)
    assert leases.unfinished() == []
    Integration.objects.update(state="active")
    assert go_on(scene, Reconciliation.objects.get()).state == ReconcileState.DONE


def test_every_week_unless_somebody_chose_otherwise_and_once_each_time() -> None:
    scene = two_way()
    agreed(scene, 1)
    timetable.begin_due()
    times = Timetable.objects.get(connection=scene.connection)
    assert (times.rhythm, Reconciliation.objects.count()) == (Rhythm.WEEKLY, 0)
    Timetable.objects.update(next_at=LONG_AGO)
    all_at_once(*[timetable.begin_due] * 3)
    run = Reconciliation.objects.get()
    assert (run.cause, run.repair) == (Cause.TIMETABLE, False)
    times.refresh_from_db()
    assert times.next_at is not None
    assert times.next_at > run.created_at
    timetable.choose(scene.connection, rhythm=Rhythm.OFF, weekday=0, hour=0, repair=True)
    Timetable.objects.update(next_at=LONG_AGO)
    go_on(scene, run)
    sweep.sweep()
    assert Reconciliation.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"rhythm": "hourly"}, {"weekday": 7}, {"hour": 24}, {"hour": -1}]
)
def test_no_time_is_refused(wrong: dict[str, object]) -> None:
    scene = two_way()
    chosen: dict[str, object] = {"rhythm": "daily", "weekday": 0, "hour": 3, "repair": False}
    with pytest.raises(BadInput) as refused:
        timetable.choose(scene.connection, **(chosen | wrong))  # type: ignore[arg-type]
    assert refused.value.code == timetable.WRONG


def test_the_sweep_wakes_what_lost_jobs_left() -> None:
    scene = two_way()
    agreed(scene, 1)
    run = begin(scene)
    assert leases.unfinished() == [run.pk]
    go_on(scene, run)
    assert leases.unfinished() == []


def test_consents_that_they_lifted_are_asked_about_and_never_taken() -> None:
    scene = two_way()
    refused = scene.contact("plain", email="no@example.org", newsletter="no")
    agreed(scene, 1)
    settle(scene)
    unstamped(scene, refused, opted_out=False)
    polling_is_off(scene)
    compare(scene, repair=True)
    refused.refresh_from_db()
    assert refused.values["newsletter"] == "no"
