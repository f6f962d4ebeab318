"""Custom fields: from the words of a seed file to a Field."""

from collections.abc import Mapping
from typing import Any

from salesforce_simulator.schema.field import Field

# The types a seed may name, and the length a text gets when the seed gives none.
DEFAULT_LENGTHS = {
    "string": 255,
    "textarea": 255,
    "email": 80,
    "phone": 40,
    "url": 255,
    "picklist": 255,
    "multipicklist": 4099,
    "boolean": 0,
    "date": 0,
    "datetime": 0,
    "int": 0,
    "double": 0,
    "currency": 0,
    "percent": 0,
    "reference": 18,
}
_TYPE_NAMES = {"text": "string", "checkbox": "boolean", "number": "double", "lookup": "reference"}


def custom_field(spec: Mapping[str, Any]) -> Field:
    """Return the field that a seed's entry describes.

    Keys: name, label, type, length, precision, scale, externalId, unique, caseSensitive,
    required, restricted, values, referenceTo, relationshipName, inlineHelpText.
    Raises ValueError with the reason where the entry makes no sense.
    """
    name = str(spec.get("name", ""))
    if not name.endswith("__c"):
        raise ValueError(f"custom field {name!r}: the name must end in __c")
    kind = str(spec.get("type", "string")).lower()
    kind = _TYPE_NAMES.get(kind, kind)
    if kind not in DEFAULT_LENGTHS:
        raise ValueError(f"custom field {name}: unknown type {kind!r}")
    is_number = kind in {"double", "currency", "percent"}
    external_id = bool(spec.get("externalId", False))
    length = int(spec.get("length", DEFAULT_LENGTHS[kind]))
    is_long = kind == "textarea" and length > 255
    return Field(
        name=name,
        label=str(spec.get("label", name.removesuffix("__c").replace("_", " "))),
        type=kind,
        length=length,
        precision=int(spec.get("precision", 18)) if is_number else 0,
        scale=int(spec.get("scale", 0)) if is_number else 0,
        digits=8 if kind == "int" else 0,
        createable=True,
        updateable=True,
        defaulted=kind == "boolean",
        nillable=kind != "boolean" and not spec.get("required", False),
        filterable=not is_long,
        sortable=not is_long and kind != "multipicklist",
        groupable=kind not in {"double", "currency", "percent", "datetime", "multipicklist"}
        and not is_long,
        id_lookup=external_id,
        restricted=bool(spec.get("restricted", False)),
        permissionable=not spec.get("required", False),
        targets=tuple(_words(spec.get("referenceTo"))),
        relationship=_relationship_name(name, kind, spec),
        values=tuple(_words(spec.get("values"))),
        custom=True,
        external_id=external_id,
        unique=bool(spec.get("unique", False)),
        case_sensitive=bool(spec.get("caseSensitive", False)),
        help_text=spec.get("inlineHelpText"),
    )


def _words(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _relationship_name(name: str, kind: str, spec: Mapping[str, Any]) -> str | None:
    if kind != "reference":
        return None
    return str(spec.get("relationshipName", name.removesuffix("__c") + "__r"))
