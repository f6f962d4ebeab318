"""The other side's schema of a data type, kept beside the data transfer.

A describe costs a call and seldom changes, so it is read again only when it is older than ten
minutes or when a person asks. When a mapped field has gone, only its mapping pauses, with the
reason; when the field is back, so is the mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from raccord.connections import call_counts
from raccord.connections.models import DataTransfer
from raccord.connections.opening import open_connector
from raccord.connectors.base import Connector
from raccord.engine.schema import RemoteField, RemoteObject, RemoteType

log = structlog.get_logger(__name__)

FIELD_GONE = "raccord.mapping.remote_field_gone"
STALE_AFTER = timedelta(minutes=10)


def described(
    transfer: DataTransfer,
    *,
    fresh: bool = False,
    stale_after: timedelta = STALE_AFTER,
    now: datetime | None = None,
    connect: Callable[[], Connector] | None = None,
) -> RemoteObject:
    """The schema of the transfer's remote object, read again when it is stale.

    fresh: read it again in any case. connect: gives a connector that is already open.
    Raises what a connector's `describe` raises (SchemaChanged if the object is gone).
    """
    now = now or timezone.now()
    stored = stored_description(transfer)
    age = now - transfer.described_at if transfer.described_at else None
    if stored is not None and not fresh and age is not None and age < stale_after:
        return stored
    connector = connect() if connect else open_connector(transfer.connection)
    try:
        remote = connector.describe(transfer.object)
    finally:
        call_counts.store()
    transfer.description, transfer.described_at = dump(remote), now
    transfer.save(update_fields=["description", "described_at"])
    _pause_and_wake_mappings(transfer, remote)
    return remote


def stored_description(transfer: DataTransfer) -> RemoteObject | None:
    """The schema as last read, however old; None if it never was."""
    return load(transfer.description) if transfer.description else None


def dump(remote: RemoteObject) -> dict[str, Any]:
    """A `RemoteObject` as JSON; what equals a field's default is left out."""
    return {
        **{key: value for key, value in _plain(remote).items() if key != "fields"},
        "fields": [_plain(field) for field in remote.fields.values()],
    }


def load(stored: Mapping[str, Any]) -> RemoteObject:
    """The inverse of `dump`."""
    fields = [_field(each) for each in stored["fields"]]
    return RemoteObject(**{**stored, "fields": {field.name: field for field in fields}})


def _plain(described: RemoteObject | RemoteField) -> dict[str, Any]:
    if isinstance(described, RemoteObject):
        return {
            name: getattr(described, name)
            for name in ("name", "label", "createable", "updateable", "deletable")
        }
    kept = asdict(described)
    kept["type"] = str(described.type)
    kept["choices"] = list(described.choices)
    kept["choice_labels"] = [list(pair) for pair in described.choice_labels]
    defaults = RemoteField(name="", label="", type=RemoteType.OTHER)
    always = {"name", "label", "type"}
    return {
        key: value
        for key, value in kept.items()
        if key in always or value != _comparable(getattr(defaults, key))
    }


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _field(stored: Mapping[str, Any]) -> RemoteField:
    return RemoteField(
        **{
            **stored,
            "type": RemoteType(stored["type"]),
            "choices": tuple(stored.get("choices", ())),
            "choice_labels": tuple(map(tuple, stored.get("choice_labels", ()))),
        }
    )


def _pause_and_wake_mappings(transfer: DataTransfer, remote: RemoteObject) -> None:
    known = list(remote.fields)
    gone = transfer.mappings.filter(paused_reason="").exclude(remote_field__in=known)
    back = transfer.mappings.filter(paused_reason=FIELD_GONE, remote_field__in=known)
    paused = gone.update(paused_reason=FIELD_GONE)
    woken = back.update(paused_reason="")
    if paused or woken:
        log.warning("mapping.schema_changed", transfer=transfer.pk, paused=paused, woken=woken)
