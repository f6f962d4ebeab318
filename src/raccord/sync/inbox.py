"""What the other side hinted at, until somebody has looked: hints stored, claimed and ended.

A hint names a record and holds none of its values. However often a record is hinted at before
somebody looks, there is one item; a verdict on what was claimed ends it only if no further hint
came meanwhile. A record that a person keeps apart stays so, unless it was linked after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from raccord.contacts import wakeups
from raccord.engine.errors import Failure
from raccord.engine.records import Priority
from raccord.engine.retry import GIVE_UP_AFTER
from raccord.sync.statements import as_json, change, database_time, fetch
from raccord.sync.steps import LEASE

INBOUND = "raccord.inbound"
INTERRUPTED = "raccord.sync.interrupted"

_PUT = """
INSERT INTO sync_inboxitem AS item
    (transfer_id, remote_id, version, priority, due_at, as_known_until, state, claims, attempts,
     reason, parameters, candidates)
SELECT %(transfer)s, given.remote_id, 1, given.priority, clock_timestamp(),
       given.as_known_until, 'due', 0, 0, '', '{}', '{}'
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS given (remote_id text, priority smallint, as_known_until timestamptz)
ORDER BY given.remote_id
ON CONFLICT (transfer_id, remote_id) DO UPDATE SET
    version = item.version + 1, priority = least(item.priority, EXCLUDED.priority),
    due_at = clock_timestamp(), claims = 0, attempts = 0,
    state = CASE
        WHEN item.state = 'apart' AND NOT EXISTS (
            SELECT FROM sync_link AS link
            WHERE link.transfer_id = item.transfer_id AND link.remote_id = item.remote_id
        ) THEN 'apart' ELSE 'due'
    END,
    as_known_until = CASE
        WHEN item.as_known_until IS NULL OR EXCLUDED.as_known_until IS NULL THEN NULL
        ELSE least(item.as_known_until, EXCLUDED.as_known_until)
    END,
    reason = '', parameters = '{}', candidates = '{}'
"""
_CLAIM = """
WITH due AS (
    SELECT id FROM sync_inboxitem
    WHERE transfer_id = %(transfer)s AND state = 'due' AND due_at <= statement_timestamp()
      AND (claim IS NULL OR lease_until < statement_timestamp())
      AND claims < %(give_up)s
    ORDER BY priority, due_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE sync_inboxitem AS item
SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s, claims = item.claims + 1
FROM due WHERE item.id = due.id
RETURNING item.id, item.remote_id, item.version, item.attempts, item.as_known_until
"""
# A worker that dies says nothing, so this is said for it.
_GIVE_UP = """
UPDATE sync_inboxitem
SET state = 'parked', reason = %(reason)s, claim = NULL, lease_until = NULL, claims = 0
WHERE transfer_id = %(transfer)s AND state = 'due' AND claims >= %(give_up)s
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""
# In the order in which hints are stored, or the two would wait for each other.
_LOCK = """
SELECT FROM sync_inboxitem WHERE id = ANY(%(items)s) ORDER BY remote_id FOR UPDATE
"""
_DONE = """
DELETE FROM sync_inboxitem AS item
USING unnest(%(items)s::bigint[], %(versions)s::bigint[]) AS given (item, version)
WHERE item.id = given.item AND item.version = given.version AND item.claim = %(token)s
"""
_STAY = """
UPDATE sync_inboxitem AS item
SET state = CASE WHEN given.parked THEN 'parked' ELSE 'due' END,
    due_at = coalesce(given.at, clock_timestamp()),
    attempts = least(item.attempts + 1, 1000), reason = given.reason,
    parameters = given.parameters, candidates = given.candidates
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (
    item bigint, version bigint, parked boolean, at timestamptz, reason text, parameters jsonb,
    candidates bigint[]
)
WHERE item.id = given.item AND item.version = given.version AND item.claim = %(token)s
"""
_DROP = """
UPDATE sync_inboxitem SET claim = NULL, lease_until = NULL, claims = 0
WHERE id = ANY(%(items)s) AND claim = %(token)s
"""


@dataclass(frozen=True, slots=True)
class Hint:
    """A record that changed. as_known_until: see `models.InboxItem`."""

    remote_id: str
    as_known_until: datetime | None = None
    priority: int = Priority.LIVE


@dataclass(frozen=True, slots=True)
class Hinted:
    """An inbox item under our lease, as it was when we took it."""

    item: int
    remote_id: str
    version: int
    attempts: int
    as_known_until: datetime | None


@dataclass(frozen=True, slots=True)
class InboxClaim:
    """Items taken together; now: the database's clock."""

    token: UUID
    now: datetime
    items: tuple[Hinted, ...]


@dataclass(frozen=True, slots=True)
class Stays:
    """Why an item does not end: it waits for a person (`parked`), or for a time."""

    hinted: Hinted
    failure: Failure | None = None
    parked: bool = False
    at: datetime | None = None
    candidates: tuple[int, ...] = ()


def put(transfer: int, hints: Iterable[Hint]) -> int:
    """Store hints and wake a worker after the commit. Gives how many records they name."""
    rows = {hint.remote_id: hint for hint in hints}
    if rows:
        change(_PUT, transfer=transfer, rows=as_json(map(_row, rows.values())))
        wakeups.after_commit(INBOUND, transfer=transfer)
    return len(rows)


def claim(transfer: int, *, limit: int) -> InboxClaim | None:
    """Take what is due now; None if there is nothing."""
    token = uuid4()
    rows = fetch(
        _CLAIM, transfer=transfer, token=token, lease=LEASE, limit=limit, give_up=GIVE_UP_AFTER
    )
    if not rows:
        change(_GIVE_UP, transfer=transfer, give_up=GIVE_UP_AFTER, reason=INTERRUPTED)
        return None
    items = tuple(Hinted(*row) for row in sorted(rows, key=lambda row: row[1]))
    return InboxClaim(token=token, now=database_time(), items=items)


def end(claim: InboxClaim, *, done: Sequence[Hinted], stays: Sequence[Stays]) -> None:
    """Carry the verdicts out; an item that was hinted at again stays due as it is.

    Part of the caller's transaction.
    """
    fetch(_LOCK, items=[each.item for each in claim.items])
    ended = 0
    if done:
        ended = change(
            _DONE,
            items=[each.item for each in done],
            versions=[each.version for each in done],
            token=claim.token,
        )
    if stays:
        change(_STAY, rows=as_json(map(_stay, stays)), token=claim.token)
    if ended < len(claim.items):
        drop(claim)


def drop(claim: InboxClaim) -> None:
    """Give back what is still ours."""
    change(_DROP, items=[each.item for each in claim.items], token=claim.token)


def _row(hint: Hint) -> Mapping[str, object]:
    until = hint.as_known_until.isoformat() if hint.as_known_until else None
    return {"remote_id": hint.remote_id, "priority": hint.priority, "as_known_until": until}


def _stay(stays: Stays) -> Mapping[str, object]:
    failure = stays.failure
    return {
        "item": stays.hinted.item,
        "version": stays.hinted.version,
        "parked": stays.parked,
        "at": stays.at.isoformat() if stays.at else None,
        "reason": failure.code if failure else "",
        "parameters": dict(failure.params) if failure else {},
        "candidates": list(stays.candidates),
    }
