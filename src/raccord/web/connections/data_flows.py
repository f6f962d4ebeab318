"""What flows over an integration and which way, said before it is activated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from raccord.connections import flows, specs
from raccord.connections.models import DataTransfer, FieldMapping, Integration
from raccord.engine.records import Direction, OnlyThere
from raccord.sync.models import Reading


@dataclass(frozen=True, slots=True)
class DataFlow:
    """One data type. sent, received: the labels of our fields; nothing is sent without a tick.

    creates: whether people whom only the other side knows become contacts. reads_all: whether
    all records are still to be read once, to find out whose they are.
    """

    label: str
    sent: tuple[str, ...]
    received: tuple[str, ...]
    creates: bool
    reads_all: bool


def data_flows(integration: Integration) -> list[DataFlow]:
    """The active data types in their order."""
    ticked = {row.transfer_id for row in integration.update_types.all() if row.operations}
    transfers = integration.connection.transfers.filter(active=True)
    return [
        _flow(each, ticked=each.pk in ticked) for each in transfers.select_related("connection")
    ]


def _flow(transfer: DataTransfer, *, ticked: bool) -> DataFlow:
    lines = transfer.mappings.filter(paused_reason="", field__retired_at=None)
    listed = list(lines.select_related("field"))
    receives = flows.receives(transfer)
    return DataFlow(
        label=specs.data_type(transfer).label,
        sent=_labels(listed, without=Direction.INBOUND) if ticked else (),
        received=_labels(listed, without=Direction.OUTBOUND) if receives else (),
        creates=receives and transfer.only_there == OnlyThere.CREATE,
        reads_all=receives
        and transfer.only_there != OnlyThere.IGNORE
        and not Reading.objects.filter(transfer=transfer, read_at__isnull=False).exists(),
    )


def _labels(lines: Iterable[FieldMapping], *, without: Direction) -> tuple[str, ...]:
    return tuple(str(line.field) for line in lines if line.direction != without)
