"""One value into one field: coercion, normal form and refusal.

`stored_value` answers what the org keeps for a value that a caller sent: trimmed text, lower-case
e-mail, null for an empty string, a number for a numeric string. What it refuses is worded as the
API words it. It judges the value alone; uniqueness, references and rules over several fields are
the business of `transaction.py`.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from salesforce_simulator.clock import from_stamp, to_exact_stamp
from salesforce_simulator.errors import RecordError, malformed_json
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema.field import Field

_EMAIL = re.compile(
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*$"
)
_INT_RANGE = range(-(2**31), 2**31)


def stored_value(field: Field, value: Any) -> Any:
    """Return what the org stores for a value. RecordError or ApiError where it refuses it."""
    if field.type == "boolean":
        return _boolean(field, value)
    if value is None or value == "":
        return None
    read: Callable[[Field, Any], Any] = _READERS.get(field.type, _text)
    return read(field, value)


def _text(field: Field, value: Any) -> str | None:
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        text = str(value).strip()
    else:
        raise _cannot_read("string", value)
    if not text:
        return None
    if len(text) > field.length:
        raise RecordError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})",
            fields=[field.name],
        )
    if field.type == "email":
        return _email(field, text)
    if field.restricted:
        _check_picklist(field, text)
    return text


def _email(field: Field, text: str) -> str:
    if not _EMAIL.match(text):
        raise RecordError(
            "INVALID_EMAIL_ADDRESS",
            f"{field.label}: invalid email address: {text}",
            fields=[field.name],
        )
    return text.lower()


def _check_picklist(field: Field, text: str) -> None:
    chosen = text.split(";") if field.type == "multipicklist" else [text]
    wrong = [each for each in chosen if each not in field.values]
    if wrong:
        raise RecordError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {wrong[0]}",
            fields=[field.name],
        )


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if value is None:
        raise RecordError(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            f"{field.label}: value not of required type: null",
            fields=[field.name],
        )
    raise _cannot_read("boolean", value)


def _number(field: Field, value: Any) -> int | float:
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise _cannot_read("int" if field.type == "int" else "double", value)
    whole_digits = field.precision - field.scale
    too_large = field.type != "int" and abs(number) >= 10.0**whole_digits
    if too_large or (field.type == "int" and int(number) not in _INT_RANGE):
        raise RecordError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            fields=[field.name],
        )
    return int(number) if field.type == "int" else round(number, field.scale)


def _reference(field: Field, value: Any) -> str:
    found = normal_id(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise RecordError(
            "MALFORMED_ID",
            f"{field.label}: id value of incorrect type: {value}",
            fields=[field.name],
        )
    return found


def _date(field: Field, value: Any) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError
        return date.fromisoformat(value.strip()[:10] if "T" in value else value.strip()).isoformat()
    except ValueError:
        raise _cannot_read("date", value) from None


def _datetime(field: Field, value: Any) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError
        return to_exact_stamp(from_stamp(value.strip()))
    except ValueError:
        raise _cannot_read("datetime", value) from None


def _cannot_read(kind: str, value: Any) -> Exception:
    token = "VALUE_STRING" if isinstance(value, str) else _JSON_TOKENS[type(value)]
    shown = "{" if isinstance(value, dict) else "[" if isinstance(value, list) else value
    return malformed_json(
        f"Cannot deserialize instance of {kind} from {token} value {shown} "
        "or request may be missing a required field at [line:1, column:1]"
    )


_JSON_TOKENS: dict[type, str] = {
    dict: "START_OBJECT",
    list: "START_ARRAY",
    bool: "VALUE_TRUE",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
}

_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "int": _number,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "reference": _reference,
    "id": _reference,
    "date": _date,
    "datetime": _datetime,
}
