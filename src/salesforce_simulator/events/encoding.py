"""A change event in Avro, as subscribers get it.

The header's lists of fields are bitmaps: the first element has a bit for each field at the top of
the schema (the lowest is field 0), each further one is a compound field's position and the bits
of its parts: ["0x8000404", "6-0x05"]. Source: Pub/Sub API, Event Deserialization Considerations.
"""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import fastavro

from salesforce_simulator.clock import from_stamp
from salesforce_simulator.events.avro_types import HEADER
from salesforce_simulator.events.changes import Change
from salesforce_simulator.events.schema import EventSchema
from salesforce_simulator.store import Row


class Commit(NamedTuple):
    """The transaction that changes belong to. at_ms: epoch milliseconds."""

    key: str
    number: int
    at_ms: int
    user_id: str
    origin: str


def encode(change: Change, commit: Commit, sequence: int) -> bytes:
    """Return the payload of a change's event; sequence: which one of its transaction, from 1."""
    schema = change.schema
    nulled = {name for name in change.changed if name not in change.values}
    header = {
        "entityName": change.entity,
        "recordIds": list(change.record_ids),
        "changeType": change.type,
        "changeOrigin": commit.origin,
        "transactionKey": commit.key,
        "sequenceNumber": sequence,
        "commitTimestamp": commit.at_ms,
        "commitNumber": commit.number,
        "commitUser": commit.user_id,
        "nulledFields": bitmaps(schema, nulled, emptied=change.emptied),
        "diffFields": [],
        "changedFields": bitmaps(schema, change.changed, emptied=change.emptied),
    }
    return write(schema, {HEADER: header, **_body(schema, change.values)})


def write(schema: EventSchema, record: dict[str, Any]) -> bytes:
    """Return a record as Avro, without a container."""
    out = io.BytesIO()
    # No value here is a tuple; to look for them costs three times as much as the rest.
    fastavro.schemaless_writer(out, schema.parsed, record, disable_tuple_notation=True)
    return out.getvalue()


def bitmaps(schema: EventSchema, names: Iterable[str], *, emptied: Iterable[str] = ()) -> list[str]:
    """Return the bitmaps of a set of the object's fields.

    emptied: compound fields of which nothing is left; they stand for all their parts.
    """
    top = 0
    nested: dict[int, int] = {}
    whole = set(emptied)
    for name in names:
        place = schema.places.get(name)
        if place is None:
            # The field is gone since, and the process was started again.
            continue
        if place.part and place.name not in whole:
            nested[place.index] = nested.get(place.index, 0) | 1 << place.child
        else:
            top |= 1 << place.index
    found = [_hexadecimal(top)] if top else []
    return found + [f"{index}-{_hexadecimal(bits)}" for index, bits in sorted(nested.items())]


def _hexadecimal(bits: int) -> str:
    """Return bits in whole bytes: 0x06, 0x650004E0."""
    digits = f"{bits:X}"
    return f"0x{digits.zfill(len(digits) + len(digits) % 2)}"


def _body(schema: EventSchema, values: Row) -> dict[str, Any]:
    """Return the values by their place in the schema; what is absent there is null."""
    body: dict[str, Any] = {}
    for name, value in values.items():
        place = schema.places.get(name)
        if place is None or value is None:
            continue
        avro = _avro_value(place.type, value)
        if place.part:
            body.setdefault(place.name, {})[place.part] = avro
        else:
            body[place.name] = avro
    return body


def _avro_value(kind: str, value: Any) -> Any:
    if kind == "datetime":
        return int(from_stamp(value).timestamp() * 1000)
    if kind == "date":
        midnight = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return int(midnight.timestamp() * 1000)
    if kind == "int":
        return int(value)
    if kind in {"double", "currency", "percent"}:
        return float(value)
    return value
