"""The event bus: takes every commit in, keeps what happened for three days, wakes subscribers.

    org.events.publish(transaction)     at each commit, under the org's lock
    org.events.read(position, ...)      by each subscriber, when it is awake

Nothing is encoded here. The bus has a lock of its own, taken after the org's and never before it.
"""

import threading
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from salesforce_simulator.events.changes import Change, changes_of, gap_of, within_limit
from salesforce_simulator.events.encoding import Commit
from salesforce_simulator.events.event import ChangeEvent, Event, PlatformEvent
from salesforce_simulator.events.log import EventLog
from salesforce_simulator.events.platform import platform_event
from salesforce_simulator.events.schema import EventSchema, change_schema
from salesforce_simulator.events.topics import Topic
from salesforce_simulator.schema import SObjectType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.transaction import Transaction

RETENTION_SECONDS = 72 * 3600
# An update holds what changed, a creation its row, which it shares with the store until the next
# update: this many events take at most as much again as so many records.
CAPACITY = 200_000


@dataclass(slots=True, kw_only=True)
class EventSettings:
    """What tests and demonstrations set; /simulator/events shows and changes it.

    paused: events are kept back until it is false again. duplicate_next, gap_next: how many of
    the next events come twice, or without their values. overflow_after: how many changes one
    transaction may tell. merge: neighbouring records with the same change share an event.
    keepalive_seconds: how often an idle stream gets an empty answer; idle_seconds: when a stream
    that wants nothing is closed.
    """

    paused: bool = False
    duplicate_next: int = 0
    gap_next: int = 0
    overflow_after: int = 100_000
    merge: bool = True
    keepalive_seconds: int = 60
    idle_seconds: int = 60


class Stream(Protocol):
    """A subscriber that is connected."""

    topic: Topic

    def disconnect(self) -> None:
        """End the stream as if the service had gone away."""


