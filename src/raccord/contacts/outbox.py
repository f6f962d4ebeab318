"""Marks contacts as due for everybody who wants to hear of what happened to them.

The last step of `changes.py`, in its transaction. An outbox item is state, not an event: however
often a contact changes before it is sent, there is one item per subscription, and what is sent is
the contact as it is then. Who works on an item (claim, lease) is none of our business here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from raccord.contacts import wakeups
from raccord.contacts.models import OutboxItem, Subscription
from raccord.engine.records import Operation, Origin

Row = dict[str, object]

_UPSERT = """
INSERT INTO contacts_outboxitem AS item
    (subscription_id, contact, version, operations, priority, due_at, state, claims, attempts,
     reason, parameters, detail)
SELECT n.subscription, n.contact, 1, string_to_array(n.operations, ','), n.priority,
    clock_timestamp(), 'due', 0, 0, '', '{}', ''
FROM jsonb_to_recordset(%s::jsonb)
    AS n (subscription bigint, contact bigint, operations text, priority smallint)
ORDER BY n.contact, n.subscription
ON CONFLICT (subscription_id, contact) DO UPDATE SET
    version = item.version + 1,
    operations = CASE
        WHEN 'deleted' = ANY(item.operations) AND NOT 'deleted' = ANY(EXCLUDED.operations)
        -- The contact lives again before its deletion was sent: over there it is an update.
        THEN ARRAY(SELECT DISTINCT unnest(
            array_replace(item.operations, 'deleted', 'updated')) ORDER BY 1)
        ELSE ARRAY(SELECT DISTINCT unnest(item.operations || EXCLUDED.operations) ORDER BY 1)
    END,
    priority = least(item.priority, EXCLUDED.priority),
    due_at = clock_timestamp(),
    state = 'due', claims = 0, attempts = 0, reason = '', parameters = '{}', detail = ''
"""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one contact in the current transaction."""

    contact: int
    operations: frozenset[Operation]
    priority: int
    revived: bool = False


def make_due(project_id: int, events: Sequence[Event], *, origin: Origin) -> None:
    """Make the contacts due where it is wanted, and wake the workers after the commit.

    The data transfer that a change was pulled through is not told of it.
    """
    rows: list[Row] = []
    transfers = []
    for subscription in Subscription.objects.filter(project_id=project_id, active=True):
        if subscription.transfer == origin.transfer:
            continue
        wanted = _wanted(subscription, events)
        rows += wanted
        if wanted:
            transfers.append(subscription.transfer)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [json.dumps(rows)])
        wakeups.outbound_after_commit(transfers)


def _wanted(subscription: Subscription, events: Sequence[Event]) -> list[Row]:
    ticked = frozenset(subscription.operations)
    still_there = _with_deletion_due(subscription, [e.contact for e in events if e.revived])
    told: dict[frozenset[Operation], str] = {}
    rows: list[Row] = []
    for event in events:
        operations = event.operations
        if operations not in told:
            told[operations] = ",".join(sorted(operations & ticked))
        wanted = Operation.UPDATED if event.contact in still_there else told[operations]
        if wanted:
            rows.append(
                {
                    "subscription": subscription.pk,
                    "contact": event.contact,
                    "operations": wanted,
                    "priority": event.priority,
                }
            )
    return rows


def _with_deletion_due(subscription: Subscription, contacts: Collection[int]) -> set[int]:
    """Those whose deletion has not been sent yet: it must not be sent any more."""
    if not contacts:
        return set()
    items = OutboxItem.objects.filter(
        subscription=subscription,
        contact__in=contacts,
        operations__contains=[Operation.DELETED],
    )
    return set(items.values_list("contact", flat=True))
