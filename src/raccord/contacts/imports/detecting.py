"""Looks at the beginning of a file and proposes how to read it and where its columns go.

Part of step 1 of an import; what it finds is shown to a person and decides nothing by itself.
The findings are made by pure functions: `table_shape.py`, `formats.py`, `proposals.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.conf import settings

from raccord.contacts import keepers, project_fields
from raccord.contacts.imports import beginning, obstacles
from raccord.contacts.imports.beginning import Rows
from raccord.contacts.imports.csv_layout import column_names
from raccord.contacts.imports.detected import Confidence, Detected, DetectedColumn, Sheet
from raccord.contacts.imports.formats import Certainty, date_order, decimal_mark
from raccord.contacts.imports.options import DateOrder, DecimalMark, ImportOptions
from raccord.contacts.imports.proposals import Known, Proposal, kept_by, proposals
from raccord.contacts.imports.rejects import reject_headings
from raccord.contacts.imports.table_shape import columns_of, delimiter_of, has_header
from raccord.contacts.imports.usual_words import GROUPS
from raccord.contacts.models import ImportRun
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

SAMPLES = 5
SHOWN_ROWS = 20
LONGEST_SAMPLE = 100

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


class _Table(NamedTuple):
    """A file's beginning as rows, read by these options."""

    options: ImportOptions
    rows: Rows


