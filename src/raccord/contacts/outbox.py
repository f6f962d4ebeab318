"""Marks contacts as due for everybody who wants to hear of what happened to them.

The last step of `changes.py`, in its transaction. An outbox item is state, not an event: however
often a contact changes before it is sent, there is one item per subscription, and what is sent is
the contact as it is then. Who works on an item (claim, lease) is none of our business here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson
from django.db import connection

from raccord.contacts import wakeups
from raccord.contacts.models import OutboxItem, OutboxState, Subscription
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
            cursor.execute(_UPSERT, [orjson.dumps(rows).decode()])
        wakeups.outbound_after_commit(transfers)


def _wanted(subscription: Subscription, events: Sequence[Event]) -> list[Row]:
    """The rows to write for one subscription: where an operation is ticked, or an item waits for
    a person, whose correction this may be."""
    ticked = frozenset(subscription.operations)
    undead = _items(
        subscription,
        [event.contact for event in events if event.revived],
        operations__contains=[Operation.DELETED],
    )
    stopped = _items(
        subscription,
        [event.contact for event in events if not event.operations & ticked],
        state__in=[OutboxState.PARKED, OutboxState.HELD],
    )
    told: dict[frozenset[Operation], str] = {}
    rows: list[Row] = []
    for event in events:
        operations = event.operations
        if operations not in told:
            told[operations] = ",".join(sorted(operations & ticked))
        # A deletion that was not sent yet must not be sent any more: over there it is an update.
        wanted = Operation.UPDATED if event.contact in undead else told[operations]
        if wanted or event.contact in stopped:
            rows.append(
                {
                    "subscription": subscription.pk,
                    "contact": event.contact,
                    "operations": wanted,
                    "priority": event.priority,
                }
            )
    return rows


def _items(subscription: Subscription, contacts: Collection[int], **which: object) -> set[int]:
    """Those of the contacts that have such an item; it is locked, so that it is there to stay."""
    if not contacts:
        return set()
    items = OutboxItem.objects.filter(subscription=subscription, contact__in=contacts, **which)
    ordered = items.order_by("contact").select_for_update()
    return set(ordered.values_list("contact", flat=True))
