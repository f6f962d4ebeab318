"""Which fields are to be watched over there: the mapping says so; they filter, and decide nothing.

Whatever changes the mapping only asks for a look; the list is worked out anew from the tables, so
a lost wake-up loses nothing (the sweep of each minute compares), and a failure to write it never
stands in the way of a mapping.
"""

from __future__ import annotations

from collections.abc import Sequence

from raccord.connections import flows, specs
from raccord.connections.endpoints import declaration_of
from raccord.connections.models import Connection, DataTransfer
from raccord.connections.plug_in.installing import LOOK_AFTER
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.contacts import wakeups
from raccord.engine.records import Direction

Fields = dict[str, list[str]]


def look_again(connection: int) -> None:
    """What is watched may have changed; nothing happens where there is no plug-in."""
    if InstalledPlugIn.objects.filter(connection=connection).exclude(version="").exists():
        wakeups.after_commit(LOOK_AFTER, connection=connection)


def wanted(connection: Connection) -> Fields:
    """The fields to be watched, by object: of each data type, what flows from there.

    An object from which nothing is received has none, and nothing of it is told.
    """
    return {
        each.object: _fields(connection.transfers.filter(object=each.object).first())
        for each in declaration_of(connection.source).data_types
    }


def _fields(transfer: DataTransfer | None) -> list[str]:
    if transfer is None or not transfer.active or not flows.receives(transfer):
        return []
    lines = transfer.mappings.filter(paused_reason="", field__retired_at=None)
    received = set(
        lines.exclude(direction=Direction.OUTBOUND).values_list("remote_field", flat=True)
    )
    # Somebody who could not be told apart yet may be, with another value there.
    return sorted(received | set(_match_fields(transfer)))


def _match_fields(transfer: DataTransfer) -> Sequence[str]:
    chosen = [pair[0] for pair in transfer.match_fields]
    return chosen or specs.data_type(transfer).match_fields
