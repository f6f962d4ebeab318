"""The file of an import: stored in pieces in the database, so that any worker can read it.

Step 1 of an import. The file is in UTF-8 from here on, and a position in it is a number of bytes.
After: `chunks.py` reads it from where the last chunk ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from raccord.contacts.imports.encoding import Utf8Pieces
from raccord.contacts.models import ImportPart, ImportRun, StoredForm

PIECE = 1024 * 1024


class Readable(Protocol):
    """What is needed of an open file: an upload, a path's file, a buffer."""

    def read(self, size: int = ..., /) -> bytes: ...


def store(run: ImportRun, file: Readable | Path, *, encoding: str) -> None:
    """Keep the file's content with the run; sets its size and encoding.

    Raises BadInput if the encoding is not what it should be.
    """
    if isinstance(file, Path):
        with file.open("rb") as opened:
            _store(run, opened, encoding=encoding)
    else:
        _store(run, file, encoding=encoding)


def pieces(run: ImportRun, *, position: int = 0) -> Iterator[bytes]:
    """The stored file from byte `position` on; one piece in memory at a time."""
    number, offset = divmod(position, PIECE)
    while True:
        found = (
            run.parts.filter(form=StoredForm.READ, number=number)
            .values_list("content", flat=True)
            .first()
        )
        if found is None:
            return
        yield bytes(found[offset:])
        number, offset = number + 1, 0


def forget(run: ImportRun) -> None:
    """Drop the content: the run is over."""
    run.parts.all().delete()
    run.keys.all().delete()


def _store(run: ImportRun, file: Readable | BinaryIO, *, encoding: str) -> None:
    utf_8 = Utf8Pieces(iter(lambda: file.read(PIECE), b""), given=encoding)
    run.size = 0
    for number, piece in enumerate(_of_one_size(utf_8)):
        ImportPart.objects.create(run=run, form=StoredForm.READ, number=number, content=piece)
        run.size += len(piece)
    run.encoding = utf_8.encoding[:20]


def _of_one_size(found: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of exactly one size, so that a position tells its piece."""
    rest = b""
    for piece in found:
        rest += piece
        while len(rest) >= PIECE:
            yield rest[:PIECE]
            rest = rest[PIECE:]
    if rest:
        yield rest
