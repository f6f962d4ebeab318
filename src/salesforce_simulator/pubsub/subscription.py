"""One Subscribe call: how many events its client wants, from where, and what it gets.

Two threads work on it. The one that reads the client's requests adds to what is wanted (`want`);
the one that answers (`answers`) sleeps on the bus until there is an event for it, a request, or
time for an empty answer that shows the stream is alive.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from salesforce_simulator.events.bus import EventBus
from salesforce_simulator.events.event import Event
from salesforce_simulator.events.topics import Topic
from salesforce_simulator.pubsub.messages import ConsumerEvent, FetchResponse, ProducerEvent
from salesforce_simulator.pubsub.refusals import (
    PubSubError,
    count_invalid,
    not_signed_in,
    unavailable,
)

MAX_WANTED = 100
# gRPC carries 4 MB in a message; an answer ends with the event that passes this size.
_ANSWER_BYTES = 3_000_000
# How often a sleeping stream looks whether its session was ended. Seconds.
_LOOK = 0.5


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """The state of a stream. `wanted` is how many events its client is still ready to take."""

    bus: EventBus
    topic: Topic
    position: int
    rpc_id: str
    is_signed_in: Callable[[], bool]
    wanted: int = 0
    no_more_requests: bool = False
    closed: bool = False
    refusal: PubSubError | None = None
    quiet_since: float = field(default_factory=time.monotonic)

    def want(self, count: int) -> None:
        """Add to what the client takes; more than 100 at once count as 100."""
        if count <= 0:
            raise count_invalid()
        with self.bus.changed:
            self.wanted += min(count, MAX_WANTED)
            self.quiet_since = time.monotonic()
            self.bus.changed.notify_all()

    def end_requests(self) -> None:
        """The client asks for nothing more; it still gets what it asked for."""
        with self.bus.changed:
            self.no_more_requests = True
            self.bus.changed.notify_all()

    def close(self, refusal: PubSubError | None = None) -> None:
        """End the stream: because the client left, or with a refusal."""
        with self.bus.changed:
            self.closed = True
            self.refusal = self.refusal or refusal
            self.bus.changed.notify_all()

    def disconnect(self) -> None:
        """End the stream as if the service had gone away."""
        self.close(unavailable())

    def answers(self) -> Iterator[Any]:
        """Yield the answers until the stream ends. PubSubError if it does not end well."""
        while True:
            match self._sleep():
                case Wake.READ:
                    events, self.position = self.bus.read(
                        self.position, sources=self.topic.sources, limit=self.wanted
                    )
                    yield from self._deliver(events)
                case Wake.SHOW_LIFE:
                    yield self._answer([], self.bus.number_before(self.position))
                case Wake.END:
                    break
        if self.refusal is not None:
            raise self.refusal

    def _sleep(self) -> "Wake":
        """Wait until there is something to do."""
        while True:
            # Asks the org, whose lock comes before the bus's.
            if not self.is_signed_in():
                self.refusal = self.refusal or not_signed_in()
            with self.bus.changed:
                wake = self._due()
                if wake is not None:
                    return wake
                self.bus.changed.wait(_LOOK)

    def _due(self) -> "Wake | None":
        settings = self.bus.settings
        quiet = time.monotonic() - self.quiet_since
        if self.closed or self.refusal is not None:
            return Wake.END
        if not self.wanted:
            idle = self.no_more_requests or quiet >= settings.idle_seconds
            return Wake.END if idle else None
        if self.position < self.bus.visible_end():
            return Wake.READ
        return Wake.SHOW_LIFE if quiet >= settings.keepalive_seconds else None

    def _deliver(self, events: list[Event]) -> Iterator[Any]:
        """Yield events in as few answers as their size and number allow."""
        batch: list[Any] = []
        size = 0
        for event in events:
            consumed = _consumer_event(event)
            batch.append(consumed)
            size += len(consumed.event.payload)
            if len(batch) == MAX_WANTED or size > _ANSWER_BYTES or event is events[-1]:
                yield self._answer(batch, event.number)
                batch, size = [], 0

    def _answer(self, batch: list[Any], number: int) -> Any:
        with self.bus.changed:
            self.wanted -= len(batch)
            self.quiet_since = time.monotonic()
        return FetchResponse(
            events=batch,
            latest_replay_id=to_replay_id(number),
            rpc_id=self.rpc_id,
            pending_num_requested=self.wanted,
        )


class Wake(Enum):
    """What a stream wakes up for."""

    READ = auto()
    SHOW_LIFE = auto()
    END = auto()


def to_replay_id(number: int) -> bytes:
    """Return a replay id as it travels: eight bytes, opaque to clients."""
    return number.to_bytes(8, "big")


def _consumer_event(event: Event) -> Any:
    produced = ProducerEvent(id=event.id, schema_id=event.schema.id, payload=event.payload())
    return ConsumerEvent(event=produced, replay_id=to_replay_id(event.number))
