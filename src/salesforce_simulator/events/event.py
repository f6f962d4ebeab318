"""What lies on the bus: a change of a record, or a platform event that somebody published."""

import uuid
from typing import NamedTuple

from salesforce_simulator.events.changes import Change, gap_of
from salesforce_simulator.events.encoding import Commit, encode
from salesforce_simulator.events.schema import EventSchema

MAX_BYTES = 1_000_000
_IDS = uuid.UUID("7d0f6b3a-59b4-4e42-9d1c-3f1d1a2f6c55")


class ChangeEvent(NamedTuple):
    """A change event; `number` is its replay id, `at` when it was published (epoch seconds)."""

    number: int
    at: float
    change: Change
    commit: Commit
    sequence: int

    @property
    def source(self) -> str:
        """The name of the object that changed."""
        return self.change.entity

    @property
    def schema(self) -> EventSchema:
        return self.change.schema

    @property
    def id(self) -> str:
        # Made when it is read, the same each time.
        return str(uuid.uuid5(_IDS, f"{self.commit.key}/{self.sequence}"))

    def payload(self) -> bytes:
        """The event in Avro, by its schema; what it cannot say, it tells as a gap."""
        try:
            avro = encode(self.change, self.commit, self.sequence)
        except (TypeError, ValueError, OverflowError):
            # A trigger put something into a field that is none of its values.
            avro = b""
        if avro and len(avro) <= MAX_BYTES:
            return avro
        return encode(gap_of(self.change), self.commit, self.sequence)


class PlatformEvent(NamedTuple):
    """A platform event as its publisher wrote it."""

    number: int
    at: float
    source: str
    schema: EventSchema
    id: str
    avro: bytes

    def payload(self) -> bytes:
        """The event in Avro, by its schema."""
        return self.avro


Event = ChangeEvent | PlatformEvent
