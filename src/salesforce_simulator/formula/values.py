"""The values that formulas compute with: text, numbers, booleans, dates, moments, and blank.

A blank number counts as zero and a blank text as "", as a formula field does by default. What
cannot be computed (a division by zero, a text that is no number) is a `NoValue`: the field is
then blank, as the API shows a field in which the pages show #Error!.
"""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from salesforce_simulator.clock import from_stamp, to_stamp
from salesforce_simulator.schema import Field

Value = str | float | bool | date | datetime | None


class NoValue(Exception):  # noqa: N818 - it says that there is no value, and nothing went wrong
    """A computation without a result."""


def from_stored(field: Field) -> Callable[[Any], Value]:
    """Return the function that makes a value of what a row holds in a field."""
    if field.type == "date":
        return lambda stored: date.fromisoformat(stored) if stored else None
    if field.type == "datetime":
        return lambda stored: from_stamp(stored) if stored else None
    if field.is_number:
        return lambda stored: float(stored) if stored is not None else None
    if field.type == "boolean":
        return bool
    return lambda stored: str(stored) if stored is not None else None


def to_stored(field: Field, value: Value) -> Any:
    """Return what a formula field of this type shows for a value."""
    if field.type == "boolean":
        return value is True
    if value is None or value == "":
        return None
    if field.is_number:
        return rounded(number(value), field.scale)
    if field.type == "datetime":
        return to_stamp(moment(value))
    if field.type == "date":
        return day(value).isoformat()
    return text(value)[:1300]


def number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoValue
    return float(value)


def text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(value)


def day(value: Value) -> date:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date()
    if isinstance(value, date):
        return value
    raise NoValue


def moment(value: Value) -> datetime:
    if isinstance(value, datetime):
        return value
    raise NoValue


def truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    raise NoValue


def is_blank(value: Value) -> bool:
    return value is None or value == ""


def add(left: Value, right: Value) -> Value:
    """Add numbers, join texts, or move a date by days."""
    if isinstance(left, date):
        return shifted(left, number(right))
    if isinstance(right, date):
        return shifted(right, number(left))
    if isinstance(left, str) or isinstance(right, str):
        return text(left) + text(right)
    return finite(number(left) + number(right))


def subtract(left: Value, right: Value) -> Value:
    """Subtract numbers, move a date back, or count the days between two dates."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left - right) / timedelta(days=1)
    if isinstance(left, date) and isinstance(right, date):
        return float((day(left) - day(right)).days)
    if isinstance(left, date):
        return shifted(left, -number(right))
    if isinstance(right, date):
        raise NoValue
    return finite(number(left) - number(right))


def compare(left: Value, right: Value) -> int:
    """Return less than, equal to or more than 0. Blank is zero among numbers, "" among texts."""
    if isinstance(left, date) and isinstance(right, date):
        if isinstance(left, datetime) and isinstance(right, datetime):
            return (left > right) - (left < right)
        return (day(left) > day(right)) - (day(left) < day(right))
    if isinstance(left, bool) and isinstance(right, bool):
        return left - right
    if isinstance(left, str) or isinstance(right, str):
        one, other = _as_text(left), _as_text(right)
        return (one > other) - (one < other)
    if isinstance(left, date) or isinstance(right, date):
        raise NoValue
    return (number(left) > number(right)) - (number(left) < number(right))


def equal(left: Value, right: Value) -> bool:
    if is_blank(left) and is_blank(right):
        return True
    if (is_blank(left) or is_blank(right)) and (isinstance(left, date) or isinstance(right, date)):
        return False
    return compare(left, right) == 0


def shifted(when: Value, days: float) -> Value:
    """Return a date moved by days, cut to whole ones, or a moment moved by parts of days too."""
    try:
        if isinstance(when, datetime):
            return when + timedelta(days=days)
        return day(when) + timedelta(days=int(days))
    except OverflowError:
        raise NoValue from None


def finite(value: float) -> float:
    if not math.isfinite(value):
        raise NoValue
    return value


def rounded(value: float, places: int) -> float:
    """Round half away from zero, as formulas do."""
    try:
        exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except ArithmeticError:
        raise NoValue from None
    return float(exact)


def _as_text(value: Value) -> str:
    if value is not None and not isinstance(value, str):
        raise NoValue
    return value or ""
