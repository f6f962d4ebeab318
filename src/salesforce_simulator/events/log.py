"""The events that were published, in order, for as long as they are kept.

A position is the place of the next event to read. It stays right when old events are dropped.
Replay ids grow with gaps, so that nobody is led to compute one. The caller holds the bus's lock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable

from salesforce_simulator.events.event import Event

# Steps from one replay id to the next, by the remainder of the last one.
_STEPS = (1, 3, 2, 6, 1, 4, 9)
# As much of the log as one read looks through.
_STRETCH = 2_000


class UnknownReplayIdError(LookupError):
    """The id is none of the log: never given, or of an event that is no longer kept."""


class EventLog:
    """Keeps the last `capacity` events at most; first_number: an id before all that it gives."""

    def __init__(self, *, capacity: int, first_number: int) -> None:
        self.capacity = capacity
        self._events: list[Event] = []
        self._dropped = 0
        self._dropped_number = first_number
        self._last_number = first_number

    def __len__(self) -> int:
        return len(self._events)

    @property
    def start(self) -> int:
        """The position of the oldest event that is kept."""
        return self._dropped

    @property
    def end(self) -> int:
        """The position behind the newest event."""
        return self._dropped + len(self._events)

    def next_number(self) -> int:
        self._last_number += _STEPS[self._last_number % len(_STEPS)]
        return self._last_number

    def extend(self, events: Iterable[Event]) -> None:
        """Add events, whose numbers this log gave (now, or before a restart)."""
        self._events.extend(events)
        self._last_number = max(self._last_number, self._events[-1].number)

    def drop_before(self, moment: float) -> None:
        """Forget what was published before a moment, and what is too much."""
        count = bisect_left(self._events, moment, key=lambda event: event.at)
        self.drop(max(count, len(self._events) - self.capacity))

    def drop(self, count: int) -> None:
        """Forget the oldest events."""
        if count:
            self._dropped_number = self._events[count - 1].number
            self._dropped += count
            del self._events[:count]

    def counters(self) -> dict[str, int]:
        """The replay ids before and behind all that is kept."""
        return {"dropped": self._dropped_number, "last": self._last_number}

    def restore(self, *, dropped: int, last: int) -> None:
        """Go on from the counters of an earlier process."""
        self._dropped_number, self._last_number = dropped, last

    def all(self) -> list[Event]:
        return list(self._events)

    def position_after(self, number: int) -> int:
        """Return the position behind the event of a replay id. UnknownReplayIdError if unknown."""
        if number == self._dropped_number:
            # Nothing behind the newest of the dropped ones was lost.
            return self._dropped
        found = bisect_right(self._events, number, key=lambda event: event.number)
        if not found or self._events[found - 1].number != number:
            raise UnknownReplayIdError(number)
        return self._dropped + found

    def number_before(self, position: int) -> int:
        """Return the replay id to go on from when everything before a position was read."""
        index = min(position, self.end) - self._dropped
        return self._events[index - 1].number if index > 0 else self._dropped_number

    def read(
        self, position: int, *, until: int, sources: Collection[str], limit: int
    ) -> tuple[list[Event], int]:
        """Return at most `limit` events of these sources, and the position to go on from."""
        index = max(position - self._dropped, 0)
        stop = min(until - self._dropped, index + _STRETCH)
        found: list[Event] = []
        while index < stop and len(found) < limit:
            event = self._events[index]
            if event.source in sources:
                found.append(event)
            index += 1
        return found, self._dropped + index
