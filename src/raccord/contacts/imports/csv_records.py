"""Records of a CSV file, from its physical lines. Before: `csv_lines.py`; after: `csv_layout.py`.

A record is a line, or several if a quoted cell holds line breaks. A quote that is never closed
would swallow the rest of the file; so a record has a limit, and when one of several lines turns
out not to be well-formed, only its first line is rejected and reading goes on with the second.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from raccord.contacts.imports.csv_lines import LONGEST_LINE, Line
from raccord.engine.errors import BadInput

MOST_LINES = 1_000
"""Of one record."""

# The module's limit for one cell (128 KB) is lower than ours for a line.
csv.field_size_limit(2 * LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Record:
    """line: the number of its first physical line. problem: why it could not be read.

    cells: as written, without quotes and not trimmed. Bytes that are not UTF-8 are in there as
    lone surrogates.
    content: the record as it stands in the file.
    """

    line: int
    cells: list[str]
    content: str
    problem: BadInput | None = None


class RecordReader:
    """Iterates over the records of `lines`; knows where the next one begins.

    width: how many cells a record has, once that is known. row_numbers: each record counts as
    one line, however many it takes, so that the numbers are those of a workbook's rows.
    """

    def __init__(
        self,
        lines: Iterable[Line],
        *,
        delimiter: str,
        width: int | None = None,
        row_numbers: bool = False,
    ) -> None:
        self._lines = iter(lines)
        self._again: deque[Line] = deque()
        self._delimiter = delimiter
        self._width = width
        self._row_numbers = row_numbers
        self._lines_ahead = 0  # of the rows
        self._last: Line | None = None

    @property
    def place(self) -> tuple[int, int] | None:
        """(byte, line number) where the next record begins; None before the first one."""
        if self._again:
            return self._again[0].start, self._again[0].number - self._lines_ahead
        if self._last is None:
            return None
        return self._last.end, self._last.number + 1 - self._lines_ahead

    def __iter__(self) -> Iterator[Record]:
        while line := self._take():
            if line.content is None:
                limit = str(LONGEST_LINE // 1024)
                yield _rejected(line, "", "line_too_long", kilobytes=limit)
            elif line.content.strip():
                yield self._record(line, _decoded(line.content))

    def _take(self) -> Line | None:
        line = self._again.popleft() if self._again else next(self._lines, None)
        self._last = line or self._last
        return line

    def _record(self, line: Line, text: str) -> Record:
        if '"' not in text:
            number = line.number - self._lines_ahead
            return Record(number, text.rstrip("\r\n").split(self._delimiter), text)
        taken = [line]
        texts = [text]
        feed = self._feed(taken, texts)
        cells: list[str] = []
        closed = True
        try:
            cells = next(csv.reader(feed, strict=True, delimiter=self._delimiter))
        except csv.Error:
            closed = len(taken) == 1
        except _NeverClosed:
            closed = False
        if not closed or (len(taken) > 1 and self._swallowed(cells, texts)):
            self._again.extendleft(reversed(taken[1:]))
            return _rejected(line, text, "unclosed_quote")
        if len(taken) == 1 and len(cells) != (self._width or len(cells) or -1):
            cells = spaced_cells(text, delimiter=self._delimiter) or cells
        if not cells:
            return _rejected(line, text, "quotes")
        number = line.number - self._lines_ahead
        if self._row_numbers:
            self._lines_ahead += len(taken) - 1
        return Record(number, cells, "".join(texts))

    def _feed(self, taken: list[Line], texts: list[str]) -> Iterator[str]:
        """The lines of one record; asked for more only while a quote is open."""
        yield texts[0]
        size = len(texts[0])
        while line := self._take():
            taken.append(line)
            if line.content is None or size > LONGEST_LINE or len(taken) > MOST_LINES:
                raise _NeverClosed
            texts.append(_decoded(line.content))
            size += len(texts[-1])
            yield texts[-1]
        raise _NeverClosed

    def _swallowed(self, cells: list[str], texts: list[str]) -> bool:
        """Whether an unclosed quote met another one by chance, and took whole records in between.

        Then the record has a wrong number of cells, and one of its lines is a record by itself.
        """
        if self._width is None or len(cells) == self._width or self._width < 2:
            return False
        return any(
            text.count(self._delimiter) + 1 == self._width and not text.count('"') % 2
            for text in texts[1:]
        )


class _NeverClosed(Exception):  # noqa: N818
    """The end of the file, or of what a record may hold, came before the closing quote."""


def spaced_cells(text: str, *, delimiter: str) -> list[str] | None:
    """The cells of one line that the strict rules refuse: spaces around quoted cells are passed
    over, and quotes that do not enclose a whole cell are text like any other."""
    cells: list[str] = []
    position = 0
    rest = text.rstrip("\r\n")
    while found := _cell(delimiter).match(rest, position):
        quoted, plain, end = found.groups()
        if plain is not None and plain.lstrip(" ").startswith('"') and plain.count('"') % 2:
            return None
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if not end:
            return cells
    return None


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    end = f"({re.escape(delimiter)}|$)"
    return re.compile(rf'(?: *"((?:[^"]|"")*+)" *|([^{re.escape(delimiter)}]*)){end}')


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode(errors="surrogateescape")


def _rejected(line: Line, text: str, kind: str, **params: str) -> Record:
    return Record(line.number, [], text, BadInput(f"raccord.import.{kind}", params=params))
