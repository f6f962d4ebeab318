"""Relative date literals: TODAY, LAST_N_DAYS:7 and their kin, as half-open spans of days.

Every literal is a period (day, week, month, quarter, year, fiscal quarter, fiscal year) and which
of them is meant, counted from the one that is now.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from salesforce_simulator.soql.asker import Asker

Span = tuple[date, date]
# Period number n, as its first day; 0 is the one that is now.
Period = Callable[[Asker, int], date]
_DAY = timedelta(days=1)


def span(literal: str, asker: Asker) -> Span | None:
    """Return (first day, first day after) of a literal, or None for what is none."""
    name, _, count = literal.upper().partition(":")
    try:
        if count:
            return _counted(name, int(count), asker) if len(count) < 6 else None
        return _plain(name, asker)
    except (OverflowError, ValueError):
        # So many days, or years, that there is no such date.
        return None


def as_moments(days: Span, asker: Asker) -> tuple[datetime, datetime]:
    """Return when a span of days begins and ends where the asker is."""
    first, after = (
        datetime(each.year, each.month, each.day, tzinfo=asker.now.tzinfo) for each in days
    )
    return first, after


def _plain(name: str, asker: Asker) -> Span | None:
    known = _PLAIN.get(name)
    if known is None:
        return None
    period, first, after = known
    return period(asker, first), period(asker, after)


def _counted(name: str, count: int, asker: Asker) -> Span | None:
    unit = name.removeprefix("LAST_N_").removeprefix("NEXT_N_").removeprefix("N_")
    unit = unit.removesuffix("_AGO")
    period = _PERIODS.get(unit.removesuffix("S"))
    if period is None or not unit.endswith("S"):
        return None
    forms = {
        # The last days include today; the last weeks do not include this one.
        f"LAST_N_{unit}": (-count, 1 if unit == "DAYS" else 0),
        f"NEXT_N_{unit}": (1, count + 1),
        f"N_{unit}_AGO": (-count, 1 - count),
    }
    numbers = forms.get(name)
    return (period(asker, numbers[0]), period(asker, numbers[1])) if numbers else None


def _day(asker: Asker, number: int) -> date:
    return asker.now.date() + number * _DAY


def _week(asker: Asker, number: int) -> date:
    return asker.now.date() + (7 * number - asker.days_into_week) * _DAY


def _months_from(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _month(asker: Asker, number: int) -> date:
    return _months_from(asker.now.date(), number)


def _quarter(asker: Asker, number: int) -> date:
    today = asker.now.date()
    return _months_from(today, 3 * number - (today.month - 1) % 3)


def _year(asker: Asker, number: int) -> date:
    return date(asker.now.year + number, 1, 1)


def _fiscal_quarter(asker: Asker, number: int) -> date:
    today = asker.now.date()
    return _months_from(today, 3 * number - (today.month - asker.fiscal_month) % 12 % 3)


def _fiscal_year(asker: Asker, number: int) -> date:
    today = asker.now.date()
    return _months_from(today, 12 * number - (today.month - asker.fiscal_month) % 12)


_PERIODS: dict[str, Period] = {
    "DAY": _day,
    "WEEK": _week,
    "MONTH": _month,
    "QUARTER": _quarter,
    "YEAR": _year,
    "FISCAL_QUARTER": _fiscal_quarter,
    "FISCAL_YEAR": _fiscal_year,
}

_PLAIN: dict[str, tuple[Period, int, int]] = {
    "TODAY": (_day, 0, 1),
    "YESTERDAY": (_day, -1, 0),
    "TOMORROW": (_day, 1, 2),
    "LAST_90_DAYS": (_day, -90, 1),
    "NEXT_90_DAYS": (_day, 1, 91),
    **{
        f"{which}_{unit}": (period, number, number + 1)
        for unit, period in _PERIODS.items()
        if unit != "DAY"
        for which, number in (("LAST", -1), ("THIS", 0), ("NEXT", 1))
    },
}
