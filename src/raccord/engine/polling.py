"""How often to ask the other side what changed: often while things happen, seldom while not."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

DAY = timedelta(days=1)
SOONEST = timedelta(seconds=15)
LATEST = timedelta(minutes=5)
SWEEP_EVERY = timedelta(minutes=15)
DESCRIBE_EVERY = timedelta(hours=1)
"""How old what is known of a schema may be where records are only read. A field that is no longer
what it was shows at the reading itself, and is then described anew."""

OVERLAP = timedelta(seconds=60)
"""What was written within this time of a stamp may appear after it."""

LATE_AT_MOST = timedelta(minutes=10)
"""How long a change may take to appear where the other side does not say."""


def interval(idle: int) -> timedelta:
    """How long to wait after `idle` readings in a row that brought nothing new."""
    return min(LATEST, SOONEST * (1 << min(idle, 10)))


def calls_when_idle(*, read: int, described: int, span: timedelta = DAY) -> int:
    """Calls that asking for changes costs on a day (or in `span`) without any, at most.

    read: data transfers that are read, a call each time; a sweep takes one more, for the other
    side's own watermark. described: those whose schema has to be known, read or not. It may
    begin right after a change, when readings are not seldom yet.
    """
    hurried = next(idle for idle in count() if interval(idle) >= LATEST)
    readings = hurried + span // LATEST
    return read * (readings + span // SWEEP_EVERY) + described * (span // DESCRIBE_EVERY)
