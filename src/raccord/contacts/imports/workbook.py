"""Workbooks (XLSX, XLS, ODS): recognised, guarded against, and read as comma-separated text.

A workbook is unpacked as a whole by whoever reads it, and a small file can unpack to more than a
machine has. So it is read in a process of its own (`workbook_child.py`) with a limit of memory and
time; here only its text arrives, piece by piece.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from raccord.contacts.imports import workbook_child
from raccord.contacts.imports.detected import Sheet
from raccord.engine.errors import BadInput

MOST_UNPACKED = 2 * 1024**3
"""In bytes: what a workbook says it unpacks to."""

MOST_TEXT = 512 * 1024**2
"""In bytes: what a sheet may become. One long text can stand in all of its cells."""

MOST_HEAD = 16 * 1024**2
"""In bytes: what the child may tell of a sheet's beginning; it tells far less (`HEAD_TEXT`)."""

MOST_PARTS = 10_000
LONGEST_PATIENCE = 10.0
"""Seconds without a sign of life to whoever waits."""

_PIECE = 1024 * 1024
_ZIP = b"PK\x03\x04"
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsb", ".ods": "ods", ".xls": "xls"}


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of one sheet. sheets: all that there are."""

    sheets: tuple[Sheet, ...]
    sheet: str
    rows: tuple[tuple[str, ...], ...]

    def to_json(self) -> bytes:
        sheets = [{"name": sheet.name, "hidden": sheet.hidden} for sheet in self.sheets]
        return json.dumps({"sheets": sheets, "sheet": self.sheet, "rows": self.rows}).encode()

    @classmethod
    def from_json(cls, stored: bytes) -> Head:
        found = json.loads(stored)
        return cls(
            sheets=tuple(Sheet(**sheet) for sheet in found["sheets"]),
            sheet=found["sheet"],
            rows=tuple(map(tuple, found["rows"])),
        )


def format_of(beginning: bytes, *, file_name: str) -> str:
    """Which kind of workbook begins like this ("xlsx", "xls"...); "" if it is none."""
    named = _SUFFIXES.get(Path(file_name).suffix.lower(), "")
    if beginning.startswith(_ZIP):
        return named or "xlsx"
    return "xls" if beginning.startswith(_CONTAINER) else ""


def head(path: Path, *, sheet: str = "") -> Head:
    """The beginning of a sheet; of the first visible one with anything in it if none is named.

    Raises BadInput: damaged, protected, too large, empty, no such sheet.
    """
    _refuse_bomb(path)
    with _child("head", path, sheet) as output:
        told = b"".join(_at_most(MOST_HEAD, _read(output, lambda: None)))
    return Head.from_json(told)


def rows(path: Path, *, sheet: str, waiting: Callable[[], None]) -> Iterator[bytes]:
    """All rows of a sheet as comma-separated UTF-8, in pieces. Line and row numbers are the same
    as long as a record counts as one line.

    waiting: called at least every ten seconds while nothing arrives; may raise to give up.
    Raises BadInput like `head`.
    """
    _refuse_bomb(path)
    with _child("rows", path, sheet) as output:
        yield from _at_most(MOST_TEXT, _read(output, waiting))


def _refuse_bomb(path: Path) -> None:
    """By what the file says of itself; what it really does is the child's affair."""
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            return
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _refusal("damaged") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refusal("too_large")


@contextmanager
def _child(what: str, path: Path, sheet: str) -> Iterator[IO[bytes]]:
    """A process that reads; afterwards it is over, whatever happened."""
    if not sheet.isprintable():
        raise _refusal("sheet")  # no argument of a process can hold what may be in there
    command = [sys.executable, "-I", workbook_child.__file__, what, str(path), sheet]
    # Its words go to a file: a second pipe that nobody reads meanwhile could fill up.
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(  # noqa: S603 - our own script
            command, stdout=subprocess.PIPE, stderr=words, env=_environment()
        ) as process,
    ):
        try:
            yield cast(IO[bytes], process.stdout)
            if status := process.wait():
                words.seek(0)
                word = words.read().decode(errors="replace")
                raise _refusal(word if status == workbook_child.REFUSED else _died(status))
        finally:
            process.kill()


def _environment() -> dict[str, str]:
    """What Python needs to begin, and none of our secrets."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}


def _died(status: int) -> str:
    """Killed by the limits, or by its own code: there it is the memory that ran out."""
    return "too_large" if status < 0 else "damaged"


def _read(output: IO[bytes], waiting: Callable[[], None]) -> Iterator[bytes]:
    while True:
        ready, _, _ = select.select([output], [], [], LONGEST_PATIENCE)
        if not ready:
            waiting()
        elif piece := output.read1(_PIECE):  # type: ignore[attr-defined]
            yield piece
        else:
            return


def _at_most(limit: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise _refusal("too_large")
        yield piece


def _refusal(word: str) -> BadInput:
    at = "sheet" if word in ("sheet", "empty") else ""
    return BadInput(f"raccord.import.workbook_{word}", at=at)
