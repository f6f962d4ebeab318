"""What was found out about a file before anything is decided: shapes only, made by `detecting.py`.

The screens show them, and the person corrects the options that are proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from raccord.contacts.imports.options import ImportOptions
from raccord.engine.errors import BadInput


class Confidence(StrEnum):
    """Why a field is proposed for a column. CHOSEN: not proposed, a person said so.

    NAME: the column has the field's key or label. WORD: its name is a usual word for such a
    field ("Courriel"). CONTENT: its cells look like the field's.
    """

    CHOSEN = "chosen"
    NAME = "name"
    WORD = "word"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook. hidden: not shown when the workbook is opened."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DetectedColumn:
    """One column of the file, from the left.

    number: from 0. name: its heading, or its letters as a spreadsheet shows them. samples: the
    first different values. field: the key of the field it goes into, None for none.
    confidence: why, None where `field` is None and nobody chose that. kept_by: the connection that
    brings what it goes into, or would by its name; "" if none does.
    """

    number: int
    name: str
    samples: tuple[str, ...] = ()
    field: str | None = None
    confidence: Confidence | None = None
    kept_by: str = ""


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file looks like, read with `options` (proposed, where nobody has decided).

    rows: the first records' cells, the header not among them. problems: why the file cannot be
    checked with these options (`at` names the option: "delimiter", "columns",
    "columns.3", "consent.source"...). remarks: what the person should look at, such as dates
    that could be read both ways (`at`: "date_order").
    """

    options: ImportOptions
    columns: tuple[DetectedColumn, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[BadInput, ...] = ()
    remarks: tuple[BadInput, ...] = ()
