"""The story of a comparison, top to bottom: pairs, contacts, records, and the repair if wanted.

Each step reads without a transaction and stores in a short one: what was found, its counts, and
the position, guarded by the lease. So a worker may die anywhere, another goes on, and nothing is
counted twice. A run makes room for live work as soon as its connection has no other slot left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.contacts.models import Contact
from raccord.engine.errors import Failure
from raccord.engine.reconcile import Comparison, Result, Why
from raccord.engine.records import Priority
from raccord.sync import slots, troubles
from raccord.sync.models import Link, LinkState
from raccord.sync.opening import opened
from raccord.sync.reconcile import leases, one_sided, pairs, repairing
from raccord.sync.reconcile.findings import Figures, Found, Scope, store
from raccord.sync.reconcile.leases import Taken, begin_phase
from raccord.sync.reconcile.models import Phase, ReconcileState, Reconciliation
from raccord.sync.steps import Route

log = structlog.get_logger(__name__)

RUN_SECONDS = 20.0
CONTACTS_AT_ONCE = 5_000
NOT_NOW = timedelta(minutes=1)
"""When to ask again whether anything may flow."""
ROOM = timedelta(seconds=5)
"""How long to stay away when live work needs the slots."""

Advance = Callable[[Reconciliation], None]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step read: what it found, how the run advances, and when to go on."""

    advance: Advance
    found: list[Found] = field(default_factory=list)
    calls: int = 0
    wait: timedelta = timedelta(0)


def work(run_id: int, *, seconds: float = RUN_SECONDS) -> bool:
    """Take steps until the run is over or its time is; whether it is to be woken at once.

    A failure of the connection ends it for now and is noted where it belongs; bugs are raised,
    and the run is taken up again when its lease ends.
    """
    taken = leases.take(run_id)
    if taken is None:
        return False
    transfer = Reconciliation.objects.values_list("transfer_id", flat=True).get(pk=run_id)
    ends_at = time.monotonic() + seconds
    with opened(transfer, priority=Priority.BACKFILL) as run:
        if run is None or run.slot is None:
            leases.let_go(taken, wait=ROOM if run else NOT_NOW)
            return False
        try:
            return _work(run.route, taken, slot=run.slot, ends_at=ends_at)
        except Failure as failure:
            leases.let_go(taken, wait=NOT_NOW)
            troubles.meet(transfer, failure, attempts=1)
            return False


def _work(route: Route, taken: Taken, *, slot: UUID, ends_at: float) -> bool:
    while True:
        run = Reconciliation.objects.get(pk=taken.run)
        step = _STEPS[Phase(run.phase)](run, route)
        if not _store(taken, step):
            return False
        troubles.over(route.connection)
        if step.wait or slots.are_taken(route.connection):
            leases.let_go(taken, wait=step.wait or ROOM)
            return False
        if time.monotonic() >= ends_at:
            leases.let_go(taken, wait=timedelta(0))
            return True
        slots.renew(slot)


def _store(taken: Taken, step: Step) -> bool:
    """What was found, and the advance; False if the run is over or no longer ours."""
    with transaction.atomic():
        run = leases.hold(taken)
        if run is None:
            log.info("reconcile.no_longer_ours", run=taken.run)
            return False
        figures = Figures.of(run)
        store(run, step.found, figures)
        run.counts, run.fields = dict(figures.counts), dict(figures.fields)
        run.calls += step.calls
        step.advance(run)
        run.save()
    log.info("reconcile.step", run=run.pk, phase=run.phase, found=len(step.found))
    return run.state == ReconcileState.RUNNING


def _pairs(run: Reconciliation, route: Route) -> Step:
    if run.position == 0:
        run.total = _to_compare(route)
    size = route.limits.rows_per_read
    contacts, reached = pairs.some(route, after=run.position, limit=size)
    compared = pairs.compared(route, contacts)
    total = run.total

    def advance(run: Reconciliation) -> None:
        run.total, run.position = total, reached
        run.done += len(contacts)
        run.seen += compared.living
        if len(contacts) < size:
            begin_phase(run, Phase.HERE)

    return Step(advance, compared.found, compared.calls)


def _here(run: Reconciliation, route: Route) -> Step:
    contacts = one_sided.contacts(route, after=run.position, limit=CONTACTS_AT_ONCE)
    last = len(contacts) < CONTACTS_AT_ONCE
    found = one_sided.without_record(route, contacts)
    theirs = route.connector.count(route.spec.object) if last else None

    def advance(run: Reconciliation) -> None:
        run.done += len(contacts)
        if theirs is None:
            run.position = contacts[-1]
            return
        run.theirs = theirs
        unknown = max(0, theirs - run.seen)
        if unknown and one_sided.is_read(route):
            run.total = run.done + theirs
            begin_phase(run, Phase.THERE)
        else:
            _ignore(run, unknown)
            _compared(run)

    return Step(advance, found, calls=1 if last else 0)


def _ignore(run: Reconciliation, number: int) -> None:
    """Their records that are nobody's concern are counted, and not read."""
    figures = Figures.of(run)
    if number:
        figures.add(Found(Scope.THERE, Comparison(Result.SETTLED, Why.IGNORED)), number=number)
    run.counts = dict(figures.counts)


def _there(run: Reconciliation, route: Route) -> Step:
    page = one_sided.page(route, after=run.place)
    found = one_sided.without_contact(route, page.records)

    def advance(run: Reconciliation) -> None:
        run.done += len(page.records)
        if page.more:
            run.place = page.records[-1].id
        else:
            _compared(run)

    return Step(advance, found, calls=1)


def _compared(run: Reconciliation) -> None:
    """Everything was compared; what follows depends on whether anything drifted."""
    run.compared_at, run.total = Now(), run.done
    drift = Figures.of(run).drift
    log.info("reconcile.compared", run=run.pk, drift=drift)
    if run.repair and drift:
        begin_phase(run, Phase.REPAIR)
    else:
        finish(run)


def finish(run: Reconciliation) -> None:
    """The run is over."""
    run.state, run.finished_at = ReconcileState.DONE, Now()
    run.claim = run.lease_until = None


def _repair(run: Reconciliation, route: Route) -> Step:
    some = repairing.some(run)

    def advance(run: Reconciliation) -> None:
        if some:
            repairing.ask(route, some)
            run.position = some[-1].pk
        else:
            run.repaired_at = Now()
            begin_phase(run, Phase.PROOF)

    return Step(advance)


def _proof(run: Reconciliation, route: Route) -> Step:
    some = repairing.asked(run)
    if some and not repairing.are_settled(run, route, some):
        return Step(lambda run: None, wait=repairing.PATIENCE)
    outcomes, calls = repairing.prove(route, some)

    def advance(run: Reconciliation) -> None:
        if some:
            run.proven = repairing.note(run, outcomes)
            run.position = some[-1].pk
        else:
            finish(run)

    return Step(advance, calls=calls)


def _to_compare(route: Route) -> int:
    linked = Link.objects.filter(transfer=route.transfer, state=LinkState.LINKED).count()
    return linked + Contact.objects.filter(project=route.project).count()


_STEPS: Mapping[Phase, Callable[[Reconciliation, Route], Step]] = {
    Phase.PAIRS: _pairs,
    Phase.HERE: _here,
    Phase.THERE: _there,
    Phase.REPAIR: _repair,
    Phase.PROOF: _proof,
}
