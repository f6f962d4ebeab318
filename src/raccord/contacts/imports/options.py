"""How a file is read and what an import may do: the answers of the wizard, as one frozen value.

Kept as JSON with the run (`ImportRun.options`), so that every worker reads the file the same way.
Before: `detecting.py` proposes them; after: `csv_layout.py` and `cells.py` read by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from raccord.contacts.differences import Mode

DELIMITERS = (",", ";", "\t", "|")
LONGEST_SOURCE = 200
LONGEST_STATEMENT = 1_000


class DateOrder(StrEnum):
    """How dates are written. ISO dates (2024-12-31) are understood with every order."""

    YEAR_FIRST = "year_first"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class DecimalMark(StrEnum):
    """What stands before the decimals. With either, digits may be grouped by spaces, and by
    the other mark."""

    POINT = "point"
    COMMA = "comma"


class Blanks(StrEnum):
    """What an empty cell means. KEEP: nothing. CLEAR: the field is emptied.

    A consent is never cleared by an empty cell.
    """

    KEEP = "keep"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """Where the consents of a file come from, kept as the evidence of each one it sets.

    source: where they were given ("Trade fair, Montréal, May 2024"). statement: what the people
    agreed to, or how that can be proven.
    """

    source: str = ""
    statement: str = ""

    @property
    def text(self) -> str:
        """Both, as kept with the contact."""
        return ": ".join(filter(None, (self.source, self.statement)))


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is read and what its import may do.

    encoding: a Python codec's name, "" for one that is found out (a workbook has none).
    delimiter: between cells; a workbook is stored with commas. header: whether the first line
    names the columns. sheet: of a workbook. decimal_mark: None takes only plain numbers.
    time_zone: of dates with a time that name none; "" is UTC.
    columns: for each column of the file from the left, the key of the field it goes into, or
    None where it is not imported; () as long as nobody has decided.
    names: what the file calls its columns; told by the file, never by a person.
    """

    encoding: str = ""
    delimiter: str = ","
    header: bool = True
    sheet: str = ""
    date_order: DateOrder = DateOrder.YEAR_FIRST
    decimal_mark: DecimalMark | None = None
    time_zone: str = ""
    columns: tuple[str | None, ...] = ()
    names: tuple[str, ...] = ()
    mode: Mode = Mode.BOTH
    blanks: Blanks = Blanks.KEEP
    consent: ConsentProof = ConsentProof()

    def to_json(self) -> dict[str, Any]:
        """As stored with the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `to_json` gave; {} gives the defaults."""
        given = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        for name, restore in _RESTORERS.items():
            if name in given:
                given[name] = restore(given[name])
        return cls(**given)


_RESTORERS: Mapping[str, Any] = {
    "date_order": DateOrder,
    "decimal_mark": lambda mark: DecimalMark(mark) if mark else None,
    "columns": tuple,
    "names": tuple,
    "mode": Mode,
    "blanks": Blanks,
    "consent": lambda proof: ConsentProof(**proof),
}
