"""Step 5 of outbound, right before each call: note on the links what is about to be sent.

Before: decide and agree; after: send. One transaction for one call. It renews the items' lease,
so that the call cannot outlive it, and refuses every row that somebody else is moving or has
moved since the look: those leave the call and are planned again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from django.db import IntegrityError, transaction

from raccord.engine import retry
from raccord.engine.errors import Failure, RowBusy
from raccord.engine.records import Action
from raccord.sync import delivery_log, delivery_rows, items
from raccord.sync.bisection import bisect
from raccord.sync.models import LinkState
from raccord.sync.statements import as_json, change, fetch
from raccord.sync.steps import LEASE, SHORTLY, Claim, Departure, Fate, Route, Verdict
from raccord.sync.stored_forms import dump_base, dump_values

log = structlog.get_logger(__name__)

SPOKEN_FOR = "raccord.sync.spoken_for"

_GIVEN = """
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (
    contact bigint, started bigint, base jsonb, sent jsonb, before jsonb,
    remote_id text, state text, match_key text, anew boolean
)
"""
# The contacts are named twice: the array finds their links by index also while the database has
# no statistics yet, right after a first load. A link that ended begins anew: what was agreed with
# its former counterpart does not count.
_UPDATE = f"""
UPDATE sync_link AS link
SET in_flight = %(token)s, moved = nextval('sync_moves'), departed_at = clock_timestamp(),
    sent = given.sent, before = given.before, state = given.state,
    match_key = given.match_key,
    base = CASE WHEN given.anew THEN given.base ELSE link.base || given.base END,
    decided = CASE WHEN given.anew THEN '' ELSE link.decided END,
    parted = CASE WHEN given.anew THEN '{{}}' ELSE link.parted END,
    remote_id = CASE WHEN given.anew THEN given.remote_id
                     ELSE coalesce(given.remote_id, link.remote_id) END
{_GIVEN}
WHERE link.transfer_id = %(transfer)s AND link.contact = ANY(%(contacts)s)
  AND link.contact = given.contact
  AND link.in_flight IS NULL AND link.moved < given.started
RETURNING link.contact
"""  # noqa: S608 - made of constants
_INSERT = f"""
INSERT INTO sync_link
    (transfer_id, contact, remote_id, state, base, sent, before, in_flight, moved, departed_at,
     match_key, answer)
SELECT %(transfer)s, given.contact, given.remote_id, given.state, given.base, given.sent,
       given.before, %(token)s, nextval('sync_moves'), clock_timestamp(), given.match_key, '{{}}'
{_GIVEN}
ORDER BY given.contact
ON CONFLICT (transfer_id, contact) DO NOTHING
RETURNING contact
"""
_STATES = {Action.CREATE: LinkState.CREATING, Action.DELETE: LinkState.ENDING}
_RENEW = """
UPDATE contacts_outboxitem SET lease_until = clock_timestamp() + %(lease)s
WHERE id = ANY(%(items)s) AND claim = %(token)s
"""


def depart(
    route: Route, claim: Claim, departures: Sequence[Departure]
) -> tuple[list[Departure], list[Verdict]]:
    """The rows that may go out in this call, and a verdict for each that may not."""

    def attempt(rows: Sequence[Departure]) -> list[Departure | Verdict]:
        with transaction.atomic():
            return _depart(route, claim, rows)

    def alone(row: Departure, _failure: Exception) -> list[Departure | Verdict]:
        return [_spoken_for(row, claim)]

    ordered = sorted(departures, key=lambda row: row.claimed.contact)
    results = bisect(ordered, attempt, alone=alone, on=IntegrityError)
    left = [result for result in results if isinstance(result, Departure)]
    stayed = [result for result in results if isinstance(result, Verdict)]
    if stayed:
        log.info("outbound.stayed", transfer=route.transfer, rows=len(stayed))
    return left, stayed


def _depart(route: Route, claim: Claim, rows: Sequence[Departure]) -> list[Departure | Verdict]:
    alive = items.alive(claim, [row.claimed.item for row in rows])
    ours = [row for row in rows if row.claimed.item in alive]
    parameters = {"transfer": route.transfer, "token": claim.token}
    left: set[int] = set()
    if linked := {row.claimed.contact: _given(row) for row in ours if row.sighting.has_link}:
        known = fetch(_UPDATE, rows=as_json(linked.values()), contacts=list(linked), **parameters)
        left.update(row[0] for row in known)
    if new := [_given(row) for row in ours if not row.sighting.has_link]:
        left.update(row[0] for row in fetch(_INSERT, rows=as_json(new), **parameters))
    leaving = [row.claimed.item for row in rows if row.claimed.contact in left]
    items.lock(claim, leaving)
    if change(_RENEW, items=leaving, token=claim.token, lease=LEASE) != len(leaving):
        # A lease ended between the two statements: nobody leaves, everybody is planned again.
        transaction.set_rollback(True)
        left = set()
    departed = [row for row in rows if row.claimed.contact in left]
    delivery_log.write(route.transfer, delivery_rows.of_departures(route, departed))
    again = claim.now + SHORTLY
    return [
        row if row.claimed.contact in left else Verdict(row.claimed, Fate.AGAIN, at=again)
        for row in rows
    ]


def _given(row: Departure) -> Mapping[str, object]:
    link = row.sighting.link
    sent, before = dump_values(row.write.values), dump_values(row.plan.before)
    if row.keeps_sent and link is not None:
        # What becomes of both writes is explained together.
        sent = {**dump_values(link.sent or {}), **sent}
        before = {**before, **dump_values(link.before or {})}
    return {
        "contact": row.claimed.contact,
        "started": row.sighting.started,
        "base": dump_base(row.sighting.news_in(row.plan.base_seen)),
        "sent": sent,
        "before": before,
        "anew": link is not None and link.anew,
        "remote_id": row.write.remote_id,
        # An urgent row leaves open whatever was open: a deletion, for one.
        "state": link.state
        if row.urgent and link is not None
        else _STATES.get(row.write.action, LinkState.LINKED),
        "match_key": row.match_key,
    }


def _spoken_for(row: Departure, claim: Claim) -> Verdict:
    """Another contact has this counterpart, or is just creating it: see who it is, then."""
    failure: Failure = RowBusy(SPOKEN_FOR)
    at = claim.now + retry.delay(row.claimed.attempts + 1)
    return Verdict(row.claimed, Fate.AGAIN, failure, at=at, failed=True)
