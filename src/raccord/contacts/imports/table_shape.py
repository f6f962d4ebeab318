"""Which delimiter a text has, and whether its first record names the columns. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from raccord.contacts.imports import beginning
from raccord.contacts.imports.beginning import Rows
from raccord.contacts.imports.formats import looks_like_date, looks_like_number
from raccord.contacts.imports.options import DELIMITERS
from raccord.contacts.project_fields import plain_name

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def delimiter_of(text: bytes, *, known: Collection[str], whole: bool) -> str:
    """The delimiter that makes most sense: it splits the first record into most known names,
    else the records into equally many cells; a comma if nothing tells.

    known: names that columns may have, in plain form.
    """

    def sense(delimiter: str) -> tuple[int, float]:
        rows = beginning.records(text, delimiter=delimiter, whole=whole)
        names = {plain_name(cell) for cell in rows[0]} if rows else set()
        return len(names & set(known)), _regular(rows)

    return max(DELIMITERS, key=sense)


def has_header(rows: Rows, *, known: Collection[str]) -> bool:
    """Whether the first record names the columns: one name that is known, or no cell that is data
    rather than a name."""
    if not rows:
        return True
    if any(plain_name(cell) in known for cell in rows[0]):
        return True
    return not any(map(_is_data, rows[0]))


def _regular(rows: Rows) -> float:
    """How regular a table is: 0 for one column, towards 1 the more records are equally long.

    More columns count a little: of two delimiters that are both regular, the finer one splits.
    """
    if not rows:
        return 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return 0.0 if width < 2 else count / len(rows) + min(width, 100) / 1_000


def _is_data(cell: str) -> bool:
    text = cell.strip()
    return bool(_EMAIL.fullmatch(text)) or looks_like_number(text) or looks_like_date(text)


def columns_of(rows: Sequence[tuple[str, ...]], *, width: int) -> list[list[str]]:
    """For each column its cells that are not blank."""
    return [
        [text for row in rows if number < len(row) and (text := row[number].strip())]
        for number in range(width)
    ]
