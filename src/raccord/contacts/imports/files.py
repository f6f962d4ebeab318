"""The file of an import: stored in pieces in the database, so that any worker can read it.

Step 1 of an import. A draft keeps its file as it was given (`keep`), so that how it is read can
still be corrected; a worker makes the form that is read of it (`preparing.py`), or `store` makes
that at once. That form is in UTF-8, and a position in it is a number of bytes.
After: `chunks.py` reads it from where the last chunk ended.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from raccord.contacts.imports.encoding import Utf8Pieces
from raccord.contacts.models import ImportPart, ImportRun, StoredForm

PIECE = 1024 * 1024


class Readable(Protocol):
    """What is needed of an open file: an upload, a path's file, a buffer."""

    def read(self, size: int = ..., /) -> bytes: ...


def read_in_pieces(file: Readable | Path) -> Iterator[bytes]:
    """What is in the file, a piece in memory at a time."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            yield from iter(lambda: opened.read(PIECE), b"")
    else:
        yield from iter(lambda: file.read(PIECE), b"")


def keep(run: ImportRun, found: Iterable[bytes]) -> None:
    """Keep the file as it was given; sets the run's size."""
    run.size = sum(add(run, StoredForm.GIVEN, *piece) for piece in numbered(found))


def store(run: ImportRun, found: Iterable[bytes], *, encoding: str) -> None:
    """Make the form that is read of a text at once; sets the run's size and encoding.

    Raises BadInput if the encoding is not what it should be.
    """
    utf_8 = Utf8Pieces(iter(found), given=encoding)
    run.size = sum(add(run, StoredForm.READ, *piece) for piece in numbered(utf_8))
    run.encoding = utf_8.encoding[:20]


def add(run: ImportRun, form: StoredForm, number: int, content: bytes) -> int:
    """Store one piece; gives its size."""
    ImportPart.objects.create(run=run, form=form, number=number, content=content)
    return len(content)


def numbered(found: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The same bytes in numbered pieces of exactly one size, so that a position tells its piece."""
    return enumerate(_of_one_size(found))


def pieces(
    run: ImportRun, *, position: int = 0, form: StoredForm = StoredForm.READ
) -> Iterator[bytes]:
    """The stored file from byte `position` on; one piece in memory at a time."""
    number, offset = divmod(position, PIECE)
    while True:
        stored = run.parts.filter(form=form, number=number).values_list("content", flat=True)
        found = stored.first()
        if found is None:
            return
        yield bytes(found[offset:])
        number, offset = number + 1, 0


def has(run: ImportRun, form: StoredForm) -> bool:
    return run.parts.filter(form=form).exists()


@contextmanager
def on_disk(found: Iterable[bytes]) -> Iterator[Path]:
    """The bytes as a file of their own, for as long as a reader needs one."""
    with tempfile.TemporaryDirectory(prefix="raccord-import-") as folder:
        path = Path(folder) / "given"
        with path.open("wb") as file:
            file.writelines(found)
        yield path


def forget(run: ImportRun) -> None:
    """Drop the content: the run is over."""
    run.parts.all().delete()
    run.keys.all().delete()


def _of_one_size(found: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in found:
        rest += piece
        while len(rest) >= PIECE:
            yield rest[:PIECE]
            rest = rest[PIECE:]
    if rest:
        yield rest
