"""How many of the other side's daily calls may be ours, and what yields first when they run out.

They allow a number of calls a day to all of their users and programs together. A connection may
use a share of it, and leaves the last tenth of what is allowed alone, whoever used the rest. What
can wait (the first load, comparisons) stops before either limit; a withdrawn consent never waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from raccord.engine.records import Priority

RESERVE = 10
"""Percent of the allowed calls that are left to others, whoever used the rest."""

YIELD_AT = 80
"""Percent of either limit from which on only what cannot wait goes on."""


class Spent(StrEnum):
    """Which limit was reached."""

    OURS = "ours"
    EVERYBODYS = "everybodys"


@dataclass(frozen=True, slots=True)
class Budget:
    """The calls of one connection. share: percent of those allowed that may be ours.

    allowed: to everybody, in their day. ours: made by us today. used: made by everybody; None if
    that is not known well enough at present.
    """

    allowed: int
    share: int
    ours: int
    used: int | None = None

    @property
    def limit(self) -> int:
        """How many calls may be ours."""
        return self.allowed * self.share // 100

    @property
    def everybodys_limit(self) -> int:
        """How many calls everybody may have made before we stop."""
        return self.allowed * (100 - RESERVE) // 100

    @property
    def spent(self) -> Spent | None:
        """Which limit was reached, if any."""
        if self.ours >= self.limit:
            return Spent.OURS
        if self.used is not None and self.used >= self.everybodys_limit:
            return Spent.EVERYBODYS
        return None

    @property
    def is_nearly_spent(self) -> bool:
        """Whether what can wait has to."""
        return 100 * self.ours >= YIELD_AT * self.limit or (
            self.used is not None and 100 * self.used >= YIELD_AT * self.everybodys_limit
        )

    @property
    def least_urgent(self) -> int:
        """The least urgent priority that may still go."""
        if self.spent:
            return Priority.CONSENT_TIGHTENED
        return Priority.IMPORT if self.is_nearly_spent else Priority.BACKFILL
