"""Literals of a condition as the values of a field compare with them, or why they do not fit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from salesforce_simulator.clock import from_stamp, to_exact_stamp
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema import Field
from salesforce_simulator.soql import dates
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Value

# The years that the API knows.
_FIRST_YEAR, _LAST_YEAR = 1700, 4000


def comparable(names: Names, found: Found, value: Value, position: int) -> Any:
    """Return a literal in the form that `folding` gives to values; None for null and for ''.

    Raises ApiError, shown at the position, where the literal is of another type than the field.
    """
    if value.kind == "null":
        return None
    kinds, convert = _LITERALS.get(found.field.type, _TEXT)
    if value.kind not in kinds:
        raise wrong_type(names, found.field, value, position)
    if value.kind == "string" and not value.text:
        return None
    try:
        return convert(found.field, value.text)
    except ValueError as wrong:
        code = _CODES.get(found.field.type, "MALFORMED_QUERY")
        raise names.refuse(code, position, str(wrong)) from wrong


def days_between(names: Names, found: Found, value: Value, position: int) -> tuple[str, str]:
    """Return a relative date literal as (first value, first value after) of its field."""
    if found.field.type not in {"date", "datetime"}:
        raise wrong_type(names, found.field, value, position)
    span = dates.span(value.text, names.asker)
    if span is None:
        message = f"unexpected token: '{value.text}'"
        raise names.refuse("MALFORMED_QUERY", value.position, message)
    if found.field.type == "date":
        return span[0].isoformat(), span[1].isoformat()
    first, after = dates.as_moments(span, names.asker)
    return to_exact_stamp(first), to_exact_stamp(after)


def wrong_type(names: Names, field: Field, value: Value, position: int) -> Exception:
    """Return the refusal of a literal whose type is not the field's."""
    if value.kind == "range":
        # A word without quotes is a date literal or nothing.
        message = f"unexpected token: '{value.text}'"
        return names.refuse("MALFORMED_QUERY", value.position, message)
    name = {"datetime": "dateTime", "id": "string", "reference": "string", "distance": "double"}
    shown = name.get(field.type, "string" if field.is_text else field.type)
    quotes = "should be" if shown == "string" else "should not be"
    message = (
        f"value of filter criterion for field '{field.name}' must be of type {shown} "
        f"and {quotes} enclosed in quotes"
    )
    return names.refuse("INVALID_FIELD", position, message)


def _folded_text(field: Field, text: str) -> str:
    return text if field.case_sensitive else text.casefold()


def _id(field: Field, text: str) -> str:
    known = normal_id(text)
    if known is None:
        raise ValueError(f"invalid ID field: {text}")
    return known


def _number(field: Field, text: str) -> float:
    return float(text)


def _boolean(field: Field, text: str) -> bool:
    return text == "true"


def _date(field: Field, text: str) -> str:
    try:
        known = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Invalid date: {text}") from None
    if not _FIRST_YEAR <= known.year <= _LAST_YEAR:
        raise ValueError(f"Invalid date: {text}")
    return text


def _datetime(field: Field, text: str) -> str:
    try:
        return to_exact_stamp(from_stamp(text))
    except (ValueError, OverflowError):
        raise ValueError(f"Invalid datetime: {text}") from None


_Convert = Callable[[Field, str], Any]
_TEXT: tuple[frozenset[str], _Convert] = (frozenset({"string"}), _folded_text)
_NUMBER: tuple[frozenset[str], _Convert] = (frozenset({"number"}), _number)
_ID: tuple[frozenset[str], _Convert] = (frozenset({"string"}), _id)
# Per field type: the kinds of literals it compares with, and how they are read.
_LITERALS: dict[str, tuple[frozenset[str], _Convert]] = {
    "id": _ID,
    "reference": _ID,
    "int": _NUMBER,
    "double": _NUMBER,
    "percent": _NUMBER,
    "distance": _NUMBER,
    # The org has one currency, so the code before an amount says nothing.
    "currency": (frozenset({"number", "currency"}), _number),
    "boolean": (frozenset({"boolean"}), _boolean),
    "date": (frozenset({"date"}), _date),
    "datetime": (frozenset({"datetime"}), _datetime),
}
_CODES = {"id": "INVALID_QUERY_FILTER_OPERATOR", "reference": "INVALID_QUERY_FILTER_OPERATOR"}
