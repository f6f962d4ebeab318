"""Relative date literals, against a model that counts days one by one."""

# ruff: noqa: S608 - SOQL is what is tested

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import pytest
from babel.core import Locale
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.server import Simulator
from salesforce_simulator.soql.asker import Asker
from salesforce_simulator.soql.dates import span
from tests.simulator.conftest import create, names, query

DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


def someone(day: date, *, fiscal_month: int = 1, locale: str = "en_US") -> Asker:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Asker(now=now, locale=Locale.parse(locale), fiscal_month=fiscal_month)


def fiscal_year(day: date, first_month: int) -> int:
    return day.year + (first_month > 1 and day.month >= first_month)


def fiscal_months(day: date, first_month: int) -> int:
    """Months since the beginning of time, counted so that fiscal years begin at multiples of 12."""
    return day.year * 12 + day.month - first_month


# The name of the period that a day is in, the same for all its days and no others.
PERIODS: dict[str, Callable[[date, int], object]] = {
    "WEEK": lambda day, _: (day - DAY * (day.isoweekday() % 7)).isoformat(),
    "MONTH": lambda day, _: (day.year, day.month),
    "QUARTER": lambda day, _: (day.year, (day.month - 1) // 3),
    "YEAR": lambda day, _: day.year,
    "FISCAL_QUARTER": lambda day, first: fiscal_months(day, first) // 3,
    "FISCAL_YEAR": fiscal_year,
}


def slow_period(unit: str, today: date, number: int, first_month: int) -> tuple[date, date]:
    """Walk day by day from period to period; return the first day and the first day after."""
    which, step = PERIODS[unit], DAY if number >= 0 else -DAY
    day, passed = today, 0
    while passed < abs(number):
        before, day = day, day + step
        passed += which(before, first_month) != which(day, first_month)
    inside = which(day, first_month)
    first = next(
        day - n * DAY for n in count() if which(day - (n + 1) * DAY, first_month) != inside
    )
    after = next(day + n * DAY for n in count() if which(day + n * DAY, first_month) != inside)
    return first, after


@given(
    today=DAYS,
    unit=st.sampled_from(sorted(PERIODS)),
    which=st.sampled_from([("LAST", -1), ("THIS", 0), ("NEXT", 1)]),
    first_month=st.integers(1, 12),
)
def test_periods_around_now(
    today: date, unit: str, which: tuple[str, int], first_month: int
) -> None:
    asker = someone(today, fiscal_month=first_month)
    assert span(f"{which[0]}_{unit}", asker) == slow_period(unit, today, which[1], first_month)


@given(
    today=DAYS,
    unit=st.sampled_from(sorted(PERIODS)),
    number=st.integers(1, 4),
    first_month=st.integers(1, 12),
)
def test_counted_periods(today: date, unit: str, number: int, first_month: int) -> None:
    asker = someone(today, fiscal_month=first_month)

    def period(offset: int) -> tuple[date, date]:
        return slow_period(unit, today, offset, first_month)

    assert span(f"LAST_N_{unit}S:{number}", asker) == (period(-number)[0], period(0)[0])
    assert span(f"NEXT_N_{unit}S:{number}", asker) == (period(1)[0], period(number)[1])
    assert span(f"N_{unit}S_AGO:{number}", asker) == period(-number)


@given(today=DAYS, number=st.integers(1, 500))
def test_counted_days(today: date, number: int) -> None:
    asker = someone(today)
    assert span(f"last_n_days:{number}", asker) == (today - number * DAY, today + DAY)
    assert span(f"NEXT_N_DAYS:{number}", asker) == (today + DAY, today + (number + 1) * DAY)
    assert span(f"N_DAYS_AGO:{number}", asker) == (
        today - number * DAY,
        today - (number - 1) * DAY,
    )


@pytest.mark.parametrize(
    "literal",
    [
        "NEVER",
        "TODAY:1",
        "LAST_N_DAYS",
        "LAST_N_DAY:1",
        "THIS_N_DAYS:1",
        "NEXT_N_YEARS:99999",
        "Web",
    ],
)
def test_what_is_no_date_literal(literal: str) -> None:
    assert span(literal, someone(date(2026, 7, 3))) is None


def test_a_week_begins_where_the_asker_lives() -> None:
    sunday = date(2026, 11, 22)
    assert span("THIS_WEEK", someone(sunday)) == (sunday, sunday + 7 * DAY)
    in_france = span("THIS_WEEK", someone(sunday, locale="fr_FR"))
    assert in_france == (sunday - 6 * DAY, sunday + DAY)


def test_today_is_the_askers_day(simulator: Simulator, api: httpx.Client) -> None:
    """Users of the simulator live in Paris, where a new day begins before it does in UTC."""
    org = simulator.org
    org.clock = lambda: datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    assert org.clock().astimezone(ZoneInfo("Europe/Paris")).day == 4
    for seen in ("2026-07-03T21:59:59Z", "2026-07-03T22:00:00Z", "2026-07-04T22:00:00Z"):
        create(api, "Contact", LastName=seen, Seen__c=seen)
    today = "SELECT LastName FROM Contact WHERE Seen__c = TODAY"
    assert names(query(api, today)) == ["2026-07-03T22:00:00Z"]
    before = "SELECT LastName FROM Contact WHERE Seen__c < TODAY"
    assert names(query(api, before)) == ["2026-07-03T21:59:59Z"]
    not_today = "SELECT LastName FROM Contact WHERE Seen__c NOT IN (TODAY, TOMORROW)"
    assert names(query(api, not_today)) == ["2026-07-03T21:59:59Z"]


@pytest.mark.parametrize("literal", ["LAST_90_DAYS", "NEXT_90_DAYS", "THIS_FISCAL_YEAR"])
@pytest.mark.parametrize("field", ["CreatedDate", "Birthdate", "Account.LastModifiedDate"])
@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_every_operator_takes_literals(
    api: httpx.Client, literal: str, field: str, operator: str
) -> None:
    query(api, f"SELECT Id FROM Contact WHERE {field} {operator} {literal}")
