"""Physical lines of a CSV file, from its pieces: the first step of reading one.

Nothing longer than a line's limit is ever held: of a longer line only its place is told. After:
`csv_records.py` makes records of the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_LINE = 1024 * 1024
"""In bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1, as an editor shows it. start, end: bytes from the file's beginning.

    content: with its line break; None if the line is longer than a line may be.
    """

    number: int
    start: int
    end: int
    content: bytes | None


def lines(pieces: Iterable[bytes], *, start: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines of a file from byte `start` on, which is where line `number` begins.

    A line ends with a line feed, a carriage return, or both.
    """
    for content, size in _split(pieces):
        yield Line(number, start, start + size, content)
        number += 1
        start += size


def _split(pieces: Iterable[bytes]) -> Iterator[tuple[bytes | None, int]]:
    """(line, its size) one after another; the line is None if it is too long."""
    rest = b""
    skipped = 0  # bytes of a line that is too long, already let go
    for piece in pieces:
        found = (rest + piece).splitlines(keepends=True)
        # The last one may go on in the next piece; a carriage return may belong to a line feed.
        rest = found.pop() if found and not found[-1].endswith(b"\n") else b""
        for content in found:
            yield _measured(content, skipped)
            skipped = 0
        if len(rest) > LONGEST_LINE:
            # The last byte stays: it may be the first half of a line break.
            skipped += len(rest) - 1
            rest = rest[-1:]
    if rest or skipped:
        yield _measured(rest, skipped)


def _measured(content: bytes, skipped: int) -> tuple[bytes | None, int]:
    size = len(content) + skipped
    return (None if size > LONGEST_LINE else content), size
