"""The next time of a timetable, by the project's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.timetable import next_time

PARIS = "Europe/Paris"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "weekday", "expected"),
    [
        ("2026-11-22T00:30", None, "2026-11-22T02:00"),  # 03:00 in Paris, in winter
        ("2026-11-22T02:00", None, "2026-11-23T02:00"),  # the very moment is over
        ("2026-07-01T00:30", None, "2026-07-01T01:00"),  # in summer
        ("2026-11-22T02:00", 6, "2026-11-29T02:00"),
        ("2026-11-22T01:00", 6, "2026-11-22T02:00"),
        ("2026-11-23T12:00", 0, "2026-11-30T02:00"),
        ("2026-03-28T23:30", 6, "2026-03-29T01:00"),  # the night on which clocks go forward
        ("2026-10-24T23:30", 6, "2026-10-25T02:00"),  # and back
    ],
)
def test_the_next_time(now: str, weekday: int | None, expected: str) -> None:
    assert next_time(at(now), zone=PARIS, hour=3, weekday=weekday) == at(expected)


@given(
    now=st.integers(0, 5 * 365 * 24 * 60).map(lambda m: at("2025-01-01") + timedelta(minutes=m)),
    zone=st.sampled_from([PARIS, "America/Montreal", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
    hour=st.integers(0, 23),
    weekday=st.none() | st.integers(0, 6),
)
def test_it_always_comes_and_soon(now: datetime, zone: str, hour: int, weekday: int | None) -> None:
    found = next_time(now, zone=zone, hour=hour, weekday=weekday)
    assert now < found <= now + timedelta(days=8 if weekday is not None else 2)
    there = found.astimezone(ZoneInfo(zone))
    assert there.minute == 0
    assert there.hour in (hour, hour + 1)  # an hour that the day does not have
