"""From a record as Salesforce's JSON has it to a `Record` with typed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from raccord.connectors.salesforce import errors, wire
from raccord.engine.records import Record, Successor, Value, Values
from raccord.engine.schema import RemoteObject

# Read with every record: when it last changed, and by whom.
_ALWAYS_READ = ("Id", "SystemModstamp", "LastModifiedById")

CONVERTED_FIELD = "ConvertedContactId"
"""What a lead became, once it was converted. Read of every object that has the field."""


class Reader:
    """Reads records of one object; what turns each field's JSON into a value is found once."""

    def __init__(self, schema: RemoteObject, fields: Sequence[str]) -> None:
        self._object = schema.name
        self._parsers = [
            (name, parse)
            for name in dict.fromkeys(fields)
            if (parse := wire.parser(schema.fields[name].type))
        ]
        followed = (CONVERTED_FIELD,) if CONVERTED_FIELD in schema.fields else ()
        self.fields_to_read = tuple(dict.fromkeys((*_ALWAYS_READ, *followed, *fields)))

    def record(self, said: Mapping[str, Any]) -> Record:
        """The record; Transient if it is none, SchemaChanged if a value has another type."""
        try:
            return Record(
                object=self._object,
                id=said["Id"],
                values=self._values(said),
                modified_at=wire.instant(said["SystemModstamp"]),
                modified_by=str(said["LastModifiedById"] or ""),
                converted_into=_successor(said.get(CONVERTED_FIELD)),
            )
        except (KeyError, TypeError, ValueError):
            raise errors.malformed(writes=False) from None

    def _values(self, said: Mapping[str, Any]) -> Values:
        values: dict[str, Value] = {}
        for name, parse in self._parsers:
            try:
                values[name] = parse(said[name])
            except (ValueError, ArithmeticError):
                raise errors.unreadable_field(name) from None
        return values


def _successor(contact_id: object) -> Successor | None:
    return Successor("Contact", str(contact_id)) if contact_id else None
