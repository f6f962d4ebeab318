"""Step 6 of outbound: make the calls, several at once. Before: depart; after: settle.

Everything that touches our database happens in the thread that runs the flow; the calls
themselves run in threads beside it. Each call has a deadline of its own, shorter than the lease
that its departure renewed. Nothing here raises what a call raised: it is part of the answer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import structlog

from raccord.engine import retry
from raccord.engine.batching import batches
from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    SchemaChanged,
    Transient,
)
from raccord.engine.records import Outcome, Status, Write
from raccord.sync.bisection import bisect
from raccord.sync.depart import depart
from raccord.sync.parallel import calls_at_once, without_connection_left
from raccord.sync.steps import LEASE, Claim, Departure, Fate, Route, Verdict

log = structlog.get_logger(__name__)

MALFORMED = "raccord.sync.malformed_answer"
OUT_OF_TIME = "raccord.sync.out_of_time"

# The whole call failed for a reason that would meet every other call just the same.
_CONNECTION_WIDE = (Transient, RateLimited, AuthorizationLost, PermissionMissing, SchemaChanged)


@dataclass(frozen=True, slots=True)
class Answered:
    """One call's rows with their outcomes; `failure` stands for all of them when nothing was
    written at all. stayed: rows that did not leave, with the reason why."""

    departures: Sequence[Departure] = ()
    outcomes: Sequence[Outcome] = ()
    failure: Failure | None = None
    stayed: Sequence[Verdict] = ()


@dataclass(frozen=True, slots=True)
class _Unsent:
    """What a call gave back that says nothing of its rows."""

    failure: Failure


def send(
    route: Route,
    claim: Claim,
    departures: Sequence[Departure],
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Answered]:
    """Depart and push batch by batch; yields each call's answer as it comes.

    After a failure of the whole connection, and once `stopped`, no further batch departs: its
    rows stay due.
    """
    waiting = deque(_batches(route, departures))
    under_way: dict[Future[list[Outcome] | _Unsent], Sequence[Departure]] = {}
    at_once = calls_at_once(route)
    with ThreadPoolExecutor(at_once, thread_name_prefix="push") as pool:
        while waiting or under_way:
            if stopped():
                yield Answered(stayed=_stay(waiting))
                waiting.clear()
            while waiting and len(under_way) < at_once:
                left, stayed = depart(route, claim, waiting.popleft())
                if stayed:
                    yield Answered(stayed=stayed)
                if left:
                    push = partial(_push, route, [row.write for row in left])
                    under_way[pool.submit(without_connection_left, push)] = left
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                answered = _answered(under_way.pop(future), future.result())
                yield answered
                if answered.failure is not None:
                    yield Answered(stayed=_stay(waiting, answered.failure))
                    waiting.clear()


def _stay(waiting: Iterable[Sequence[Departure]], failure: Failure | None = None) -> list[Verdict]:
    """Batches that never departed are as due as they were."""
    return [Verdict(row.claimed, Fate.AGAIN, failure) for rows in waiting for row in rows]


def _batches(route: Route, departures: Sequence[Departure]) -> Iterator[list[Departure]]:
    """The calls to make, urgent rows first.

    Rows that must go alone each make their own; those behind one record, which would hold each
    other up in several calls, go in one.
    """
    by_contact = {row.claimed.contact: row for row in departures}
    together = [row.write for row in departures if not row.claimed.alone]
    behind: dict[str, list[Write]] = {}
    for row in departures:
        if row.claimed.alone:
            name = row.claimed.behind or f"contact {row.claimed.contact}"
            behind.setdefault(name, []).append(row.write)
    for writes in (together, *behind.values()):
        for batch in batches(writes, rows_per_write=route.limits.rows_per_write):
            yield [by_contact[write.ref] for write in batch]


def _answered(departures: Sequence[Departure], result: list[Outcome] | _Unsent) -> Answered:
    if isinstance(result, _Unsent):
        return Answered(departures, failure=result.failure)
    return Answered(departures, result)


def _push(route: Route, writes: Sequence[Write]) -> list[Outcome] | _Unsent:
    """One call; more of them, for ever smaller parts, when the whole answer is a refusal.

    By the connectors' contract nothing was written when something was raised.
    """
    last_start = time.monotonic() + (LEASE / 2 - route.limits.call_deadline).total_seconds()

    def attempt(rows: Sequence[Write]) -> list[Outcome]:
        part = len(rows) < len(writes)
        if part and time.monotonic() > last_start:
            return _all(rows, Status.RETRY, Transient(OUT_OF_TIME))
        try:
            return _checked(rows, route.connector.push(rows))
        except OutcomeUnknown as failure:
            return _all(rows, Status.UNKNOWN, failure)
        except _CONNECTION_WIDE as failure:
            if not part:
                raise
            return _all(rows, Status.RETRY, failure)
        except Exception as reason:
            raise _RefusedAsAWhole from reason

    try:
        return bisect(writes, attempt, alone=_refused, on=_RefusedAsAWhole)
    except _CONNECTION_WIDE as failure:
        return _Unsent(failure)


class _RefusedAsAWhole(Exception):  # noqa: N818 - its cause is the failure
    """A call was refused for a reason that may lie in one of its rows."""


def _refused(write: Write, refused: Exception) -> list[Outcome]:
    reason = refused.__cause__
    if not isinstance(reason, Failure):
        log.error("outbound.push_failed", contact=write.ref, exc_info=reason)
        reason = Failure(retry.INTERNAL, detail=type(reason).__name__)
    return [Outcome(write.ref, Status.REJECTED, write.remote_id, reason)]


def _all(rows: Sequence[Write], status: Status, failure: Failure) -> list[Outcome]:
    return [Outcome(row.ref, status, row.remote_id, failure) for row in rows]


def _checked(rows: Sequence[Write], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """An answer that does not name every row, in order, says nothing certain of any."""
    if [row.ref for row in rows] != [outcome.ref for outcome in outcomes]:
        raise OutcomeUnknown(MALFORMED)
    return list(outcomes)
