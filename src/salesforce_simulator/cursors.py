"""Query results that somebody is paging through."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from salesforce_simulator.ids import make_id
from salesforce_simulator.soql.result import Result

MAX_CURSORS = 10
# Lists of children within records: many in one result, and they do not crowd out the results.
MAX_CHILD_CURSORS = 2000
LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A result somebody pages through."""

    user_id: str
    result: Result
    page: int
    opened: datetime
    of_children: bool = False


class Cursors:
    """The open results of an org: ten per user, the oldest is dropped; two days at most."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._last = 0

    def add(self, cursor: Cursor) -> str:
        """Keep a result and return its locator."""
        self._last += 1
        locator = make_id("0r8", self._last)
        most = MAX_CHILD_CURSORS if cursor.of_children else MAX_CURSORS
        mine = [
            each
            for each, known in self._open.items()
            if (known.user_id, known.of_children) == (cursor.user_id, cursor.of_children)
        ]
        for old in mine[: max(0, len(mine) + 1 - most)]:
            del self._open[old]
        self._open[locator] = cursor
        return locator

    def get(self, locator: str, user_id: str, *, now: datetime) -> Cursor | None:
        """Return an open result of a user, None once it is dropped or too old."""
        found = self._open.get(locator)
        if found is None or found.user_id != user_id or now - found.opened > LIFETIME:
            return None
        return found
