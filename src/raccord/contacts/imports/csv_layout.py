"""The header of a CSV file: its delimiter, and which column is which field.

Before: `csv_records.py`. A header that leaves anything open refuses the whole file before a line
of it is read: a column nobody reads would be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from raccord.contacts.imports.csv_lines import lines
from raccord.contacts.imports.csv_records import Record, RecordReader
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.search_text import folded
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

DELIMITERS = (",", ";", "\t")
_BETWEEN_WORDS = re.compile(r"[\s_\-–’'./]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: (field key, name in the file), from the left. position, line: of the first record
    after the header."""

    delimiter: str
    columns: tuple[tuple[str, str], ...]
    position: int
    line: int

    def column_of(self, key: str) -> str:
        """The name of a field's column in the file."""
        return next((name for field, name in self.columns if field == key), "")


def layout(head: bytes, *, fields: ProjectFields) -> Layout:
    """Read the header from the beginning of a file (at least its first line).

    A column's name is a field's key or label; case, accents and the order do not matter.
    Raises BadInput.
    """
    names = _field_names(fields)
    found = [header for d in DELIMITERS if (header := _header(head, delimiter=d))]
    if not found:
        raise BadInput("raccord.import.no_header")
    # The delimiter is the one that gives most known columns; a comma if that does not tell.
    delimiter, record, place = max(found, key=lambda header: _known(header[1].cells, names))
    columns = _columns(record.cells, names, fields)
    return Layout(delimiter, columns, *place)


def _header(head: bytes, *, delimiter: str) -> tuple[str, Record, tuple[int, int]] | None:
    reader = RecordReader(lines([head]), delimiter=delimiter)
    record = next(iter(reader), None)
    if record is None or record.problem or reader.place is None:
        return None
    return delimiter, record, reader.place


def _known(cells: Iterable[str], names: Mapping[str, str]) -> int:
    return sum(_plain(cell) in names for cell in cells)


def _columns(
    cells: list[str], names: Mapping[str, str], fields: ProjectFields
) -> tuple[tuple[str, str], ...]:
    columns = tuple((names.get(_plain(cell), ""), shortened(cell.strip(), 255)) for cell in cells)
    keys = [key for key, _ in columns]
    known = ", ".join(spec.label or spec.key for spec in fields.specs.values())
    missing = [spec.label or spec.key for spec in fields.key_specs if spec.key not in keys]
    if missing or not fields.key_specs:
        raise BadInput("raccord.import.key_column_missing", params={"columns": ", ".join(missing)})
    if unknown := [name for key, name in columns if not key]:
        listed = ", ".join(name or "“”" for name in unknown[:20])
        raise BadInput(
            "raccord.import.unknown_columns", params={"columns": listed, "fields": known}
        )
    for number, (key, name) in enumerate(columns):
        if key in keys[:number]:
            raise BadInput("raccord.import.column_twice", params={"column": name})
    return columns


def _field_names(fields: ProjectFields) -> dict[str, str]:
    """Everything a column may be called, in plain form -> field key; keys go before labels."""
    labels = {_plain(spec.label): key for key, spec in fields.specs.items() if spec.label}
    return labels | {_plain(key): key for key in fields.specs}


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub(" ", folded(name)).strip()
