"""Relative date literals: TODAY, LAST_N_DAYS:7 and their kin, as half-open spans of UTC time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from salesforce_simulator.soql.errors import malformed

Span = tuple[datetime, datetime]
_DAY = timedelta(days=1)


def span(literal: str, *, now: datetime) -> Span:
    """Return (first moment, first moment after) of a literal. MALFORMED_QUERY for an unknown one.

    Weeks start on Sunday, as in an org with the default locale.
    """
    name, _, count = literal.upper().partition(":")
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if count:
        counted = _COUNTED.get(name)
        if counted is None:
            raise malformed(f"unexpected token: '{literal}'")
        return counted(today, int(count))
    plain = _PLAIN.get(name)
    if plain is None:
        raise malformed(f"unexpected token: '{literal}'")
    return plain(today)


def _days(start: int, end: int) -> Callable[[datetime], Span]:
    return lambda today: (today + start * _DAY, today + end * _DAY)


def _weeks(offset: int) -> Callable[[datetime], Span]:
    def find(today: datetime) -> Span:
        sunday = today - _DAY * ((today.weekday() + 1) % 7) + 7 * offset * _DAY
        return sunday, sunday + 7 * _DAY

    return find


def _month(today: datetime, offset: int) -> datetime:
    months = today.year * 12 + today.month - 1 + offset
    return today.replace(year=months // 12, month=months % 12 + 1, day=1)


def _months(start: int, end: int) -> Callable[[datetime], Span]:
    return lambda today: (_month(today, start), _month(today, end))


def _years(start: int, end: int) -> Callable[[datetime], Span]:
    def find(today: datetime) -> Span:
        january = today.replace(month=1, day=1)
        return january.replace(year=today.year + start), january.replace(year=today.year + end)

    return find


_PLAIN: dict[str, Callable[[datetime], Span]] = {
    "TODAY": _days(0, 1),
    "YESTERDAY": _days(-1, 0),
    "TOMORROW": _days(1, 2),
    "LAST_90_DAYS": _days(-90, 1),
    "NEXT_90_DAYS": _days(1, 91),
    "THIS_WEEK": _weeks(0),
    "LAST_WEEK": _weeks(-1),
    "NEXT_WEEK": _weeks(1),
    "THIS_MONTH": _months(0, 1),
    "LAST_MONTH": _months(-1, 0),
    "NEXT_MONTH": _months(1, 2),
    "THIS_YEAR": _years(0, 1),
    "LAST_YEAR": _years(-1, 0),
    "NEXT_YEAR": _years(1, 2),
}

_COUNTED: dict[str, Callable[[datetime, int], Span]] = {
    "LAST_N_DAYS": lambda today, count: (today - count * _DAY, today + _DAY),
    "NEXT_N_DAYS": lambda today, count: (today + _DAY, today + (count + 1) * _DAY),
    "N_DAYS_AGO": lambda today, count: (today - count * _DAY, today - (count - 1) * _DAY),
    "LAST_N_WEEKS": lambda today, count: (_weeks(-count)(today)[0], _weeks(0)(today)[0]),
    "LAST_N_MONTHS": lambda today, count: (_month(today, -count), _month(today, 0)),
    "LAST_N_YEARS": lambda today, count: _years(-count, 0)(today),
}
