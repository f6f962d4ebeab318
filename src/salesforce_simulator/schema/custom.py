"""Custom fields: from the words of a seed file to a Field."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.schema.field import Field
from salesforce_simulator.validation import stored_value

# Where the number stands in an auto-number's format: {0000}.
NUMBER_PLACE = re.compile(r"\{(0+)\}")
_FORMULA_TYPES = frozenset(
    {"string", "double", "currency", "percent", "boolean", "date", "datetime"}
)

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
    "autonumber": 30,
}
_TYPE_NAMES = {"text": "string", "checkbox": "boolean", "number": "double", "lookup": "reference"}


def custom_field(spec: Mapping[str, Any]) -> Field:
    """Return the field that a seed's entry describes.

    Keys: name, label, type, length, precision, scale, externalId, unique, caseSensitive,
    required, restricted, values, referenceTo, relationshipName, inlineHelpText, defaultValue,
    formula (its value is computed), displayFormat (of an autonumber).
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
    formula, number_format = _computed(name, kind, spec)
    writable = formula is None and number_format is None
    if number_format is not None:
        kind = "string"
    made = Field(
        name=name,
        label=str(spec.get("label", name.removesuffix("__c").replace("_", " "))),
        type=kind,
        length=length,
        precision=int(spec.get("precision", 18)) if is_number else 0,
        scale=int(spec.get("scale", 0)) if is_number else 0,
        digits=8 if kind == "int" else 0,
        createable=writable,
        updateable=writable,
        defaulted=(kind == "boolean" and writable)
        or number_format is not None
        or "defaultValue" in spec,
        nillable=kind != "boolean" and number_format is None and not spec.get("required", False),
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
        formula=formula,
        number_format=number_format,
    )
    return _with_default(made, spec)


def _computed(name: str, kind: str, spec: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the formula of a formula field, the format of an auto-number."""
    formula = spec.get("formula")
    if formula is not None and kind not in _FORMULA_TYPES:
        raise ValueError(f"custom field {name}: a formula cannot make a {kind}")
    if kind != "autonumber":
        return None if formula is None else str(formula), None
    number_format = str(spec.get("displayFormat", "{0}"))
    if not NUMBER_PLACE.search(number_format):
        raise ValueError(f"custom field {name}: displayFormat needs a place such as {{0000}}")
    return None, number_format


def _with_default(field: Field, spec: Mapping[str, Any]) -> Field:
    if "defaultValue" not in spec:
        return field
    try:
        return replace(field, default=stored_value(field, spec["defaultValue"]))
    except ApiError as refused:
        raise ValueError(f"custom field {field.name}: default: {refused}") from refused


def numbered(number_format: str, number: int) -> str:
    """Return the auto-number of a record: C-0007 for the 7th by "C-{0000}"."""
    return NUMBER_PLACE.sub(lambda match: str(number).zfill(len(match[1])), number_format)


def _words(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _relationship_name(name: str, kind: str, spec: Mapping[str, Any]) -> str | None:
    if kind != "reference":
        return None
    return str(spec.get("relationshipName", name.removesuffix("__c") + "__r"))
