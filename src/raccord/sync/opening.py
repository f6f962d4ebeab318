"""How each run over a data transfer begins: its route opened, a slot of its connection held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from raccord.connections import call_counts
from raccord.connections.describing import STALE_AFTER
from raccord.engine.errors import Failure
from raccord.engine.records import Priority
from raccord.installation import hold
from raccord.sync import clocks, slots, troubles
from raccord.sync.routes import open_route
from raccord.sync.steps import Route

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a run works with. slot: to be renewed by a run that outlasts its lease; None if all
    slots of the connection are taken, so that nothing may be done now."""

    route: Route
    slot: UUID | None


@contextmanager
def opened(
    transfer_id: int,
    *,
    wanted: Callable[[Route], bool] = lambda route: True,
    priority: int = Priority.CONSENT_TIGHTENED,
    stale_after: timedelta = STALE_AFTER,
) -> Iterator[Opened | None]:
    """Open a data transfer for one run; None if nothing may flow over it, or nothing is wanted.

    priority: of the run's work; None also if the budget of calls leaves nothing for it.
    stale_after: how old what is known of the other side's schema may be. A failure to open it is
    noted where it belongs. The calls made are counted at the end, and what they told of the other
    side's clock is written down.
    """
    if hold.is_held():
        log.info("run.held", transfer=transfer_id)
        yield None
        return
    route = _route(transfer_id, stale_after)
    if route is None or not wanted(route) or route.least_urgent < priority:
        yield None
        return
    with slots.slot(route.connection) as slot:
        if slot is None:
            log.info("run.no_slot", transfer=transfer_id, connection=route.connection)
        try:
            yield Opened(route, slot)
        finally:
            call_counts.store()
            clocks.store()


def _route(transfer_id: int, stale_after: timedelta) -> Route | None:
    try:
        return open_route(transfer_id, stale_after=stale_after)
    except Failure as failure:
        troubles.meet(transfer_id, failure, attempts=1)
        return None
