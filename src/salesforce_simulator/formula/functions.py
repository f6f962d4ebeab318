"""The functions of formulas. Each takes its arguments' values, or, where it may leave some
uncomputed, the arguments themselves as functions without parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from salesforce_simulator.formula.values import (
    NoValue,
    Value,
    day,
    equal,
    finite,
    is_blank,
    number,
    rounded,
    text,
    truth,
)

Thunk = Callable[[], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes (most: None for any number), and what it does.

    lazy: it is given thunks in place of values.
    """

    least: int
    most: int | None
    apply: Callable[..., Value]
    lazy: bool = False


def _if(condition: Thunk, then: Thunk, otherwise: Thunk) -> Value:
    return then() if truth(condition()) else otherwise()


def _and(*parts: Thunk) -> Value:
    return all(truth(part()) for part in parts)


def _or(*parts: Thunk) -> Value:
    return any(truth(part()) for part in parts)


def _case(subject: Thunk, *rest: Thunk) -> Value:
    """CASE(subject, value, result, ..., otherwise)"""
    if len(rest) % 2 == 0:
        raise NoValue
    known = subject()
    for value, result in zip(rest[:-1:2], rest[1::2], strict=False):
        if equal(known, value()):
            return result()
    return rest[-1]()


def _left(whole: Value, count: Value) -> Value:
    return text(whole)[: max(0, int(number(count)))]


def _right(whole: Value, count: Value) -> Value:
    kept = max(0, int(number(count)))
    return text(whole)[-kept:] if kept else ""


def _mid(whole: Value, start: Value, count: Value) -> Value:
    first = max(1, int(number(start))) - 1
    return text(whole)[first : first + max(0, int(number(count)))]


def _value(whole: Value) -> Value:
    try:
        return finite(float(text(whole))) if not is_blank(whole) else None
    except ValueError:
        raise NoValue from None


def _find(wanted: Value, whole: Value, start: Value = 1.0) -> Value:
    """The place of a text in another, from 1; 0 where it is not there."""
    return float(text(whole).find(text(wanted), max(0, int(number(start)) - 1)) + 1)


def _pad(whole: Value, length: Value, filler: Value = " ") -> Value:
    size, shown = min(1300, int(number(length))), text(whole)
    missing = max(0, size - len(shown))
    fill = text(filler) or " "
    return (fill * missing)[:missing] + shown[:size]


def _includes(chosen: Value, wanted: Value) -> Value:
    return text(wanted) in text(chosen).split(";")


def _modulo(left: Value, right: Value) -> Value:
    try:
        return number(left) % number(right)
    except ZeroDivisionError:
        raise NoValue from None


def _date(year: Value, month: Value, day_of_month: Value) -> Value:
    try:
        return date(int(number(year)), int(number(month)), int(number(day_of_month)))
    except (ValueError, OverflowError):
        raise NoValue from None


def _date_value(value: Value) -> Value:
    if is_blank(value):
        return None
    if isinstance(value, date):
        return day(value)
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise NoValue from None


def _datetime_value(value: Value) -> Value:
    if is_blank(value) or isinstance(value, datetime):
        return value or None
    try:
        return datetime.fromisoformat(text(value)).replace(tzinfo=UTC)
    except ValueError:
        raise NoValue from None


def _regex(whole: Value, pattern: Value) -> Value:
    # A pattern of an administrator on a text of at most a few thousand characters.
    try:
        return re.fullmatch(text(pattern), text(whole)) is not None
    except re.error:
        raise NoValue from None


def _rounded(value: Value, places: Value) -> Value:
    return rounded(number(value), min(15, max(-15, int(number(places)))))


def _values(*given: Value) -> list[float]:
    return [number(each) for each in given]


def _whole(step: Callable[[float], float]) -> Callable[[Value], Value]:
    return lambda value: step(number(value))


def _part(name: str) -> Callable[[Value], Value]:
    return lambda value: float(getattr(day(value), name))


def _blank_value(value: Value, otherwise: Value) -> Value:
    return otherwise if is_blank(value) else value


def _texts(function: Callable[[str, str], Any]) -> Callable[[Value, Value], Value]:
    return lambda whole, part: bool(function(text(whole), text(part)))


def _is_number(value: Value) -> bool:
    try:
        float(text(value))
    except ValueError:
        return False
    return True


FUNCTIONS: dict[str, Function] = {
    "IF": Function(3, 3, _if, lazy=True),
    "AND": Function(1, None, _and, lazy=True),
    "OR": Function(1, None, _or, lazy=True),
    "CASE": Function(4, None, _case, lazy=True),
    "NOT": Function(1, 1, lambda value: not truth(value)),
    "ISBLANK": Function(1, 1, is_blank),
    "ISNULL": Function(1, 1, is_blank),
    "BLANKVALUE": Function(2, 2, _blank_value),
    "NULLVALUE": Function(2, 2, _blank_value),
    "ISNUMBER": Function(1, 1, _is_number),
    "TEXT": Function(1, 1, text),
    "VALUE": Function(1, 1, _value),
    "LEFT": Function(2, 2, _left),
    "RIGHT": Function(2, 2, _right),
    "MID": Function(3, 3, _mid),
    "LEN": Function(1, 1, lambda value: float(len(text(value)))),
    "UPPER": Function(1, 1, lambda value: text(value).upper()),
    "LOWER": Function(1, 1, lambda value: text(value).lower()),
    "TRIM": Function(1, 1, lambda value: text(value).strip()),
    "LPAD": Function(2, 3, _pad),
    "FIND": Function(2, 3, _find),
    "CONTAINS": Function(2, 2, _texts(lambda whole, part: part in whole)),
    "BEGINS": Function(2, 2, _texts(str.startswith)),
    "SUBSTITUTE": Function(
        3,
        3,
        lambda whole, old, new: text(whole).replace(text(old), text(new)) if text(old) else whole,
    ),
    "REGEX": Function(2, 2, _regex),
    "ISPICKVAL": Function(2, 2, lambda value, wanted: text(value) == text(wanted)),
    "INCLUDES": Function(2, 2, _includes),
    "BR": Function(0, 0, lambda: "\n"),
    "ABS": Function(1, 1, _whole(abs)),
    "ROUND": Function(2, 2, _rounded),
    "FLOOR": Function(1, 1, _whole(lambda value: float(value // 1))),
    "CEILING": Function(1, 1, _whole(lambda value: float(-(-value // 1)))),
    "MAX": Function(1, None, lambda *given: max(_values(*given))),
    "MIN": Function(1, None, lambda *given: min(_values(*given))),
    "MOD": Function(2, 2, _modulo),
    "DATE": Function(3, 3, _date),
    "DATEVALUE": Function(1, 1, _date_value),
    "DATETIMEVALUE": Function(1, 1, _datetime_value),
    "YEAR": Function(1, 1, _part("year")),
    "MONTH": Function(1, 1, _part("month")),
    "DAY": Function(1, 1, _part("day")),
}
