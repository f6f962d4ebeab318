"""Which Avro type and which documentation the fields of an object get, and the events' header."""

import zlib
from typing import Any

from salesforce_simulator.ids import make_id
from salesforce_simulator.schema import Field

NAMESPACE = "com.sforce.eventbus"
HEADER = "ChangeEventHeader"
CHANGE_TYPES = (
    "CREATE",
    "UPDATE",
    "DELETE",
    "UNDELETE",
    "GAP_CREATE",
    "GAP_UPDATE",
    "GAP_DELETE",
    "GAP_UNDELETE",
    "GAP_OVERFLOW",
)
_AVRO_TYPES = {
    "boolean": "boolean",
    "int": "int",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "date": "long",
    "datetime": "long",
}
_DATA_TYPES = {
    "boolean": "Boolean",
    "int": "Integer",
    "double": "Double",
    "currency": "Currency",
    "percent": "Percent",
    "date": "DateOnly",
    "datetime": "DateTime",
    "reference": "EntityId",
    "email": "Email",
    "phone": "Phone",
    "url": "Url",
    "textarea": "MultiLineText",
    "picklist": "DynamicEnum",
    "multipicklist": "MultiEnum",
    "address": "Address",
}
_AUDIT = {
    "CreatedDate": "CreatedDate:DateTime",
    "CreatedById": "CreatedBy:EntityId",
    "LastModifiedDate": "LastModifiedDate:DateTime",
    "LastModifiedById": "LastModifiedBy:EntityId",
}


def nullable(name: str, kind: str, doc: str) -> dict[str, Any]:
    """Describe a field that holds a value of a field type, or null."""
    avro = ["null", _AVRO_TYPES.get(kind, "string")]
    return {"name": name, "type": avro, "doc": doc, "default": None}


def doc_of_type(kind: str) -> str:
    """Return what the documentation of a field of this type says: Data:Email."""
    return f"Data:{_DATA_TYPES.get(kind, 'Text')}"


def doc_of(field: Field) -> str:
    """Return what the documentation of a field says: Data:Text:00N5Y0000000001."""
    known = _AUDIT.get(field.name)
    if known is not None:
        return known
    doc = doc_of_type(field.type)
    # A custom field is named with its own id, which does not change when it is renamed.
    return f"{doc}:{make_id('00N', zlib.crc32(field.name.encode()))[:15]}" if field.custom else doc


def header() -> dict[str, Any]:
    """Return the type of the header that each change event begins with."""
    texts = {"type": "array", "items": "string"}
    change_type = {"type": "enum", "name": "ChangeType", "symbols": list(CHANGE_TYPES)}
    types: dict[str, Any] = {
        "entityName": "string",
        "recordIds": texts,
        "changeType": change_type,
        "changeOrigin": "string",
        "transactionKey": "string",
        "sequenceNumber": "int",
        "commitTimestamp": "long",
        "commitNumber": "long",
        "commitUser": "string",
        "nulledFields": texts,
        "diffFields": texts,
        "changedFields": texts,
    }
    return {
        "type": "record",
        "name": HEADER,
        "namespace": NAMESPACE,
        "fields": [{"name": name, "type": kind} for name, kind in types.items()],
    }
