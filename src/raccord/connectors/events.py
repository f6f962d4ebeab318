"""What a third party tells us by itself: which of its records changed, never what they hold.

A *message* is what was posted to us, an *announcement* what it says once its sender is proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a record over there. One that nobody knows is read as UPDATED."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNDELETED = "undeleted"
    MERGED = "merged"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class Message:
    """What was posted, as it was transmitted.

    headers: their names in lower case. keys: the secrets that may have signed it; the former one
    is still among them for a while after a rotation. now: aware UTC.
    """

    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    now: datetime


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record of theirs: the remote object it belongs to, and its id as our links store it."""

    object: str
    id: str


@dataclass(frozen=True, slots=True)
class Event:
    """One change over there.

    id: the sender's, the same at every attempt. records: what there is to look at; after a merge
    or a conversion also the record that it became. by_integration: made by the user that we
    ourselves are over there.
    """

    id: str
    kind: EventKind
    records: tuple[NamedRecord, ...]
    by_integration: bool = False


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that says nothing usable; position: its place in the message, from 0."""

    position: int
    code: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """The events of one message, in its order."""

    events: tuple[Event, ...] = ()
    refused: tuple[RefusedEvent, ...] = ()
