"""Step 1 of outbound: take due items under a lease. Before: contacts.changes; after: look.

Items of one subscription, most urgent first; those under a living lease are skipped, and so is
everything while the integration is not active or the connection waits for the other side. An
item that was claimed `SUSPECT_AFTER` times without an end (its worker died each time) is claimed
alone, so that it takes nobody with it; in the end it is parked.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import uuid4

import structlog

from raccord.engine.records import Operation
from raccord.engine.retry import GIVE_UP_AFTER, PROBE_ROWS, SUSPECT_AFTER
from raccord.sync.statements import change, database_time, fetch
from raccord.sync.steps import LEASE, Claim, Claimed, Route

log = structlog.get_logger(__name__)

INTERRUPTED = "raccord.sync.interrupted"

_CLAIM = """
WITH due AS (
    SELECT id FROM contacts_outboxitem
    WHERE subscription_id = %(subscription)s AND state = 'due'
      AND due_at <= statement_timestamp()
      AND (claim IS NULL OR lease_until < statement_timestamp())
      AND claims BETWEEN %(fewest)s AND %(most)s AND priority <= %(least_urgent)s
      AND EXISTS (
          SELECT FROM connections_integration AS integration
          JOIN connections_connection AS connection ON connection.id = integration.connection_id
          JOIN contacts_subscription AS subscription ON subscription.id = %(subscription)s
          WHERE integration.id = %(integration)s AND integration.state = 'active'
            AND subscription.active
            AND coalesce(connection.paused_until, '-infinity') <= statement_timestamp()
      )
    ORDER BY priority, due_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE contacts_outboxitem AS item
SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s, claims = item.claims + 1
FROM due WHERE item.id = due.id
RETURNING item.id, item.contact, item.version, item.operations, item.priority, item.attempts,
          item.parameters -> 'alone' IS NOT NULL, coalesce(item.parameters ->> 'behind', '')
"""

# A worker that dies says nothing, so this is said for it.
_GIVE_UP = """
UPDATE contacts_outboxitem
SET state = 'parked', reason = %(reason)s, parameters = '{}', detail = '',
    claim = NULL, lease_until = NULL, claims = 0
WHERE subscription_id = %(subscription)s AND state = 'due' AND claims >= %(claims)s
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""


def claim(route: Route) -> Claim | None:
    """Take what is due now, up to `route.claim_at_most`; None if there is nothing."""
    most = min(PROBE_ROWS, route.claim_at_most) if route.probing else route.claim_at_most
    taken = _claim(route, limit=most, fewest=0, most=SUSPECT_AFTER - 1)
    if taken is None:
        _give_up(route)
        taken = _claim(route, limit=1, fewest=SUSPECT_AFTER, most=GIVE_UP_AFTER - 1)
    return taken


def _claim(route: Route, *, limit: int, fewest: int, most: int) -> Claim | None:
    token = uuid4()
    rows = fetch(
        _CLAIM,
        subscription=route.subscription,
        integration=route.integration,
        token=token,
        lease=LEASE,
        limit=limit,
        fewest=fewest,
        most=most,
        least_urgent=route.least_urgent,
    )
    if not rows:
        return None
    now = database_time()
    items = tuple(sorted((_claimed(row) for row in rows), key=lambda i: (i.priority, i.contact)))
    log.debug("outbound.claimed", transfer=route.transfer, items=len(items))
    return Claim(token=token, now=now, items=items)


def _claimed(row: tuple[Any, ...]) -> Claimed:
    item, contact, version, operations, priority, attempts, alone, behind = row
    return Claimed(
        item=item,
        contact=contact,
        version=version,
        operations=_operations(tuple(operations)),
        priority=priority,
        attempts=attempts,
        alone=alone,
        behind=behind,
    )


@cache
def _operations(stored: tuple[str, ...]) -> frozenset[Operation]:
    return frozenset(map(Operation, stored))


def _give_up(route: Route) -> None:
    given_up = change(
        _GIVE_UP, subscription=route.subscription, claims=GIVE_UP_AFTER, reason=INTERRUPTED
    )
    if given_up:
        log.error("outbound.given_up", transfer=route.transfer, items=given_up)
