"""The story of outbound, top to bottom: how a changed contact reaches the other side.

One run works for one data transfer until nothing is due or its time is over; then it lets others
have the worker. Several runs may go on at once, on any machine: an item is claimed by one of them,
and a link is moved by one of them.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from django.db import transaction

from raccord.connections.sentences import is_known
from raccord.engine import retry
from raccord.engine.errors import Failure
from raccord.sync import delivery_log, delivery_rows, failure_limit, items, slots, troubles
from raccord.sync.agree import agree
from raccord.sync.claim import claim
from raccord.sync.decide import decide
from raccord.sync.look import look
from raccord.sync.moving import move
from raccord.sync.opening import opened
from raccord.sync.routes import CLAIM_AT_MOST
from raccord.sync.send import Answered, send
from raccord.sync.settle import settle
from raccord.sync.steps import Claim, Departure, Fate, Route, Verdict

log = structlog.get_logger(__name__)

RUN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to. work_left: its time was over before the work was."""

    claimed: int = 0
    work_left: bool = False


def deliver(transfer_id: int, *, seconds: float = RUN_SECONDS) -> Run:
    """Deliver what is due for a data transfer.

    A failure of the connection ends the run and is noted where it belongs; bugs are raised, and
    what they hit stays due.
    """
    ends_at = time.monotonic() + seconds
    with opened(transfer_id) as run:
        if run is None or run.slot is None:
            return Run()
        return _deliver(run.route, slot=run.slot, ends_at=ends_at)


def _deliver(route: Route, *, slot: UUID, ends_at: float) -> Run:
    claimed = 0
    while (taken := claim(route)) is not None:
        claimed += len(taken.items)
        trouble = _carry(route, taken)
        log.info("outbound.settled", transfer=route.transfer, items=len(taken.items))
        if trouble is not None:
            attempts = 1 + max(item.attempts for item in taken.items)
            troubles.meet(route.transfer, trouble, attempts=attempts)
            return Run(claimed)
        troubles.over(route.connection)
        route = replace(route, probing=False)
        if time.monotonic() >= ends_at or route.claim_at_most < CLAIM_AT_MOST:
            return Run(claimed, work_left=True)
        slots.renew(slot)
    return Run(claimed)


def _carry(route: Route, taken: Claim) -> Failure | None:
    """Take claimed items the whole way: look, decide, agree, then depart, send and settle."""
    try:
        looked = look(route, taken)
    except Failure as failure:
        _give_back(taken, failure)
        return failure
    decided = decide(route, taken, looked.sightings)
    moved = move(route, taken, decided.moves)
    stayed = agree(route, taken, decided.agreements)
    refused = {verdict.claimed.item for verdict in stayed}
    ended = [v for v in [*looked.verdicts, *decided.verdicts] if v.claimed.item not in refused]
    with transaction.atomic():
        items.end(taken, [*ended, *stayed, *moved])
        entries = delivery_rows.of_verdicts(route, [*ended, *stayed, *moved])
        delivery_log.write_news(route.transfer, entries)
    departures = [row for row in decided.departures if row.claimed.item not in refused]
    if looked.elsewhere:
        log.info("outbound.kept_elsewhere", transfer=route.transfer, items=looked.elsewhere)
    if looked.not_looked_for:
        log.info("outbound.left_alone", transfer=route.transfer, items=looked.not_looked_for)
    return _send_and_settle(route, taken, departures)


def _send_and_settle(route: Route, taken: Claim, departures: list[Departure]) -> Failure | None:
    """The calls of one claim. No more of them depart once the integration is suspended."""
    trouble: Failure | None = None
    suspended = threading.Event()
    for answered in send(route, taken, departures, stopped=suspended.is_set):
        settle(route, taken, answered)
        _count_unknown(route, answered)
        if failure_limit.count(route, answered.outcomes):
            suspended.set()
        trouble = trouble or _trouble(answered, taken)
    return trouble


def _count_unknown(route: Route, answered: Answered) -> None:
    """Codes that nobody has words for are taken for permanent, shown as they are, and counted."""
    codes = Counter(
        outcome.failure.code
        for outcome in answered.outcomes
        if outcome.failure is not None and not is_known(route.source, outcome.failure.code)
    )
    for code, count in codes.items():
        log.warning("outbound.unknown_code", transfer=route.transfer, code=code, rows=count)


def _trouble(answered: Answered, taken: Claim) -> Failure | None:
    """The failure of a call, or of a row, that concerns more than its record."""
    if answered.failure is not None:
        return answered.failure
    for outcome in answered.outcomes:
        if outcome.failure is not None and isinstance(
            retry.decide(outcome.failure, attempts=1, now=taken.now), retry.Pause
        ):
            return outcome.failure
    return None


def _give_back(taken: Claim, failure: Failure) -> None:
    """Nothing was seen, so nothing is decided: everything stays due, and counts as a try."""
    items.end(
        taken,
        [Verdict(item, Fate.AGAIN, failure, at=taken.now, failed=True) for item in taken.items],
    )
