"""Beginning a comparison, pausing, resuming and cancelling it, and asking for its repair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from raccord.connections.models import DataTransfer, Integration, IntegrationState
from raccord.contacts import wakeups
from raccord.engine.errors import BadInput
from raccord.engine.reconcile import DRIFT
from raccord.sync.reconcile.findings import Figures
from raccord.sync.reconcile.leases import TASK, begin_phase
from raccord.sync.reconcile.models import (
    UNFINISHED,
    Cause,
    Finding,
    Phase,
    ReconcileState,
    Reconciliation,
    Timetable,
)

log = structlog.get_logger(__name__)

UNDER_WAY = "raccord.reconcile.under_way"
NOT_ACTIVE = "raccord.reconcile.not_active"
OVER = "raccord.reconcile.over"
NOTHING_TO_REPAIR = "raccord.reconcile.nothing_to_repair"
OUTDATED = "raccord.reconcile.outdated"

LONG_GAP = timedelta(hours=24)
"""After so long without reading changes, everything is compared: what was deleted meanwhile may
no longer be told, and what changed may have changed back."""

RUNS_KEPT = 50
LISTS_KEPT = 5


def begin(
    transfer: DataTransfer, *, cause: Cause, started_by: str = "", repair: bool = False
) -> Reconciliation:
    """Begin comparing both sides, and wake a worker.

    Raises BadInput while nothing may flow over the transfer, and while a comparison goes on.
    """
    if not _is_active(transfer):
        raise BadInput(NOT_ACTIVE)
    try:
        with transaction.atomic():
            run = Reconciliation.objects.create(
                transfer=transfer, cause=cause, started_by=started_by, repair=repair
            )
            _forget(transfer)
            wakeups.after_commit(TASK, run=run.pk)
    except IntegrityError:
        raise BadInput(UNDER_WAY) from None
    log.info("reconcile.begun", run=run.pk, transfer=transfer.pk, cause=cause)
    return run


def after_gap(transfer_id: int, *, last_read: datetime | None, now: datetime) -> None:
    """Begin one by itself if changes were not read for long; part of the reading's transaction."""
    if last_read is None or now - last_read < LONG_GAP:
        return
    transfer = DataTransfer.objects.get(pk=transfer_id)
    times = Timetable.objects.filter(connection=transfer.connection_id).first()
    try:
        begin(transfer, cause=Cause.GAP, repair=times.repair if times else False)
    except BadInput as refused:
        log.info("reconcile.not_begun", transfer=transfer_id, code=refused.code)


def repair(run: Reconciliation) -> None:
    """Ask for a look at everything that drifted.

    Raises BadInput where nothing did, where both sides were compared again since, and while
    another comparison goes on or nothing may flow.
    """
    if not _is_active(run.transfer):
        raise BadInput(NOT_ACTIVE)
    with transaction.atomic():
        run = Reconciliation.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if not can_repair(run):
            raise BadInput(NOTHING_TO_REPAIR)
        if Reconciliation.objects.filter(transfer=run.transfer_id, pk__gt=run.pk).exists():
            raise BadInput(OUTDATED)
        begin_phase(run, Phase.REPAIR)
        run.state, run.finished_at, run.due_at, run.claims = ReconcileState.RUNNING, None, Now(), 0
        run.save()
        wakeups.after_commit(TASK, run=run.pk)
    log.info("reconcile.repair_asked_for", run=run.pk)


def can_repair(run: Reconciliation) -> bool:
    """Whether it found drift that nobody has asked to repair yet."""
    done = run.state == ReconcileState.DONE and run.repaired_at is None
    return done and Figures.of(run).drift > 0


def may_repair(run: Reconciliation) -> bool:
    """The same, and nothing was compared since, and something may flow."""
    newer = Reconciliation.objects.filter(transfer=run.transfer_id, pk__gt=run.pk)
    return can_repair(run) and _is_active(run.transfer) and not newer.exists()


def pause(run: Reconciliation) -> None:
    """Let it stand where it is. Raises BadInput once it is over."""
    _move(run, (ReconcileState.RUNNING,), ReconcileState.PAUSED)


def resume(run: Reconciliation) -> None:
    """Let it go on from where it stands. Raises BadInput once it is over."""
    _move(run, (ReconcileState.PAUSED,), ReconcileState.RUNNING)


def cancel(run: Reconciliation) -> None:
    """End it; what was found so far stays. Raises BadInput once it is over."""
    _move(run, UNFINISHED, ReconcileState.CANCELLED)


def drift_left(run: Reconciliation) -> int:
    """What differs without a rule as far as the run knows: after its repair, if it had one."""
    figures = Figures.of(run)
    if run.repaired_at is None or run.state != ReconcileState.DONE:
        return figures.drift
    stands: dict[str, int] = run.proven
    again = sum(stands.get(result, 0) for result in DRIFT)
    return figures.drift - sum(stands.values()) + again


def latest(transfers: Sequence[int]) -> dict[int, Reconciliation]:
    """Data transfer -> its newest run, whatever became of it."""
    return _newest(Reconciliation.objects.filter(transfer__in=transfers))


def latest_done(transfers: Sequence[int]) -> dict[int, Reconciliation]:
    """Data transfer -> the newest run that compared everything."""
    compared = Reconciliation.objects.filter(transfer__in=transfers, compared_at__isnull=False)
    return _newest(compared)


def _newest(runs: QuerySet[Reconciliation]) -> dict[int, Reconciliation]:
    newest = runs.order_by("transfer_id", "-pk").distinct("transfer_id")
    return {run.transfer_id: run for run in newest}


def _move(run: Reconciliation, states: tuple[ReconcileState, ...], state: ReconcileState) -> None:
    """The lease goes with it: a step that is under way finds out, and stores nothing."""
    over = state == ReconcileState.CANCELLED
    with transaction.atomic():
        moved = Reconciliation.objects.filter(pk=run.pk, state__in=states).update(
            state=state,
            claim=None,
            lease_until=None,
            claims=0,
            due_at=Now(),
            **({"finished_at": Now()} if over else {}),
        )
        if not moved:
            raise BadInput(OVER)
        if state == ReconcileState.RUNNING:
            wakeups.after_commit(TASK, run=run.pk)
    log.info("reconcile.moved", run=run.pk, state=state)


def _is_active(transfer: DataTransfer) -> bool:
    active = Integration.objects.filter(
        connection=transfer.connection_id, state=IntegrationState.ACTIVE
    )
    return transfer.active and active.exists()


def _forget(transfer: DataTransfer) -> None:
    """Old runs, and the lists of runs that were followed by others."""
    newest = Reconciliation.objects.filter(transfer=transfer).order_by("-pk")
    kept = list(newest.values_list("pk", flat=True)[:RUNS_KEPT])
    Finding.objects.filter(run__transfer=transfer).exclude(run__in=kept[:LISTS_KEPT]).delete()
    newest.exclude(pk__in=kept).delete()
