"""How often the other side is asked: what the screen promises is what the timetable comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine import polling

DAY = timedelta(days=1)


def calls_of_a_day(*, idle: int, swept: timedelta, described: timedelta) -> int:
    """Walk one day's timetable. swept, described: how long ago that was when the day begins."""
    calls = 0
    now = polling.interval(idle)
    swept_at, described_at = -swept, -described
    while now <= DAY:
        calls += 1
        if now - swept_at >= polling.SWEEP_EVERY:
            calls, swept_at = calls + 1, now
        if now - described_at >= polling.DESCRIBE_EVERY:
            calls, described_at = calls + 1, now
        idle += 1
        now += polling.interval(idle)
    return calls


@given(
    idle=st.integers(0, 200),
    swept=st.timedeltas(timedelta(0), timedelta(minutes=30)),
    described=st.timedeltas(timedelta(0), timedelta(hours=2)),
)
def test_no_quiet_day_costs_more_than_is_promised(
    idle: int, swept: timedelta, described: timedelta
) -> None:
    made = calls_of_a_day(idle=idle, swept=swept, described=described)
    assert made <= polling.calls_when_idle(read=1, described=1)


def test_the_promise_is_no_excuse_for_asking_more() -> None:
    promised = polling.calls_when_idle(read=1, described=1)
    assert promised - calls_of_a_day(idle=0, swept=DAY, described=DAY) <= 10
    assert promised <= 480


def test_each_data_type_costs_its_own_calls() -> None:
    one = polling.calls_when_idle(read=1, described=1)
    assert polling.calls_when_idle(read=3, described=3) == 3 * one
    assert polling.calls_when_idle(read=0, described=2) == 48


@pytest.mark.parametrize(("idle", "seconds"), [(0, 15), (1, 30), (4, 240), (5, 300), (100, 300)])
def test_it_is_asked_less_and_less_often_while_nothing_comes(idle: int, seconds: int) -> None:
    assert polling.interval(idle) == timedelta(seconds=seconds)
