"""Rows on their way into a workbook: kept as they are typed, a line of JSON each.

A workbook can only be written in one go, and gathering a large list takes longer than a worker
may live; so the rows are gathered first and packed afterwards (`workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from raccord.contacts.exports.cells import Cell
from raccord.engine.values import plain_decimal


def kept(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows in the form in which they are kept."""
    return b"".join(orjson.dumps([_kept(cell) for cell in row]) + b"\n" for row in rows)


def read(pieces: Iterable[bytes]) -> Iterator[list[Cell]]:
    """The rows that `kept` made these pieces of; a row is never in two of them."""
    for piece in pieces:
        for line in piece.splitlines():
            yield [_cell(stored) for stored in orjson.loads(line)]


def _kept(cell: Cell) -> Any:
    match cell:
        case Decimal():
            return {"n": plain_decimal(cell)}
        case datetime():
            # A workbook knows no time zones: it is the reader's own.
            return {"t": cell.replace(tzinfo=None, microsecond=0).isoformat()}
        case date():
            return {"d": cell.isoformat()}
        case _:
            return cell


def _cell(stored: Any) -> Cell:
    match stored:
        case {"n": number}:
            return Decimal(number)
        case {"t": moment}:
            return datetime.fromisoformat(moment)
        case {"d": day}:
            return date.fromisoformat(day)
        case None | str() | int():
            return stored
        case _:
            raise ValueError("no cell")