def detected(run: ImportRun, given: ImportOptions | None) -> Detected:
    """What the file looks like, read with the given options, or with what is found out."""
    known = _known(run)
    options = given or _usual(run)
    try:
        _refuse_unreadable(options, known.fields)
        table = _table(run, options, words=None if given else _column_words(known))
    except BadInput as problem:
        return Detected(options, sheets=_sheets(run), problems=(problem,))
    proposed = _proposed(table, known)
    options = replace(
        table.options,
        columns=tuple(found[0] if found else None for found in proposed),
        names=_names(table),
    )
    cells = _cells(table)
    options, remarks = _with_formats(run, options, cells, known.fields, found_out=given is None)
    problems = obstacles.wrong(options, known.fields) + obstacles.missing(options, known.fields)
    chosen = _is_chosen(table)
    return Detected(
        options=options,
        columns=tuple(
            DetectedColumn(
                number,
                name,
                samples=_samples(column),
                field=found[0] if found else None,
                confidence=found[1] if found else Confidence.CHOSEN if chosen else None,
                kept_by=_kept_by(table, number, found, known),
            )
            for number, (name, column, found) in enumerate(
                zip(options.names, cells, proposed, strict=True)
            )
        ),
        rows=tuple(
            tuple(shortened(cell, LONGEST_SAMPLE) for cell in row)
            for row in _records(table)[:SHOWN_ROWS]
        ),
        sheets=_sheets(run),
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def names(run: ImportRun, options: ImportOptions) -> tuple[str, ...]:
    """What the file calls its columns, read with these options. Raises BadInput."""
    return _names(_table(run, options, words=None))


def _table(run: ImportRun, options: ImportOptions, *, words: Collection[str] | None) -> _Table:
    """words: that make a record the names of columns, if delimiter and header are to be found
    out. Raises BadInput."""
    if run.format == "csv":
        text, whole = beginning.of_text(run, encoding=options.encoding or run.encoding)
        if words is not None:
            options = replace(options, delimiter=delimiter_of(text, known=words, whole=whole))
        rows = beginning.records(text, delimiter=options.delimiter, whole=whole)
    else:
        head = beginning.of_sheet(run, options.sheet)
        options = replace(options, sheet=head.sheet, delimiter=",", encoding="")
        rows = tuple(row for row in head.rows if any(row))
    if not rows:
        raise BadInput("raccord.import.empty")
    if words is not None:
        options = replace(options, header=has_header(rows, known=words))
    return _Table(options, rows)


def _refuse_unreadable(options: ImportOptions, fields: ProjectFields) -> None:
    for problem in obstacles.wrong(options, fields):
        if problem.at in ("delimiter", "encoding"):
            raise problem


def _sheets(run: ImportRun) -> tuple[Sheet, ...]:
    return () if run.format == "csv" else beginning.of_sheet(run, "").sheets


def _records(table: _Table) -> Rows:
    return table.rows[1:] if table.options.header else table.rows


def _cells(table: _Table) -> list[list[str]]:
    return columns_of(_records(table), width=len(table.rows[0]))


def _is_chosen(table: _Table) -> bool:
    """Whether somebody has decided about these very columns."""
    return len(table.options.columns) == len(table.rows[0])


def _known(run: ImportRun) -> Known:
    return Known(
        fields=ProjectFields.of(run.project_id),
        kept=keepers.kept_of_new(run.project),
        names=project_fields.names(run.project_id),
        choices=project_fields.choice_names(run.project_id),
    )


def _usual(run: ImportRun) -> ImportOptions:
    """Where nothing else tells: what the file says of itself, and the project."""
    return ImportOptions(encoding=run.encoding, time_zone=run.project.time_zone)


def _names(table: _Table) -> tuple[str, ...]:
    letters = column_names(len(table.rows[0]))
    if not table.options.header:
        return letters
    return tuple(
        shortened(cell.strip(), 255) or letter
        for cell, letter in zip(table.rows[0], letters, strict=True)
    )


def _column_words(known: Known) -> frozenset[str]:
    """Everything that makes a first record look like names of columns."""
    return frozenset(known.names).union(*GROUPS)


def _proposed(table: _Table, known: Known) -> list[Proposal]:
    """For each column its field and why: chosen, or by the best reason there is."""
    if _is_chosen(table):
        return [(key, Confidence.CHOSEN) if key else None for key in table.options.columns]
    headings = list(table.rows[0]) if table.options.header else [""] * len(table.rows[0])
    about = _about_rejects(headings)
    return [None] * about + proposals(headings[about:], _cells(table)[about:], known)


def _kept_by(table: _Table, number: int, found: Proposal, known: Known) -> str:
    """The connection that brings what the column goes into, or would go into by its name."""
    if found:
        return known.kept.get(found[0], "")
    return kept_by(table.rows[0][number], known) if table.options.header else ""


def _about_rejects(headings: Sequence[str]) -> int:
    """How many columns in front are ours: a file of rejects that comes back corrected."""
    for language, _name in settings.LANGUAGES:
        if list(map(str.strip, headings[:3])) == list(reject_headings(language)):
            return 3
    return 0


def _with_formats(
    run: ImportRun,
    options: ImportOptions,
    cells: Sequence[Sequence[str]],
    fields: ProjectFields,
    *,
    found_out: bool,
) -> tuple[ImportOptions, list[BadInput]]:
    """The options with dates and numbers as the file writes them, and what is doubtful of that."""
    french = (run.project.languages or [""])[0].startswith("fr")
    usual_order = DateOrder.DAY_FIRST if french else DateOrder.MONTH_FIRST
    usual_mark = DecimalMark.COMMA if options.delimiter == ";" or french else DecimalMark.POINT
    dates = _cells_of(_DATES, options, cells, fields)
    numbers = _cells_of(_NUMBERS, options, cells, fields)
    order, dates_are = date_order(dates, usual=usual_order)
    mark, numbers_are = decimal_mark(numbers, usual=usual_mark)
    remarks = [
        BadInput(code, at=at)
        for certainty, codes, at in (
            (dates_are, _DATE_REMARKS, "date_order"),
            (numbers_are, _NUMBER_REMARKS, "decimal_mark"),
        )
        if (code := codes.get(certainty))
    ]
    if len(options.columns) == 1 and run.format == "csv":
        remarks.append(BadInput("raccord.import.single_column", at="delimiter"))
    if found_out:
        options = replace(options, date_order=order, decimal_mark=mark)
    return options, remarks


_DATE_REMARKS = {
    Certainty.OPEN: "raccord.import.dates_open",
    Certainty.MIXED: "raccord.import.dates_mixed",
}
_NUMBER_REMARKS = {
    Certainty.OPEN: "raccord.import.numbers_open",
    Certainty.MIXED: "raccord.import.numbers_mixed",
}


def _cells_of(
    types: frozenset[FieldType],
    options: ImportOptions,
    cells: Sequence[Sequence[str]],
    fields: ProjectFields,
) -> Iterable[str]:
    """The cells of the columns that go into fields of these types."""
    return [
        cell
        for key, column in zip(options.columns, cells, strict=True)
        if key and key in fields.specs and fields.specs[key].type in types
        for cell in column
    ]


def _samples(column: Iterable[str]) -> tuple[str, ...]:
    different = dict.fromkeys(shortened(cell, LONGEST_SAMPLE) for cell in column)
    return tuple(different)[:SAMPLES]
