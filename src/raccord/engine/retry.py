"""A failure, how often it was tried, and the time: when again, or not before a person acted.

The only place with these numbers. Called by the settle step of the flow for a row's failure, and
by the story around it for a connection's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    GuardStopped,
    OutcomeUnknown,
    PermissionMissing,
    QuotaExhausted,
    RateLimited,
    RowBusy,
    SchemaChanged,
    Transient,
)

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
JITTER = 0.25
BUSY_FIRST_DELAY = timedelta(seconds=2)
BUSY_ATTEMPTS = 8
LOOK_AFTER = timedelta(seconds=10)
RATE_PAUSE = timedelta(minutes=1)
QUOTA_PAUSE = timedelta(hours=1)

PERMISSION_ATTEMPTS = 3
"""A row that is not permitted: then it is parked, though the rest of the transfer may go on."""
GONE_ATTEMPTS = 3
"""A record said to be gone, for which the look finds no successor."""
NOT_VISIBLE_ATTEMPTS = 3
"""A linked record that a look does not give back."""
SUSPECT_AFTER = 3
"""Claims without an end: from here on a row is claimed alone, so that it takes nobody with it."""
GIVE_UP_AFTER = 8
"""Then it is parked."""
PROBE_ROWS = 20
"""Sent first after an outage, or of many that are tried again: enough to tell, few to lose."""

INTERNAL = "raccord.internal"


@dataclass(frozen=True, slots=True)
class Again:
    """Due again at `at`; in a call of its own if `alone`."""

    at: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Park:
    """Waits for a person, in the error centre, under this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing of this connection (or transfer) goes out before `until`; None: a person acts."""

    until: datetime | None
    scope: Literal["connection", "transfer"] = "connection"


def decide(
    failure: BaseException, *, attempts: int, now: datetime, jitter: float = 0.0
) -> Again | Park | Pause:
    """What happens next.

    attempts: failed tries so far, this one included. jitter: from 0 to 1, drawn by the caller,
    spreads rows that failed together. An exception that is no `Failure` is a bug: it parks the
    record so that the others go on.
    """
    match failure:
        case QuotaExhausted():
            return Pause(failure.until or now + QUOTA_PAUSE)
        case RateLimited():
            return Pause(failure.until or now + RATE_PAUSE)
        case AuthorizationLost():
            return Pause(None)
        case PermissionMissing() | SchemaChanged() | GuardStopped():
            return Pause(None, scope="transfer")
        case _:
            return _for_row(failure, attempts=attempts, now=now, jitter=jitter)


def _for_row(
    failure: BaseException, *, attempts: int, now: datetime, jitter: float
) -> Again | Park:
    match failure:
        case Transient():
            return Again(now + delay(attempts, jitter=jitter))
        case RowBusy() if attempts < BUSY_ATTEMPTS:
            # Rows that wait for the same record come back together: one call holds nobody up.
            together = 0.0 if failure.records else jitter
            wait = delay(attempts, first=BUSY_FIRST_DELAY, jitter=together)
            return Again(now + wait, alone=True)
        case OutcomeUnknown():
            # Only a look is due so soon; `may_repeat` says when the write may be repeated.
            return Again(now + max(LOOK_AFTER, delay(attempts, jitter=jitter)))
        case Failure():
            return Park(failure.code)
        case _:
            return Park(INTERNAL)


def delay(attempts: int, *, first: timedelta = FIRST_DELAY, jitter: float = 0.0) -> timedelta:
    """Doubles with each failed try up to a limit; `jitter` adds up to a quarter on top."""
    doubled = first * (1 << min(max(attempts - 1, 0), 20))
    return min(doubled, LONGEST_DELAY) * (1 + JITTER * min(max(jitter, 0.0), 1.0))


def may_repeat(
    *, departed_at: datetime, now: datetime, max_request_time: timedelta, tightens: bool = False
) -> bool:
    """Whether a write that was never answered, and that no view shows, may be sent again.

    After `max_request_time` the first one can no longer take effect. Opting somebody out twice
    does no harm, so that waits for nothing.
    """
    return tightens or now >= departed_at + max_request_time
