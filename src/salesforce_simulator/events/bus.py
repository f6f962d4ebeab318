"""The event bus: takes every commit in, keeps what happened for three days, wakes subscribers.

    events = org.events.events_of(transaction)   at each commit, under the org's lock
    org.events.publish(events)                   as soon as the journal has them
    org.events.read(position, ...)               by each subscriber, when it is awake

Nothing is encoded here. The bus has a lock of its own, taken after the org's and never before it.
"""

import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from salesforce_simulator.events.changes import Change, changes_of, gap_of, within_limit
from salesforce_simulator.events.encoding import Commit
from salesforce_simulator.events.event import ChangeEvent, Event, PlatformEvent
from salesforce_simulator.events.log import EventLog
from salesforce_simulator.events.schema import EventSchema
from salesforce_simulator.events.schemas import Schemas
from salesforce_simulator.events.settings import EventSettings
from salesforce_simulator.events.topics import Topic

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.transaction import Transaction

RETENTION_SECONDS = 72 * 3600
# An update holds what changed, a creation its row, which it shares with the store until the next
# update: this many events take at most as much again as so many records.
CAPACITY = 200_000


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
        self.schemas = Schemas(org)
        self._captured: frozenset[str] = frozenset()
        now_ms = self._now_ms()
        # Of the time, so that ids of an earlier run are never taken for ones of this.
        self._log = EventLog(capacity=CAPACITY, first_number=now_ms)
        self._commit_number = now_ms
        self._held_at: int | None = None
        self._streams: list[Stream] = []

    def capture(
        self, selected: Collection[str], channels: Mapping[str, Collection[str]] | None = None
    ) -> None:
        """Choose the objects whose changes are published from now on."""
        self.selected = frozenset(selected)
        self.channels = {name: frozenset(each) for name, each in (channels or {}).items()}
        self._captured = self.selected.union(*self.channels.values())

    def events_of(self, writes: "Transaction") -> list[Event]:
        """Return the events of a transaction that commits. The caller holds the org's lock."""
        if not self._captured:
            return []
        changes = changes_of(
            writes.changes(),
            captured=self._captured,
            schema_of=self.schemas.of,
            merge=self.settings.merge,
        )
        if not changes:
            return []
        now_ms = self._now_ms()
        self._commit_number = max(self._commit_number + 1, now_ms)
        commit = Commit(
            key=str(uuid.uuid4()),
            number=self._commit_number,
            at_ms=now_ms,
            user_id=writes.actor.user_id,
            origin=writes.actor.origin,
        )
        events: list[Event] = []
        told = within_limit(changes, limit=self.settings.overflow_after)
        for sequence, change in enumerate(told, 1):
            events += self._events_of_change(change, commit, sequence)
        return events

    def platform_event(
        self, source: str, schema: EventSchema, *, event_id: str, avro: bytes
    ) -> PlatformEvent:
        """Return a new platform event. The caller holds the org's lock."""
        at = self._now_ms() / 1000
        return PlatformEvent(self._log.next_number(), at, source, schema, event_id, avro)

    def publish(self, events: Sequence[Event]) -> None:
        """Put events on the bus, in order. The caller holds the org's lock."""
        if not events:
            return
        with self.changed:
            self._log.extend(events)
            self._log.drop_before(events[-1].at - RETENTION_SECONDS)
            self.changed.notify_all()

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

    def takes_call(self) -> bool:
        """Tell whether the next call is answered; counts those that are to be refused."""
        with self.changed:
            if not self.settings.refuse_next:
                return True
            self.settings.refuse_next -= 1
            return False

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
        with self._org.lock, self.changed:
            self._log.drop(len(self._log))
            self._org.journal.events_forgotten()

    def state(self) -> tuple[dict[str, int], list[Event]]:
        """Return what must outlive the process, for the journal: counters and events."""
        with self.changed:
            counters = {**self._log.counters(), "commit": self._commit_number}
            return counters, self._log.all()

    def restore(self, counters: Mapping[str, int]) -> None:
        """Go on counting where an earlier process was."""
        with self.changed:
            self._commit_number = counters["commit"]
            self._log.restore(dropped=counters["dropped"], last=counters["last"])

    def reset(self) -> None:
        """Drop every event and what was to go wrong with the next ones."""
        self.forget()
        self.change_settings(asdict(EventSettings()))

    def kept(self) -> int:
        """How many events are kept."""
        return len(self._log)

    def _events_of_change(self, change: Change, commit: Commit, sequence: int) -> list[Event]:
        settings = self.settings
        if settings.gap_next and not change.type.startswith("GAP_"):
            settings.gap_next -= 1
            change = gap_of(change)
        number = self._log.next_number()
        event = ChangeEvent(number, commit.at_ms / 1000, change, commit, sequence)
        if settings.duplicate_next:
            settings.duplicate_next -= 1
            return [event, event]
        return [event]

    def _now_ms(self) -> int:
        return int(self._org.now().timestamp() * 1000)
