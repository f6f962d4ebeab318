"""Packs gathered rows into a workbook. The last step of an export as XLSX.

Row by row, so that its memory does not grow with the list. Text is written as text whatever it
begins with: nothing in here is a formula or a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from raccord.contacts.exports.cells import Cell
from raccord.engine.values import plain_decimal

MOST_ROWS = 1_048_575
"""Of contacts: a sheet has one row more, for the headings."""

MANY_CELLS = 5_000_000
"""From here on the file inside may pass 4 GB, which needs the larger form of a ZIP."""

ROWS_PER_BREATH = 5_000
EXACT_DIGITS = 15
"""A spreadsheet's numbers hold no more; longer ones are written as text, so that none is lost."""

_FIRST_DAY = date(1900, 3, 1)
"""Before it the calendars of spreadsheets differ."""

_NOTHING_BY_ITSELF = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = (12, 40)


def pack(
    target: Path,
    *,
    sheet: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    total: int,
    breathe: Callable[[int], None],
) -> None:
    """Write the workbook; whatever it needs meanwhile stands in the folder of `target`.

    breathe: called now and then with the number of rows written so far; it may raise.
    """
    workbook = xlsxwriter.Workbook(str(target), _NOTHING_BY_ITSELF | {"tmpdir": str(target.parent)})
    if total * len(headings) > MANY_CELLS:
        workbook.use_zip64()
    page = workbook.add_worksheet(sheet)
    _head(page, headings, workbook.add_format({"bold": True}), total=total)
    write = _Writer(
        page,
        day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
        moment=workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            write.cell(number, column, cell)
        if number % ROWS_PER_BREATH == 0:
            breathe(number)
    # Closing packs all of it, which can take minutes: only what became whole is worth that.
    workbook.close()


def _head(page: Worksheet, headings: Sequence[str], bold: Format, *, total: int) -> None:
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, total, len(headings) - 1)
    for column, heading in enumerate(headings):
        narrow, wide = _WIDTHS
        page.set_column(column, column, min(wide, max(narrow, len(heading) + 4)))
        page.write_string(0, column, heading, bold)


class _Writer:
    """Puts cells onto a sheet, each as what it is."""

    def __init__(self, page: Worksheet, *, day: Format, moment: Format) -> None:
        self.page = page
        self.day = day
        self.moment = moment

    def cell(self, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case int() if abs(cell) < 10**EXACT_DIGITS:
                self.page.write_number(row, column, cell)
            case Decimal() if _is_exact(cell):
                self.page.write_number(row, column, float(cell))
            case datetime() if cell.date() >= _FIRST_DAY:
                self.page.write_datetime(row, column, cell, self.moment)
            case date() if not isinstance(cell, datetime) and cell >= _FIRST_DAY:
                self.page.write_datetime(row, column, cell, self.day)
            case _:
                self.page.write_string(row, column, _text(cell))


def _is_exact(number: Decimal) -> bool:
    return len(plain_decimal(number).strip("-0").replace(".", "")) <= EXACT_DIGITS


def _text(cell: Cell) -> str:
    match cell:
        case Decimal():
            return plain_decimal(cell)
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
