"""Values on their way to and from Salesforce's JSON, type by type.

Outbound a Python value says itself what it is; inbound the described type decides, since JSON
has one kind of string for names, dates and choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from raccord.engine.records import Value
from raccord.engine.schema import RemoteType

_CHOICE_SEPARATOR = ";"

Parser = Callable[[object], Value]


def to_wire(value: Value) -> object:
    """A value as JSON takes it; ValueError for one that Salesforce could not represent."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if any(_CHOICE_SEPARATOR in choice for choice in value):
        raise ValueError("a choice contains the separator of choices")
    return _CHOICE_SEPARATOR.join(value) or None


def parser(remote_type: RemoteType) -> Parser | None:
    """What turns a JSON value of this type into ours; None for a type we do not read."""
    return _PARSERS.get(remote_type)


def instant(value: object) -> datetime | None:
    """An aware datetime from ``2026-11-22T10:55:53.337+0000``."""
    return None if value is None else datetime.fromisoformat(str(value)).astimezone(UTC)


def _number(value: Decimal) -> int | float | str:
    """A JSON number where a double holds the value exactly, else digits (also accepted)."""
    if not value.is_finite():
        raise ValueError("not a finite number")
    if value == value.to_integral_value():
        return int(value)
    as_float = float(value)
    return as_float if Decimal(repr(as_float)) == value else format(value, "f")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _text(value: object) -> Value:
    if not isinstance(value, str | None):
        raise ValueError("not a text")
    return value


def _truth(value: object) -> Value:
    if not isinstance(value, bool | None):
        raise ValueError("not a truth value")
    return value


def _integer(value: object) -> Value:
    if value is None:
        return None
    number = Decimal(str(value))
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def _decimal(value: object) -> Value:
    return None if value is None else Decimal(str(value))


def _date(value: object) -> Value:
    return None if value is None else date.fromisoformat(str(value))


def _choices(value: object) -> Value:
    return None if value is None else tuple(str(value).split(_CHOICE_SEPARATOR))


_PARSERS: Mapping[RemoteType, Parser] = {
    RemoteType.STRING: _text,
    RemoteType.TEXT: _text,
    RemoteType.EMAIL: _text,
    RemoteType.PHONE: _text,
    RemoteType.URL: _text,
    RemoteType.PICKLIST: _text,
    RemoteType.REFERENCE: _text,
    RemoteType.ID: _text,
    RemoteType.BOOLEAN: _truth,
    RemoteType.OPT_OUT: _truth,
    RemoteType.INTEGER: _integer,
    RemoteType.DECIMAL: _decimal,
    RemoteType.DATE: _date,
    RemoteType.DATETIME: instant,
    RemoteType.MULTIPICKLIST: _choices,
}
