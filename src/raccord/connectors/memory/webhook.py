"""What the organization posts: its ids are short words, and what a record became is of its kind."""

from __future__ import annotations

from raccord.connectors import webhook
from raccord.connectors.events import Announcement, EventKind, Message, NamedRecord


def receive(message: Message) -> Announcement:
    """The changes that are announced; raises what `webhook.read` raises."""
    return webhook.read(message, records_of=_records_of)


def _records_of(
    _kind: EventKind, object_name: str, record_id: str, became: str
) -> tuple[NamedRecord, ...]:
    return tuple(NamedRecord(object_name, each) for each in (record_id, became) if each)
