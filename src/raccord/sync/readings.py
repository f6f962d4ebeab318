"""How far their changes were read: a row per data transfer, leased, moved by its holder only.

A *pass* reads page by page from a position to the present. A fast one begins a minute before the
newest stamp seen; a sweep begins where the other side itself last said that nothing can appear
any more, and so finds what appeared late. Stamps choose what is read; values decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from raccord.connectors.base import Position
from raccord.engine import polling
from raccord.engine.records import OnlyThere
from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE

THE_BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)
_MAKE = """
INSERT INTO sync_reading (transfer_id, high, safe, at_id, sweeping, idle)
VALUES (%(transfer)s, %(start)s, %(start)s, '', false, 0)
ON CONFLICT (transfer_id) DO NOTHING
"""
_TAKE = """
UPDATE sync_reading
SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s
WHERE transfer_id = %(transfer)s AND due_at <= clock_timestamp()
  AND (claim IS NULL OR lease_until < clock_timestamp())
RETURNING high, at_stamp, at_id, safe, safe_next, sweeping, sweep_at <= clock_timestamp(), idle,
          clock_timestamp(), read_at
"""
_MOVE = """
UPDATE sync_reading
SET at_stamp = %(stamp)s, at_id = %(id)s, sweeping = %(sweeping)s, safe_next = %(safe_next)s,
    lease_until = clock_timestamp() + %(lease)s
WHERE transfer_id = %(transfer)s AND claim = %(token)s AND lease_until > clock_timestamp()
"""
_FINISH = """
UPDATE sync_reading
SET high = greatest(high, %(high)s), at_stamp = NULL, at_id = '', sweeping = false,
    safe = CASE WHEN %(sweeping)s THEN coalesce(%(safe_next)s, safe) ELSE safe END,
    safe_next = NULL,
    sweep_at = CASE WHEN %(sweeping)s THEN clock_timestamp() + %(sweep_every)s ELSE sweep_at END,
    idle = %(idle)s, due_at = clock_timestamp() + %(interval)s, read_at = clock_timestamp(),
    claim = NULL, lease_until = NULL
WHERE transfer_id = %(transfer)s AND claim = %(token)s AND lease_until > clock_timestamp()
"""
_LET_GO = """
UPDATE sync_reading
SET claim = NULL, lease_until = NULL, due_at = clock_timestamp() + %(wait)s
WHERE transfer_id = %(transfer)s AND claim = %(token)s
"""
_READ_ALL = """
UPDATE sync_reading
SET high = %(start)s, safe = %(start)s, safe_next = NULL, at_stamp = NULL, at_id = '',
    sweeping = false, sweep_at = clock_timestamp(), due_at = clock_timestamp(), claim = NULL
WHERE transfer_id = %(transfer)s
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass under our lease.

    high: the newest stamp of earlier passes. newest: of this one so far. position: where it
    stands, None before its first page. sweep_due: whether a new one should be a sweep. read_at:
    when an earlier one came to the present.
    """

    transfer: int
    token: UUID
    now: datetime
    high: datetime
    safe: datetime
    safe_next: datetime | None
    sweeping: bool
    sweep_due: bool
    idle: int
    position: Position | None
    read_at: datetime | None

    def begun(self, *, stable_until: datetime | None) -> Pass:
        """The pass at its beginning; a sweep if one is due, with their word on what is stable."""
        if not self.sweep_due:
            return replace(self, position=Position(max(self.safe, self.high - polling.OVERLAP)))
        safe_next = stable_until or max(self.safe, self.high - polling.LATE_AT_MOST)
        return replace(self, sweeping=True, safe_next=safe_next, position=Position(self.safe))


def take(transfer: int, *, only_there: OnlyThere) -> Pass | None:
    """Lease the reading of a transfer if it is due; the first time, decide where it begins."""
    token = uuid4()
    rows = _take(transfer, token)
    if not rows and change(_MAKE, transfer=transfer, start=_start(only_there)):
        rows = _take(transfer, token)
    if not rows:
        return None
    high, at_stamp, at_id, safe, safe_next, sweeping, sweep_due, idle, now, read_at = rows[0]
    return Pass(
        transfer=transfer,
        token=token,
        now=now,
        high=high,
        safe=safe,
        safe_next=safe_next,
        sweeping=sweeping,
        sweep_due=sweep_due,
        idle=idle,
        position=Position(at_stamp, at_id) if at_stamp else None,
        read_at=read_at,
    )


def move(taken: Pass) -> bool:
    """Note where the pass stands; False if it is no longer ours. Part of a transaction."""
    assert taken.position is not None  # noqa: S101 - a pass that moves has begun
    return bool(
        change(
            _MOVE,
            transfer=taken.transfer,
            token=taken.token,
            stamp=taken.position.stamp,
            id=taken.position.id,
            sweeping=taken.sweeping,
            safe_next=taken.safe_next,
            lease=LEASE,
        )
    )


def finish(taken: Pass, *, news: bool) -> bool:
    """End a pass that came to the present; the next one is due sooner if it brought news."""
    assert taken.position is not None  # noqa: S101 - a pass that ends has begun
    idle = 0 if news else min(taken.idle + 1, 100)
    return bool(
        change(
            _FINISH,
            transfer=taken.transfer,
            token=taken.token,
            high=taken.position.stamp if taken.position.id else taken.high,
            sweeping=taken.sweeping,
            safe_next=taken.safe_next,
            sweep_every=polling.SWEEP_EVERY,
            idle=idle,
            interval=polling.interval(idle),
        )
    )


def let_go(taken: Pass, *, wait: timedelta) -> None:
    """Give the reading back where it stands; due again after `wait`."""
    change(_LET_GO, transfer=taken.transfer, token=taken.token, wait=wait)


def read_everything(transfer: int) -> None:
    """Begin anew: what was no news before may be now."""
    change(_READ_ALL, transfer=transfer, start=THE_BEGINNING)


def _take(transfer: int, token: UUID) -> list[tuple[Any, ...]]:
    return fetch(_TAKE, transfer=transfer, token=token, lease=LEASE)


def _start(only_there: OnlyThere) -> datetime:
    """Everybody is read once, to be recognised; where nobody is wanted, what changes from now."""
    if only_there is not OnlyThere.IGNORE:
        return THE_BEGINNING
    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    return now - polling.LATE_AT_MOST
