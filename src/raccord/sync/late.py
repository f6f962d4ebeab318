"""Answers that came after their lease: another worker has the link, or had it.

A base is never written from here: what was agreed meanwhile is newer. A record that was created
is noted, so that it is not created again; and the contact becomes due, so that somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from raccord.sync import due
from raccord.sync.statements import as_json, change, fetch
from raccord.sync.steps import Route

log = structlog.get_logger(__name__)

_NOTE_COUNTERPART = """
UPDATE sync_link AS link
SET remote_id = given.remote_id, state = 'linked', match_key = '', moved = nextval('sync_moves')
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (contact bigint, remote_id text)
WHERE link.transfer_id = %(transfer)s AND link.contact = given.contact
  AND link.remote_id IS NULL AND link.state = 'creating'
"""
_CREATED_TWICE = """
SELECT link.contact, jsonb_build_object('first', link.remote_id, 'second', given.remote_id)::text
FROM sync_link AS link
JOIN jsonb_to_recordset(%(rows)s::jsonb) AS given (contact bigint, remote_id text)
  ON link.contact = given.contact AND link.remote_id <> given.remote_id
WHERE link.transfer_id = %(transfer)s
"""
_PARK = """
INSERT INTO contacts_outboxitem AS item
    (subscription_id, contact, version, operations, priority, due_at, state, claims, attempts,
     reason, parameters, detail)
SELECT %(subscription)s, contact, 1, '{}', 1, clock_timestamp(), 'parked', 0, 0,
       %(reason)s, parameters::jsonb, ''
FROM unnest(%(contacts)s::bigint[], %(parameters)s::text[]) AS given (contact, parameters)
ORDER BY contact
ON CONFLICT (subscription_id, contact) DO UPDATE SET
    version = item.version + 1, due_at = clock_timestamp(), state = EXCLUDED.state,
    reason = EXCLUDED.reason, parameters = EXCLUDED.parameters, detail = ''
"""

CREATED_TWICE = "raccord.sync.created_twice"


def settle_late(route: Route, created: Mapping[int, str | None]) -> None:
    """Note what late answers tell, by contact: the id of a record that was created, if one was."""
    made = [
        {"contact": contact, "remote_id": remote_id}
        for contact, remote_id in created.items()
        if remote_id is not None
    ]
    twice: dict[int, str] = {}
    if made:
        rows = as_json(made)
        change(_NOTE_COUNTERPART, rows=rows, transfer=route.transfer)
        twice = dict(fetch(_CREATED_TWICE, rows=rows, transfer=route.transfer))
    others = [contact for contact in created if contact not in twice]
    due.look_at(route.subscription, others)
    _park(route, twice)
    log.warning("outbound.settled_late", rows=len(created), created_twice=len(twice))


def _park(route: Route, twice: Mapping[int, str]) -> None:
    """twice: contact -> the two records, as JSON."""
    if twice:
        change(
            _PARK,
            subscription=route.subscription,
            contacts=list(twice),
            parameters=list(twice.values()),
            reason=CREATED_TWICE,
        )
