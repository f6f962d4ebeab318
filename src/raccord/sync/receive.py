"""What the other side tells us by itself: stored first, answered afterwards.

One transaction remembers the events and hints at the records that they name; from there on
`inbound.py` goes as after a reading. An event that is known already has no effect, whatever
message brings it; one that names a data type over which nothing comes in is remembered and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction

from raccord.connections import flows
from raccord.connections.models import Connection, DataTransfer, IntegrationState
from raccord.connectors.events import Announcement, Event
from raccord.sync import inbox
from raccord.sync.inbox import Hint
from raccord.sync.statements import change, fetch

log = structlog.get_logger(__name__)

KNOWN_FOR = timedelta(days=7)
# Longer than a write takes to be told of; what else their side changed then, a reading finds.
_ECHO_WITHIN = timedelta(minutes=10)

# In the order of the ids, so that two messages with the same events wait for one another in turn.
_REMEMBER = """
INSERT INTO sync_receivedevent (connection_id, event_id)
SELECT %(connection)s, event_id FROM unnest(%(events)s::text[]) AS given (event_id)
ORDER BY event_id
ON CONFLICT (connection_id, event_id) DO NOTHING
RETURNING event_id
"""
_WRITTEN_BY_US = """
SELECT remote_id FROM sync_link
WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s)
  AND departed_at > clock_timestamp() - %(within)s
"""
_NOTE = """
UPDATE connections_receivingaddress
SET received_at = clock_timestamp(), events_on = (clock_timestamp() AT TIME ZONE 'UTC')::date,
    events = %(events)s + CASE
        WHEN events_on = (clock_timestamp() AT TIME ZONE 'UTC')::date THEN events ELSE 0
    END
WHERE connection_id = %(connection)s
"""
_FORGET = "DELETE FROM sync_receivedevent WHERE received_at < clock_timestamp() - %(age)s"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an announcement. ids: of all its events, known ones included, each once.
    news: those seen for the first time. hints: the records that are looked at because of them."""

    ids: tuple[str, ...]
    news: int
    hints: int


def take(connection: Connection, announced: Announcement) -> Taken:
    """Store the events and what they hint at; a worker is woken after the commit."""
    ids = tuple(dict.fromkeys(event.id for event in announced.events))
    with transaction.atomic():
        news = _remembered(connection, ids)
        fresh = [event for event in announced.events if event.id in news]
        hints = sum(_hint(transfer, fresh) for transfer in _receiving(connection, fresh))
        change(_NOTE, connection=connection.pk, events=len(news))
    log.info(
        "receive.taken",
        connection=connection.pk,
        events=len(announced.events),
        news=len(news),
        hints=hints,
        refused=len(announced.refused),
    )
    return Taken(ids, len(news), hints)


def forget() -> None:
    """Drop what is too old to come again."""
    change(_FORGET, age=KNOWN_FOR)


def _remembered(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of the events that nobody told us of before."""
    if not ids:
        return set()
    return {row[0] for row in fetch(_REMEMBER, connection=connection.pk, events=list(ids))}


def _receiving(connection: Connection, events: Sequence[Event]) -> Iterable[DataTransfer]:
    """The data transfers that the events concern, if anything comes in over them.

    While errors suspend the integration hints are collected; where a person switched it off, the
    next reading goes on from where the last one ended.
    """
    named = {record.object for event in events for record in event.records}
    found = DataTransfer.objects.filter(
        connection=connection,
        active=True,
        object__in=named,
        connection__integration__state__in=(IntegrationState.ACTIVE, IntegrationState.SUSPENDED),
    )
    listed = found.select_related("connection").prefetch_related("mappings").order_by("pk")
    return (transfer for transfer in listed if flows.receives(transfer))


def _hint(transfer: DataTransfer, events: Sequence[Event]) -> int:
    by_others: dict[str, bool] = defaultdict(bool)
    for event in events:
        for record in event.records:
            if record.object == transfer.object:
                by_others[record.id] |= not event.by_integration
    ours = [record for record, others in by_others.items() if not others]
    echoes = _written_by_us(transfer, ours)
    return inbox.put(transfer.pk, [Hint(each) for each in by_others if each not in echoes])


def _written_by_us(transfer: DataTransfer, ids: Sequence[str]) -> set[str]:
    """Of the records that our own user changed, those that we ourselves wrote just now.

    People may use the same user; what they change is looked at like everybody's.
    """
    if not ids:
        return set()
    rows = fetch(_WRITTEN_BY_US, transfer=transfer.pk, ids=list(ids), within=_ECHO_WITHIN)
    return {row[0] for row in rows}
