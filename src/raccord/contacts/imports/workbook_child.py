"""Reads a workbook in a process of its own, with little memory and time: see `workbook.py`.

Run as a script by its path, so it must not import anything of ours. A workbook is unpacked into
memory as a whole and by native code; what a hostile one can do there, it does to this process.

    workbook_child.py head PATH SHEET    JSON: sheets, the sheet read, its first rows, shortened
    workbook_child.py rows PATH SHEET    all of its rows as CSV: UTF-8, commas

SHEET "" is the first visible one with anything in it. Exit status 3 and one word on stderr: it
cannot be read, and why.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

MOST_MEMORY = 2 * 1024**3
MOST_SECONDS = {"head": 20, "rows": 300}
HEAD_ROWS = 300
HEAD_COLUMNS = 501
"""One more than a person is asked about, so that too many are seen to be too many."""
HEAD_CELL = 255
HEAD_TEXT = 1_000_000
"""In characters, of a cell and of all: a small file can hold one long text in all of its cells."""

REFUSED = 3

# The name of the stream that holds an encrypted workbook, as its container spells it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Cell = int | float | str | bool | time | date | datetime | timedelta


def main(what: str, path: str, sheet: str) -> None:
    """Do one of the two things; refuse with a word."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS[what], MOST_SECONDS[what]))
    content = Path(path).read_bytes()
    if _ENCRYPTED in content:
        _refuse("password")
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            del content
            (_tell_head if what == "head" else _write_rows)(workbook, sheet)
    except PasswordError:
        _refuse("password")
    except WorksheetNotFound:
        _refuse("sheet")
    except CalamineError:
        _refuse("damaged")
    except MemoryError:
        _refuse("too_large")


def _tell_head(workbook: CalamineWorkbook, name: str) -> None:
    sheets = [
        {"name": known.name, "hidden": known.visible != SheetVisibleEnum.Visible}
        for known in workbook.sheets_metadata
        if known.typ == SheetTypeEnum.WorkSheet
    ]
    sheet = _sheet(workbook, name)
    rows = list(_shortened(islice(_rows(sheet), HEAD_ROWS)))
    json.dump({"sheets": sheets, "sheet": sheet.name, "rows": rows}, sys.stdout)


def _shortened(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows as far as a person is shown of them."""
    told = 0
    for row in rows:
        yield (cut := [cell[:HEAD_CELL] for cell in row[:HEAD_COLUMNS]])
        told += sum(map(len, cut))
        if told > HEAD_TEXT:
            return


def _write_rows(workbook: CalamineWorkbook, name: str) -> None:
    # One write per row would be a call of the system each.
    with open(1, "w", encoding="utf-8", errors="replace", newline="", buffering=1 << 18) as out:
        write = csv.writer(out).writerow
        for row in _rows(_sheet(workbook, name)):
            # A row without anything is a blank line, which is no record; line and row numbers
            # are the same by it.
            if any(row):
                write(row)
            else:
                out.write("\r\n")


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    if name:
        return workbook.get_sheet_by_name(name)
    sheets = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    visible = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible]
    for found in map(workbook.get_sheet_by_name, visible or [s.name for s in sheets]):
        if found.start is not None:
            return found
    _refuse("empty")
    raise AssertionError("a refusal ends the process")


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """From the first row on, so that numbers fit, and from the first column that is used."""
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _text(cell: Cell) -> str:
    """The cell as somebody would type it: dates as ISO, whole numbers without ".0"."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    if isinstance(cell, float):
        # Fifteen digits are what spreadsheets keep; more would show how they are stored.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else f"{cell:.15g}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _refuse(word: str) -> None:
    sys.stderr.write(word)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main(*sys.argv[1:])
