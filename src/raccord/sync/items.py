"""The end of a claim: what becomes of each outbox item. Part of settle; used wherever rows stay.

A verdict holds for the version that was claimed. If the contact was changed meanwhile, only the
claim is dropped: a verdict on an old version is no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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

_LONGEST_DETAIL = 2000


def end(claim: Claim, verdicts: Sequence[Verdict]) -> None:
    """Carry the verdicts out, in a few statements however many there are."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.claimed.item)
    done = [verdict.claimed for verdict in ordered if verdict.fate is Fate.DONE]
    stay = [_stay(verdict) for verdict in ordered if verdict.fate is not Fate.DONE]
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
    if ended < len(ordered):
        drop(claim, [verdict.claimed.item for verdict in ordered])


def alive(claim: Claim, items: Sequence[int]) -> set[int]:
    """The items among these that are still ours, under a lease that has not ended.

    Asked for in a statement of its own: as a condition inside a larger one, and without
    statistics (right after a first load), it would be checked for every pair of rows.
    """
    return {row[0] for row in fetch(_ALIVE, items=list(items), token=claim.token)}


def drop(claim: Claim, items: Sequence[int]) -> None:
    """Give items back as they are; those that are no longer ours stay untouched."""
    change(_DROP, items=list(items), token=claim.token)


def _stay(verdict: Verdict) -> Mapping[str, object]:
    failure = verdict.failure
    parameters: dict[str, object] = dict(failure.params) if failure else {}
    if verdict.alone:
        parameters["alone"] = True
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
