"""A record of the other side as a person looks at it: its mapped values, and where it opens."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.connections.models import DataTransfer
from raccord.engine.records import FieldSpec, FieldType, Record, Value
from raccord.web.contacts.shown import in_words


def labels_of(transfer: DataTransfer) -> dict[str, str]:
    """Their field's name -> what the field that it is mapped to is called here."""
    lines = transfer.mappings.select_related("field")
    return {line.remote_field: str(line.field) for line in lines}


def values_of(record: Record, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(label, text) of the mapped fields that hold something."""
    texts = ((label, their_words(record.values.get(name))) for name, label in labels.items())
    return tuple((label, text) for label, text in texts if text)


def their_words(value: Value) -> str:
    """A value as it stands there, whatever its field is."""
    return in_words(FieldSpec("", FieldType.TEXT), value)


def address_of(transfer: DataTransfer, remote_id: str) -> str:
    """Where the record opens over there, "" if that is not known."""
    instance = transfer.connection.authorization.instance_url
    return f"{instance}/{remote_id}" if instance.startswith("http") and remote_id else ""
