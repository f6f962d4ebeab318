"""What exchanges tell of the difference between two clocks holds whatever the way there took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.clocks import Offset, measured

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = st.timedeltas(min_value=timedelta(), max_value=timedelta(minutes=1))
AHEAD = st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=1))


def exchange(ahead: timedelta, there: timedelta, back: timedelta, start: timedelta) -> Offset:
    """Asked at noon and a bit, read after `there`, answered after `back`, shown in seconds."""
    asked = NOON + start
    shown = (asked + there + ahead).replace(microsecond=0)
    return measured(shown, asked=asked, answered=asked + there + back, step=SECOND)


@given(AHEAD, st.lists(st.tuples(MOMENTS, MOMENTS, MOMENTS), min_size=1, max_size=8))
def test_the_true_difference_lies_within_all_that_exchanges_tell(
    ahead: timedelta, trips: list[tuple[timedelta, timedelta, timedelta]]
) -> None:
    told = exchange(ahead, *trips[0])
    for trip in trips[1:]:
        narrower = told.narrowed(exchange(ahead, *trip))
        assert narrower is not None
        assert narrower.high - narrower.low <= told.high - told.low
        told = narrower
    assert told.low <= ahead <= told.high


def test_a_quick_exchange_tells_more_than_a_slow_one() -> None:
    quick = exchange(2 * SECOND, SECOND / 10, SECOND / 10, timedelta())
    slow = exchange(2 * SECOND, 5 * SECOND, 5 * SECOND, timedelta())
    assert slow.narrowed(quick) == quick


def test_a_clock_that_was_put_right_contradicts_what_was_told_before() -> None:
    before = Offset(timedelta(minutes=5), timedelta(minutes=5, seconds=1))
    assert before.narrowed(Offset(-SECOND, SECOND)) is None


def test_two_clocks_are_compared_by_way_of_a_third() -> None:
    theirs = Offset(4 * SECOND, 5 * SECOND)
    database = Offset(SECOND, 2 * SECOND)
    assert theirs.minus(database) == Offset(2 * SECOND, 4 * SECOND)
