"""The Avro schema of an object's change events, made from the object's fields.

First the header, then the fields in the order of describe. What is compound there (a person's
name, an address) is one nested record here, and its parts are gone from the top. Every value may
be null. A schema is known by a hash of its text, so it changes with the fields.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import fastavro

from salesforce_simulator.events.avro_types import (
    HEADER,
    NAMESPACE,
    doc_of,
    doc_of_type,
    header,
    nullable,
)
from salesforce_simulator.schema import Field, SObjectType

# What a record does not hold itself, and what events leave out by their documentation.
LEFT_OUT = frozenset(
    {
        "Id",
        "IsDeleted",
        "SystemModstamp",
        "MasterRecordId",
        "LastActivityDate",
        "LastViewedDate",
        "LastReferencedDate",
        "PhotoUrl",
        "IsEmailBounced",
    }
)
_NAME_PARTS = ("Salutation", "FirstName", "LastName")
_ADDRESS_PARTS = (
    "Street",
    "City",
    "State",
    "PostalCode",
    "Country",
    "Latitude",
    "Longitude",
    "GeocodeAccuracy",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's value stands: at the top (`part` is ""), or as a part of a compound one.

    index, child: positions in the schema's fields and in the nested record's, from 0.
    """

    index: int
    name: str
    type: str
    part: str = ""
    child: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class EventSchema:
    """A schema with what writing by it needs. `places` is by the name of the object's field."""

    id: str
    text: str
    parsed: Any
    places: dict[str, Place]
    # Compound fields: the name of the nested record's field -> names of the object's fields.
    compounds: dict[str, tuple[str, ...]]


def change_schema(kind: SObjectType) -> EventSchema:
    """Return the schema of the change events of an object."""
    fields: list[dict[str, Any]] = [{"name": HEADER, "type": header()}]
    places: dict[str, Place] = {}
    compounds: dict[str, tuple[str, ...]] = {}
    defined: set[str] = set()
    for field in kind.fields:
        if not _is_delivered(field):
            continue
        parts = _parts(kind, field)
        index = len(fields)
        if parts:
            compounds[field.name] = tuple(name for name, _ in parts)
            for child, (name, label) in enumerate(parts):
                places[name] = Place(index, field.name, _type_of(kind, name), label, child)
        else:
            places[field.name] = Place(index, field.name, field.type)
        fields.append(_described(kind, field, parts, defined))
    name = event_name(kind.name)
    return make_schema(name, fields, places=places, compounds=compounds)


def make_schema(
    name: str,
    fields: list[dict[str, Any]],
    *,
    places: dict[str, Place] | None = None,
    compounds: dict[str, tuple[str, ...]] | None = None,
) -> EventSchema:
    """Return the schema of a record type of these fields, with the id that follows from it."""
    text = json.dumps(
        {"type": "record", "name": name, "namespace": NAMESPACE, "fields": fields},
        separators=(",", ":"),
    )
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return EventSchema(
        id=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        text=text,
        parsed=fastavro.parse_schema(json.loads(text)),
        places=places or {},
        compounds=compounds or {},
    )


def event_name(object_name: str) -> str:
    """Return the name of an object's change event: ContactChangeEvent, Thing__ChangeEvent."""
    own = object_name.removesuffix("__c")
    return f"{own}__ChangeEvent" if own != object_name else f"{object_name}ChangeEvent"


def flat_field(field: Field) -> dict[str, Any]:
    """Describe a field of a flat record."""
    return nullable(field.name, field.type, doc_of(field))


def _is_delivered(field: Field) -> bool:
    """Tell whether a field stands at the top of the object's events."""
    # A company's name is compound, of nothing but itself. Formulas change without a change.
    is_left_out = field.name in LEFT_OUT or field.formula is not None
    return not is_left_out and field.compound in {None, field.name}


def _parts(kind: SObjectType, field: Field) -> list[tuple[str, str]]:
    """Return (the object's field, its label in the nested record) of a compound field."""
    if field.name == "Name" and kind.person:
        return [(part, part) for part in _NAME_PARTS if kind.field(part)]
    if field.type != "address":
        return []
    prefix = field.name.removesuffix("Address")
    return [(prefix + part, part) for part in _ADDRESS_PARTS if kind.field(prefix + part)]


def _described(
    kind: SObjectType, field: Field, parts: list[tuple[str, str]], defined: set[str]
) -> dict[str, Any]:
    if not parts:
        described = flat_field(field)
        if kind.name == "Account" and field.name == "Name":
            # A person account's name is a record, a company's a text.
            labels = [(part, part) for part in _NAME_PARTS]
            described["type"].append(_nested(kind, "Switchable_PersonName", labels))
            described["doc"] = "Data:Switchable_PersonName"
        return described
    record = "PersonName" if field.name == "Name" else "Address"
    nested = record if record in defined else _nested(kind, record, parts)
    defined.add(record)
    doc = f"Data:{record}"
    return {"name": field.name, "type": ["null", nested], "doc": doc, "default": None}


def _nested(kind: SObjectType, name: str, parts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    kinds = [(label, _type_of(kind, part)) for part, label in parts]
    fields = [nullable(label, each, doc_of_type(each)) for label, each in kinds]
    return {"type": "record", "name": name, "namespace": NAMESPACE, "fields": fields}


def _type_of(kind: SObjectType, name: str) -> str:
    field = kind.field(name)
    return field.type if field is not None else "string"
