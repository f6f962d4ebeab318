"""Rows as lines of a CSV file: UTF-8, all of it quoted, guarded against formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from raccord.contacts.exports.cells import Cell
from raccord.contacts.exports.options import Delimiter
from raccord.contacts.spreadsheet_safety import guarded
from raccord.engine.values import plain_decimal

BEGINNING = "\ufeff".encode()
"""By this mark spreadsheets recognise UTF-8."""


def lines(rows: Iterable[Sequence[Cell]], *, delimiter: Delimiter) -> bytes:
    """The rows as they stand in the file."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    decimal_mark = "," if delimiter is Delimiter.SEMICOLON else "."
    writer.writerows([_text(cell, decimal_mark) for cell in row] for row in rows)
    return made.getvalue().encode()


def _text(cell: Cell, decimal_mark: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case Decimal():
            return plain_decimal(cell).replace(".", decimal_mark)
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
