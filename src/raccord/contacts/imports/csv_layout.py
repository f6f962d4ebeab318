"""The columns of a file: how its lines are split, and which column goes into which field.

Before: `csv_records.py`. A person may leave columns out in the wizard (`decided`). A command has
nobody to ask (`strict`): there a header that leaves anything open refuses the whole file before a
line of it is read, since a column nobody reads would be lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from raccord.contacts.imports.csv_lines import lines
from raccord.contacts.imports.csv_records import Record, RecordReader
from raccord.contacts.imports.options import DELIMITERS, ImportOptions
from raccord.contacts.project_fields import ProjectFields, plain_name
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: (field key, name in the file), from the left; the key is "" for a column that is
    not imported. position, line: of the first record that is no header."""

    options: ImportOptions
    columns: tuple[tuple[str, str], ...]
    position: int = 0
    line: int = 1

    def column_of(self, key: str) -> str:
        """The name of a field's column in the file."""
        return next((name for field, name in self.columns if field == key), "") if key else ""


def decided(head: bytes, *, options: ImportOptions, fields: ProjectFields) -> Layout:
    """The layout that the options say, for a file that begins with `head` (at least a line).

    Raises BadInput if a field is gone, the unique key is not complete, or a column was added.
    """
    keys = tuple(key or "" for key in options.columns)
    names = options.names or column_names(len(keys))
    columns = tuple(zip(keys, names, strict=True))
    _refuse_incomplete(columns, fields)
    if not options.header:
        return Layout(options, columns)
    header = header_of(head, delimiter=options.delimiter)
    if header is None or len(header[0].cells) != len(columns):
        raise BadInput("raccord.import.columns_changed", at="columns")
    return Layout(options, columns, *header[1])


def strict(
    head: bytes,
    *,
    options: ImportOptions,
    fields: ProjectFields,
    names: Mapping[str, str],
    wishes: Mapping[str, str | None],
) -> ImportOptions:
    """The options with their columns found in the header; every one must be known.

    A column's name is a field's key or label; case, accents and the order do not matter.
    options.delimiter: "" if it is to be found out. names: plain name -> field key
    (`project_fields.names`). wishes: by plain name, the field's key that somebody named for a
    column, or None to leave it out. Raises BadInput.
    """
    known: dict[str, str | None] = {**names, **wishes}
    delimiters = [options.delimiter] if options.delimiter else DELIMITERS
    found = [(d, header[0]) for d in delimiters if (header := header_of(head, delimiter=d))]
    if not found:
        raise BadInput("raccord.import.no_header")
    # The delimiter is the one that gives most known columns; a comma if that does not tell.
    delimiter, record = max(found, key=lambda header: _known(header[1].cells, known))
    columns = tuple(
        (known.get(plain_name(cell), "") or "", shortened(cell.strip(), 255))
        for cell in record.cells
    )
    _refuse_unmet(wishes, columns)
    left_out = [name for name, key in wishes.items() if key is None]
    _refuse_open(columns, fields, left_out)
    return replace(
        options,
        delimiter=delimiter,
        columns=tuple(key or None for key, _ in columns),
        names=tuple(name for _, name in columns),
    )


def header_of(head: bytes, *, delimiter: str) -> tuple[Record, tuple[int, int]] | None:
    """The first record of a file and the place (byte, line) after it; None if it is unreadable."""
    reader = RecordReader(lines([head]), delimiter=delimiter)
    record = next(iter(reader), None)
    if record is None or record.problem or reader.place is None:
        return None
    return record, reader.place


def column_names(width: int) -> tuple[str, ...]:
    """What spreadsheets call columns without a heading: A, B, … Z, AA, AB…"""
    names = []
    for number in range(width):
        name = ""
        rest = number + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            name = chr(ord("A") + letter) + name
        names.append(name)
    return tuple(names)


def _known(cells: Iterable[str], names: Mapping[str, str | None]) -> int:
    return sum(plain_name(cell) in names for cell in cells)


def _refuse_unmet(wishes: Mapping[str, str | None], columns: tuple[tuple[str, str], ...]) -> None:
    """Somebody who names a column that is not there has mistyped one that is."""
    names = [plain_name(name) for _, name in columns]
    if unmet := [wish for wish in wishes if wish not in names]:
        raise BadInput("raccord.import.no_such_column", params={"columns": ", ".join(unmet)})


def _refuse_open(
    columns: tuple[tuple[str, str], ...], fields: ProjectFields, left_out: list[str]
) -> None:
    _refuse_keyless(columns, fields)
    unknown = [name for key, name in columns if not key and plain_name(name) not in left_out]
    if unknown:
        raise _unknown_columns(unknown, fields)
    _refuse_incomplete(columns, fields)


def _refuse_incomplete(columns: tuple[tuple[str, str], ...], fields: ProjectFields) -> None:
    _refuse_keyless(columns, fields)
    keys = [key for key, _ in columns]
    if gone := [name for key, name in columns if key and key not in fields.specs]:
        raise _unknown_columns(gone, fields)
    for number, (key, name) in enumerate(columns):
        if key and key in keys[:number]:
            raise BadInput("raccord.import.column_twice", params={"column": name})


def _refuse_keyless(columns: tuple[tuple[str, str], ...], fields: ProjectFields) -> None:
    keys = {key for key, _ in columns}
    missing = [spec.label or spec.key for spec in fields.key_specs if spec.key not in keys]
    if missing or not fields.key_specs:
        raise BadInput("raccord.import.key_column_missing", params={"columns": ", ".join(missing)})


def _unknown_columns(names: list[str], fields: ProjectFields) -> BadInput:
    listed = ", ".join(name or "“”" for name in names[:20])
    known = ", ".join(spec.label or spec.key for spec in fields.specs.values())
    return BadInput("raccord.import.unknown_columns", params={"columns": listed, "fields": known})
