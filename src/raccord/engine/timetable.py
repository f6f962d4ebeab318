"""When something is done by itself next: at an hour of the project's own clock.

An hour that a day does not have (clocks go forward) is the one after it; of an hour that comes
twice, the first is meant.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_time(now: datetime, *, zone: str, hour: int, weekday: int | None = None) -> datetime:
    """The first moment after `now` at which the clocks of `zone` show that full hour.

    weekday: on that day only (0 is Monday); None is every day. In UTC.
    """
    local = now.astimezone(ZoneInfo(zone))
    for days in range(9):
        day = local.date() + timedelta(days=days)
        moment = datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
        if moment > now and weekday in (None, day.weekday()):
            return moment
    raise AssertionError("a week has seven days")
