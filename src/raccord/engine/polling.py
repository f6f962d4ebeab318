"""How often to ask the other side what changed: often while things happen, seldom while not."""

from __future__ import annotations

from datetime import timedelta

SOONEST = timedelta(seconds=15)
LATEST = timedelta(minutes=5)
SWEEP_EVERY = timedelta(minutes=15)
OVERLAP = timedelta(seconds=60)
"""What was written within this time of a stamp may appear after it."""

LATE_AT_MOST = timedelta(minutes=10)
"""How long a change may take to appear where the other side does not say."""


def interval(idle: int) -> timedelta:
    """How long to wait after `idle` readings in a row that brought nothing new."""
    return min(LATEST, SOONEST * (1 << min(idle, 10)))


def calls_per_idle_day() -> int:
    """Calls that a day without any change costs for one data transfer, at most.

    Every sweep takes one call more, for the other side's own watermark.
    """
    day = timedelta(days=1)
    return day // LATEST + 2 * (day // SWEEP_EVERY)
