"""Whole and decimal numbers, as `parsing` takes them: exact, finite, of a size all can hold."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from raccord.engine.records import FieldSpec, Value
from raccord.engine.refused import Parser, refused

MOST_DIGITS = 18

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?"
)


def integer_parser(spec: FieldSpec) -> Parser:
    def parse_integer(raw: object) -> Value:
        number: int | None = None
        if isinstance(raw, str):
            number = int(raw) if _INTEGER.fullmatch(raw) else None
        elif isinstance(raw, bool):
            number = None
        elif isinstance(raw, int) or (
            isinstance(raw, Decimal | float) and _finite(raw) and raw == int(raw)
        ):
            number = int(raw)
        if number is None:
            raise refused(spec, "integer")
        if abs(number) >= 10**MOST_DIGITS:
            raise refused(spec, "number_too_large", digits=str(MOST_DIGITS))
        return number

    return parse_integer


def decimal_parser(spec: FieldSpec) -> Parser:
    places = MOST_DIGITS if spec.decimal_places is None else spec.decimal_places

    def parse_decimal(raw: object) -> Value:
        number = _as_decimal(raw)
        if number is None:
            raise refused(spec, "decimal")
        if number and number.adjusted() >= MOST_DIGITS:
            raise refused(spec, "number_too_large", digits=str(MOST_DIGITS))
        if _decimal_places(number) > places:
            raise refused(spec, "decimal_places", places=str(places))
        return number

    return parse_decimal


def _as_decimal(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        return Decimal(raw) if _DECIMAL.fullmatch(raw) else None
    if isinstance(raw, int | Decimal | float) and _finite(raw):
        try:
            return Decimal(str(raw))
        except InvalidOperation:
            return None
    return None


def _finite(number: int | Decimal | float) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite() and abs(number.adjusted()) < 100
    return abs(number) < 10**100  # false for NaN too


def _decimal_places(number: Decimal) -> int:
    """Digits behind the point, trailing zeros not counted."""
    _, digits, exponent = number.as_tuple()
    behind = -exponent if isinstance(exponent, int) else 0
    for digit in reversed(digits):
        if behind <= 0 or digit:
            break
        behind -= 1
    return behind if number else 0
