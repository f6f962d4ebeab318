"""How far one clock is ahead of another, as far as an exchange of messages tells.

Nobody can read two clocks at once. Who asks another for the time knows that it was read between
asking and the answer; so each exchange gives a lowest and a highest difference, and several
exchanges together give a narrower one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Offset:
    """The other clock is ahead by at least `low` and at most `high`; both may be negative."""

    low: timedelta
    high: timedelta

    def narrowed(self, other: Offset) -> Offset | None:
        """What both say; None if they contradict each other, since a clock was put right."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Offset(low, high) if low <= high else None

    def minus(self, other: Offset) -> Offset:
        """The first clock against the second, where both were compared with the same third."""
        return Offset(self.low - other.high, self.high - other.low)


def measured(
    shown: datetime, *, asked: datetime, answered: datetime, step: timedelta = timedelta()
) -> Offset:
    """What one exchange tells: the other clock showed `shown` between `asked` and `answered`.

    step: how coarse the other clock shows its time, cut and not rounded.
    """
    return Offset(shown - answered, shown + step - asked)
