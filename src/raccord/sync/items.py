"""The end of a claim: what becomes of each outbox item. Part of settle; used wherever rows stay.

A verdict holds for the version that was claimed. If the contact was changed meanwhile, only the
claim is dropped: a verdict on an old version is no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from raccord.engine.errors import RowBusy
from raccord.sync.statements import as_json, change, fetch
from raccord.sync.steps import Claim, Fate, Verdict

_DONE = """
DELETE FROM contacts_outboxitem AS item
USING unnest(%(items)s::bigint[], %(versions)s::bigint[]) AS given (item, version)
WHERE item.id = given.item AND item.version = given.version AND item.claim = %(token)s
"""
_STAY = """
UPDATE contacts_outboxitem AS item
SET state = given.state, reason = given.reason, parameters = given.parameters,
    detail = given.detail, due_at = coalesce(given.at, clock_timestamp()),
    attempts = least(item.attempts + given.failed, 1000),
    claim = NULL, lease_until = NULL, claims = 0
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (
    item bigint, version bigint, state text, reason text, parameters jsonb, detail text,
    at timestamptz, failed int
)
WHERE item.id = given.item AND item.version = given.version AND item.claim = %(token)s
"""
_DROP = """
UPDATE contacts_outboxitem SET claim = NULL, lease_until = NULL, claims = 0
WHERE id = ANY(%(items)s) AND claim = %(token)s
"""
_ALIVE = """
SELECT id FROM contacts_outboxitem
WHERE id = ANY(%(items)s) AND claim = %(token)s AND lease_until > clock_timestamp()
"""

# In the order in which a save locks them, or the two would wait for each other.
_LOCK = """
SELECT id FROM contacts_outboxitem
WHERE id = ANY(%(items)s) AND claim = %(token)s ORDER BY contact FOR UPDATE
"""

_LONGEST_DETAIL = 2000


def end(claim: Claim, verdicts: Sequence[Verdict]) -> None:
    """Carry the verdicts out, in a few statements however many there are."""
    if not verdicts:
        return
    with transaction.atomic(savepoint=False):
        ours = lock(claim, [verdict.claimed.item for verdict in verdicts])
        ended = _carry_out(claim, [each for each in verdicts if each.claimed.item in ours])
        if ended < len(ours):
            change(_DROP, items=sorted(ours), token=claim.token)


def lock(claim: Claim, items: Sequence[int]) -> set[int]:
    """Keep others from changing these items until the transaction ends; those still ours."""
    return {row[0] for row in fetch(_LOCK, items=list(items), token=claim.token)}


def alive(claim: Claim, items: Sequence[int]) -> set[int]:
    """The items among these that are still ours, under a lease that has not ended.

    Asked for in a statement of its own: as a condition inside a larger one, and without
    statistics (right after a first load), it would be checked for every pair of rows.
    """
    return {row[0] for row in fetch(_ALIVE, items=list(items), token=claim.token)}


def drop(claim: Claim, items: Sequence[int]) -> None:
    """Give items back as they are; those that are no longer ours stay untouched."""
    with transaction.atomic(savepoint=False):
        change(_DROP, items=sorted(lock(claim, items)), token=claim.token)


def _carry_out(claim: Claim, verdicts: Sequence[Verdict]) -> int:
    """How many verdicts still held for the version that was claimed."""
    done = [verdict.claimed for verdict in verdicts if verdict.fate is Fate.DONE]
    stay = [_stay(verdict) for verdict in verdicts if verdict.fate is not Fate.DONE]
    ended = 0
    if done:
        ended += change(
            _DONE,
            items=[item.item for item in done],
            versions=[item.version for item in done],
            token=claim.token,
        )
    if stay:
        ended += change(_STAY, rows=as_json(stay), token=claim.token)
    return ended


def _stay(verdict: Verdict) -> Mapping[str, object]:
    failure = verdict.failure
    parameters: dict[str, object] = dict(failure.params) if failure else {}
    if verdict.alone:
        parameters["alone"] = True
    if isinstance(failure, RowBusy) and failure.records:
        parameters["behind"] = min(failure.records)
    return {
        "item": verdict.claimed.item,
        "version": verdict.claimed.version,
        "state": verdict.fate,
        "reason": failure.code if failure else "",
        "parameters": parameters,
        "detail": failure.detail[:_LONGEST_DETAIL].replace("\0", "") if failure else "",
        "at": verdict.at.isoformat() if verdict.at else None,
        "failed": int(verdict.failed),
    }