class EventBus:
    """The events of one org. `changed` wakes who waits for events or for a change of settings."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.changed = threading.Condition()
        self.settings = EventSettings()
        # The objects whose changes go to /data/ChangeEvents, and those of each custom channel.
        self.selected: frozenset[str] = frozenset()
        self.channels: dict[str, frozenset[str]] = {}
        self.platform_events: dict[str, EventSchema] = {}
        self._captured: frozenset[str] = frozenset()
        now_ms = self._now_ms()
        # Of the time, so that ids of an earlier run are never taken for ones of this.
        self._log = EventLog(capacity=CAPACITY, first_number=now_ms)
        self._commit_number = now_ms
        self._held_at: int | None = None
        self._streams: list[Stream] = []
        self._schemas: dict[str, tuple[SObjectType, EventSchema]] = {}
        self._schemas_by_id: dict[str, EventSchema] = {}

    def capture(
        self, selected: Collection[str], channels: Mapping[str, Collection[str]] | None = None
    ) -> None:
        """Choose the objects whose changes are published from now on."""
        self.selected = frozenset(selected)
        self.channels = {name: frozenset(each) for name, each in (channels or {}).items()}
        self._captured = self.selected.union(*self.channels.values())

    def define_platform_event(self, spec: Mapping[str, Any]) -> None:
        """Let events of a kind be published, described as in a seed: name, fields.

        ValueError where the description makes no sense.
        """
        name, schema = platform_event(spec)
        self.platform_events[name] = schema
        self._schemas_by_id[schema.id] = schema

    def publish(self, writes: "Transaction") -> None:
        """Take in what a transaction changed. The caller holds the org's lock."""
        if not self._captured:
            return
        settings = self.settings
        changes = changes_of(
            writes.changes(),
            captured=self._captured,
            schema_of=self.schema_of,
            merge=settings.merge,
        )
        if not changes:
            return
        with self.changed:
            now_ms = self._now_ms()
            self._commit_number = max(self._commit_number + 1, now_ms)
            commit = Commit(
                key=str(uuid.uuid4()),
                number=self._commit_number,
                at_ms=now_ms,
                user_id=writes.actor.user_id,
                origin=writes.actor.origin,
            )
            told = within_limit(changes, limit=settings.overflow_after)
            for sequence, change in enumerate(told, 1):
                self._append(change, commit, sequence)
            self._log.drop_before(now_ms / 1000 - RETENTION_SECONDS)
            self.changed.notify_all()

    def publish_platform_event(
        self, source: str, schema: EventSchema, *, event_id: str, avro: bytes
    ) -> int:
        """Take in a platform event and return its replay id."""
        with self.changed:
            number = self._log.next_number()
            at = self._now_ms() / 1000
            self._log.append(PlatformEvent(number, at, source, schema, event_id, avro))
            self._log.drop_before(at - RETENTION_SECONDS)
            self.changed.notify_all()
            return number

    def read(
        self, position: int, *, sources: Collection[str], limit: int
    ) -> tuple[list[Event], int]:
        """Return the next events of these sources and the position behind them."""
        with self.changed:
            return self._log.read(position, until=self.visible_end(), sources=sources, limit=limit)

    def visible_end(self) -> int:
        """The position behind the newest event that subscribers may see."""
        return self._log.end if self._held_at is None else max(self._held_at, self._log.start)

    def earliest(self) -> int:
        """The position of the oldest event that is still kept."""
        with self.changed:
            self._log.drop_before(self._now_ms() / 1000 - RETENTION_SECONDS)
            return self._log.start

    def latest(self) -> int:
        """The position behind all events so far."""
        with self.changed:
            return self.visible_end()

    def position_after(self, number: int) -> int:
        """Return the position behind a replay id. UnknownReplayIdError if it is not kept."""
        with self.changed:
            self._log.drop_before(self._now_ms() / 1000 - RETENTION_SECONDS)
            return self._log.position_after(number)

    def number_before(self, position: int) -> int:
        """Return the replay id that stands for everything before a position."""
        with self.changed:
            return self._log.number_before(position)

    def schema_of(self, object_name: str) -> EventSchema:
        """Return the present schema of an object's change events. KeyError if there is none."""
        kind = self._org.stores[object_name].kind
        known = self._schemas.get(object_name)
        if known is not None and known[0] is kind:
            return known[1]
        schema = change_schema(kind)
        self._schemas[object_name] = (kind, schema)
        self._schemas_by_id[schema.id] = schema
        return schema

    def schema_by_id(self, schema_id: str) -> EventSchema | None:
        """Return a schema that events were or may be written by, an old one too."""
        if schema_id not in self._schemas_by_id:
            # A subscriber may have kept an id of an earlier run.
            for name in list(self._org.stores):
                self.schema_of(name)
        return self._schemas_by_id.get(schema_id)

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Change settings by name; ending a pause lets out what was held back."""
        with self.changed:
            for name, value in changes.items():
                setattr(self.settings, name, value)
            if not self.settings.paused:
                self._held_at = None
            elif self._held_at is None:
                self._held_at = self._log.end
            self.changed.notify_all()

    @contextmanager
    def stream(self, subscriber: Stream) -> Iterator[None]:
        """Count a subscriber as connected."""
        with self.changed:
            self._streams.append(subscriber)
        try:
            yield
        finally:
            with self.changed:
                self._streams.remove(subscriber)

    def connected_topics(self) -> list[str]:
        """The topics that are subscribed to now, once for each stream."""
        with self.changed:
            return sorted(each.topic.name for each in self._streams)

    def disconnect(self) -> int:
        """End every stream as if the service had gone away. Return how many there were."""
        with self.changed:
            streams = list(self._streams)
        for each in streams:
            each.disconnect()
        return len(streams)

    def forget(self) -> None:
        """Drop every event, as if the time to keep them were over."""
        with self.changed:
            self._log.drop(len(self._log))

    def kept(self) -> int:
        """How many events are kept."""
        return len(self._log)

    def _append(self, change: Change, commit: Commit, sequence: int) -> None:
        settings = self.settings
        if settings.gap_next and not change.type.startswith("GAP_"):
            settings.gap_next -= 1
            change = gap_of(change)
        event = ChangeEvent(self._log.next_number(), commit.at_ms / 1000, change, commit, sequence)
        self._log.append(event)
        if settings.duplicate_next:
            settings.duplicate_next -= 1
            self._log.append(event)

    def _now_ms(self) -> int:
        return int(self._org.clock().timestamp() * 1000)
