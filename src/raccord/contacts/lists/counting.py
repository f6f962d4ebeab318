"""How many contacts a list holds: up to a number nobody reads past, or exactly."""

from __future__ import annotations

from dataclasses import dataclass

from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.matching import Elsewhere, matching
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Project

COUNTED_TO = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """If `more`, there are more than `number`."""

    number: int
    more: bool = False


def count(
    project: Project,
    query: ListQuery,
    *,
    up_to: int | None = COUNTED_TO,
    elsewhere: Elsewhere | None = None,
    seconds: float | None = None,
) -> Count:
    """Count the list's contacts; exactly if `up_to` is None.

    Raises InvalidList, also if it takes more than so many seconds (usually `guard.SECONDS`).
    """
    found = matching(project, query, elsewhere=elsewhere)
    with impatient(seconds):
        if up_to is None:
            return Count(found.count())
        number = found.values("pk")[: up_to + 1].count()
    return Count(min(number, up_to), more=number > up_to)
