"""Records read by their ids for a person who has something to decide: in one call, and no more.

Beside the flow: nothing is claimed, and what is read is only shown. Whoever then decides reads
again (see `conflicts.py`, `meet_by_hand.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from raccord.connections import call_counts
from raccord.connections.describing import described
from raccord.connections.models import DataTransfer
from raccord.connections.opening import open_connector
from raccord.connections.specs import transfer_spec
from raccord.connectors.base import Connector
from raccord.engine.records import Record, TransferSpec
from raccord.sync.poll import fields_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A data transfer as it is mapped now, and the records that the other side shows, by id."""

    spec: TransferSpec
    views: Mapping[str, Record]


def ask(transfer: DataTransfer, remote_ids: Iterable[str]) -> Asked:
    """Read these records. One that is hidden or gone for good is not in the answer.

    Raises what the connector raises.
    """
    connector, spec = opened(transfer)
    ids = sorted(set(remote_ids))
    try:
        views = connector.fetch(spec.object, ids, fields_of(spec)) if ids else []
    finally:
        call_counts.store()
    return Asked(spec, {view.id: view for view in views})


def opened(transfer: DataTransfer) -> tuple[Connector, TransferSpec]:
    """A connector to talk through, and what is mapped. May call to read the schema."""
    connector = open_connector(transfer.connection)
    remote = described(transfer, connect=lambda: connector)
    own_user = transfer.connection.authorization.user
    return connector, replace(transfer_spec(transfer, remote=remote), own_user=own_user)
