"""What a query answers: all its rows, rendered page by page as somebody asks for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Result:
    """All rows of a query, and how to render one. `total` is what totalSize says."""

    total: int
    rows: Sequence[Any]
    render: Callable[[Any], dict[str, Any]]


class Pages(Protocol):
    """How many rows go into one page, and where the next ones will be found."""

    @property
    def size(self) -> int: ...

    def keep(self, result: Result) -> str:
        """Keep a result for later; return its address, to which -NUMBER of the row is added."""


class OnePage:
    """Everything at once, for callers who do not page."""

    size = 1_000_000_000

    def keep(self, result: Result) -> str:
        raise LookupError("a result that is one page has no next one")


def first_page(result: Result, pages: Pages) -> dict[str, Any]:
    """Return the first page as the API writes it."""
    return page_of(result, 0, pages.size, keep=pages.keep)


def page_of(
    result: Result, start: int, size: int, *, keep: Callable[[Result], str]
) -> dict[str, Any]:
    """Return a page from a row on. `keep` is called only where there is more."""
    end = start + size
    done = end >= len(result.rows)
    content: dict[str, Any] = {"totalSize": result.total, "done": done}
    if not done:
        content["nextRecordsUrl"] = f"{keep(result)}-{end}"
    return {**content, "records": [result.render(row) for row in result.rows[start:end]]}
