"""Query results that somebody is paging through."""

from collections import OrderedDict
from dataclasses import dataclass

from salesforce_simulator.ids import make_id
from salesforce_simulator.soql.run import Result

MAX_CURSORS = 10


@dataclass(frozen=True, slots=True)
class Cursor:
    """A result somebody pages through."""

    user_id: str
    result: Result
    page: int


class Cursors:
    """The open results of an org: ten per user, the oldest is dropped."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Cursor] = OrderedDict()
        self._last = 0

    def add(self, cursor: Cursor) -> str:
        self._last += 1
        locator = make_id("0r8", self._last)
        mine = [each for each, known in self._open.items() if known.user_id == cursor.user_id]
        for old in mine[: max(0, len(mine) + 1 - MAX_CURSORS)]:
            del self._open[old]
        self._open[locator] = cursor
        return locator

    def get(self, locator: str, user_id: str) -> Cursor | None:
        found = self._open.get(locator)
        return found if found is not None and found.user_id == user_id else None
