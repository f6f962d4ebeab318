"""Days as people mean them: from midnight to midnight in the project's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from raccord.contacts.lists.query import Condition, Operator


@dataclass(frozen=True, slots=True)
class Days:
    """first and last belong to it; None is open."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def meant(cls, condition: Condition, *, today: date) -> tuple[Self, ...]:
        """The days that one of which a BEFORE, AFTER, IN_LAST_DAYS or IS asks for.

        The last 7 days are today and the seven days before. An impossible range holds no day.
        """
        if condition.operator is Operator.IN_LAST_DAYS:
            return (cls(_shifted(today, -int(condition.values[0])), today),)
        named = [date.fromisoformat(value) for value in condition.values]
        match condition.operator:
            case Operator.BEFORE:
                return (cls(None, _shifted(named[0], -1)),) if named[0] > date.min else ()
            case Operator.AFTER:
                return (cls(_shifted(named[0], 1), None),) if named[0] < date.max else ()
            case _:
                return tuple(cls(day, day) for day in named)

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """From the first moment on, and before the second one."""
        begin = None if self.first is None else _midnight(self.first, zone)
        last = self.last
        end = None if last is None or last == date.max else _midnight(_shifted(last, 1), zone)
        return begin, end


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time.min, tzinfo=UTC)
