"""What comes in over an integration, as its page says it: when it was asked for, how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from raccord.connections import endpoints, specs
from raccord.connections.models import Integration
from raccord.engine import polling
from raccord.engine.records import OnlyThere
from raccord.sync.receiving import Receiving, of_integration
from raccord.web.connections.intervals import every


@dataclass(frozen=True, slots=True)
class ReceivedType:
    """One data type. every: how often it is asked for now, in words. reads_all: whether its
    first reading is of all records."""

    label: str
    read_at: datetime | None
    under_way: bool
    every: str
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Received:
    """All data types of an integration together.

    waiting: records that changed over there and were not looked at yet. undecided: those that
    need a person. quiet: how often each is asked for when nothing happens. calls_per_day: what
    asking costs on a day without any change, at most.
    """

    source: str
    types: tuple[ReceivedType, ...]
    waiting: int
    undecided: int
    quiet: str
    calls_per_day: int


def received(integration: Integration) -> Received | None:
    """None where nothing comes in."""
    found = of_integration(integration)
    if not found:
        return None
    return Received(
        source=endpoints.source_label(integration.connection.source),
        types=tuple(_type(each) for each in found),
        waiting=sum(each.waiting for each in found),
        undecided=sum(each.undecided for each in found),
        quiet=every(polling.LATEST),
        calls_per_day=polling.calls_when_idle(
            read=len(found),
            described=integration.connection.transfers.filter(active=True).count(),
        ),
    )


def _type(receiving: Receiving) -> ReceivedType:
    return ReceivedType(
        label=specs.data_type(receiving.transfer).label,
        read_at=receiving.read_at,
        under_way=receiving.under_way,
        every=every(receiving.every),
        reads_all=receiving.transfer.only_there != OnlyThere.IGNORE,
    )
