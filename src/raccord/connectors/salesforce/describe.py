"""What Salesforce says about an object, in the words of `engine/schema.py`.

Field attributes: developer.salesforce.com, REST API guide, "sObject Describe".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from raccord.engine.schema import RemoteField, RemoteObject, RemoteType

# Check boxes of Contact and Lead that mean "do not"; there they exist if they are visible.
OPT_OUT_FIELDS = ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall")

_TYPES: Mapping[str, RemoteType] = {
    "string": RemoteType.STRING,
    "encryptedstring": RemoteType.STRING,
    "combobox": RemoteType.STRING,
    "textarea": RemoteType.TEXT,
    "email": RemoteType.EMAIL,
    "phone": RemoteType.PHONE,
    "url": RemoteType.URL,
    "int": RemoteType.INTEGER,
    "long": RemoteType.INTEGER,
    "double": RemoteType.DECIMAL,
    "currency": RemoteType.DECIMAL,
    "percent": RemoteType.DECIMAL,
    "boolean": RemoteType.BOOLEAN,
    "date": RemoteType.DATE,
    "datetime": RemoteType.DATETIME,
    "picklist": RemoteType.PICKLIST,
    "multipicklist": RemoteType.MULTIPICKLIST,
    "reference": RemoteType.REFERENCE,
    "id": RemoteType.ID,
    "address": RemoteType.COMPOUND,
    "location": RemoteType.COMPOUND,
}

_MADE_OF_OTHERS = (RemoteType.COMPOUND, RemoteType.OTHER)


def parse_object(described: Mapping[str, Any]) -> RemoteObject:
    """The answer of ``/sobjects/X/describe``; KeyError or TypeError if it is not one."""
    fields = [_field(entry) for entry in described["fields"]]
    return RemoteObject(
        name=described["name"],
        label=described["label"],
        fields=MappingProxyType({field.name: field for field in fields}),
        createable=described["createable"],
        updateable=described["updateable"],
        deletable=described["deletable"],
    )


def _field(entry: Mapping[str, Any]) -> RemoteField:
    name: str = entry["name"]
    remote_type = _type(name, entry["type"])
    # A formula or an address says nothing that could be written, whatever its flags are.
    writable = remote_type not in _MADE_OF_OTHERS and not entry["calculated"]
    createable = writable and entry["createable"]
    choices = [item for item in entry.get("picklistValues") or () if item["active"]]
    return RemoteField(
        name=name,
        label=entry["label"],
        type=remote_type,
        max_length=entry.get("length") or None,
        precision=_precision(entry, remote_type),
        scale=entry["scale"] if remote_type is RemoteType.DECIMAL else None,
        choices=tuple(item["value"] for item in choices),
        choice_labels=tuple(
            (item["value"], item["label"])
            for item in choices
            if item.get("label") and item["label"] != item["value"]
        ),
        restricted=bool(entry.get("restrictedPicklist")),
        createable=createable,
        updateable=writable and entry["updateable"],
        required=createable
        and not entry["nillable"]
        and not entry["defaultedOnCreate"]
        # A check box always has a value: false unless told otherwise.
        and entry["type"] != "boolean",
        unique=bool(entry.get("unique")),
        key=bool(entry.get("idLookup") or entry.get("externalId") or entry.get("unique")),
        external_id=bool(entry.get("externalId")),
        # Salesforce stores addresses in lower case, whatever was sent.
        lowercased=remote_type is RemoteType.EMAIL,
        group=entry.get("compoundFieldName") or "",
    )


def _type(name: str, described_type: str) -> RemoteType:
    if name in OPT_OUT_FIELDS and described_type == "boolean":
        return RemoteType.OPT_OUT
    return _TYPES.get(described_type, RemoteType.OTHER)


def _precision(entry: Mapping[str, Any], remote_type: RemoteType) -> int | None:
    """All digits that the field holds; an int says it in `digits`."""
    if remote_type is RemoteType.DECIMAL:
        return int(entry["precision"]) or None
    if remote_type is RemoteType.INTEGER:
        return int(entry.get("digits") or 0) or None
    return None
