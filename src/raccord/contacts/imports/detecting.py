"""Looks at the beginning of a file and proposes how to read it and where its columns go.

Part of step 1 of an import; what it finds is shown to a person and decides nothing by itself.
The findings are made by pure functions: `table_shape.py`, `formats.py`, `proposals.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.conf import settings

from raccord.contacts import project_fields
from raccord.contacts.imports import beginning, obstacles
from raccord.contacts.imports.beginning import Rows
from raccord.contacts.imports.csv_layout import column_names
from raccord.contacts.imports.detected import Confidence, Detected, DetectedColumn, Sheet
from raccord.contacts.imports.formats import Certainty, date_order, decimal_mark
from raccord.contacts.imports.options import DateOrder, DecimalMark, ImportOptions
from raccord.contacts.imports.proposals import Known, Proposal, proposals
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


def detected(run: ImportRun, given: ImportOptions | None) -> Detected:
    """What the file looks like, read with the given options; those that are None are found out."""
    known = _known(run)
    sheets: tuple[Sheet, ...] = ()
    options = given or _usual(run)
    try:
        if run.format == "csv":
            text, whole = beginning.of_text(run, encoding=options.encoding or run.encoding)
            if given is None:
                names = _column_words(known)
                options = replace(options, delimiter=delimiter_of(text, known=names, whole=whole))
            rows = beginning.records(text, delimiter=options.delimiter, whole=whole)
        else:
            head = beginning.of_sheet(run, options.sheet)
            sheets = head.sheets
            options = replace(options, sheet=head.sheet, delimiter=",", encoding="")
            rows = tuple(row for row in head.rows if any(row))
        if not rows:
            raise BadInput("raccord.import.empty")
    except BadInput as problem:
        return Detected(options, sheets=sheets, problems=(problem,))
    if given is None:
        options = replace(options, header=has_header(rows, known=_column_words(known)))
    return _described(run, rows, options, known, sheets, found_out=given is None)


def names(run: ImportRun, options: ImportOptions) -> tuple[str, ...]:
    """What the file calls its columns, read with these options. Raises BadInput."""
    if run.format == "csv":
        text, whole = beginning.of_text(run, encoding=options.encoding)
        rows = beginning.records(text, delimiter=options.delimiter, whole=whole)
    else:
        rows = tuple(row for row in beginning.of_sheet(run, options.sheet).rows if any(row))
    if not rows:
        raise BadInput("raccord.import.empty")
    return _names(rows, options)


def _described(
    run: ImportRun,
    rows: Rows,
    options: ImportOptions,
    known: Known,
    sheets: tuple[Sheet, ...],
    *,
    found_out: bool,
) -> Detected:
    records = rows[1:] if options.header else rows
    names_ = _names(rows, options)
    cells = columns_of(records, width=len(names_))
    chosen = len(options.columns) == len(names_)
    proposed = (
        [(key, Confidence.CHOSEN) if key else None for key in options.columns]
        if chosen
        else _proposed(rows, options, cells, known)
    )
    options = replace(
        options, columns=tuple(found[0] if found else None for found in proposed), names=names_
    )
    options, remarks = _with_formats(run, options, cells, known.fields, found_out=found_out)
    problems = obstacles.wrong(options, known.fields) + obstacles.missing(options, known.fields)
    if len(names_) == 1 and run.format == "csv":
        remarks.append(BadInput("raccord.import.single_column", at="delimiter"))
    return Detected(
        options=options,
        columns=tuple(
            DetectedColumn(
                number,
                name,
                samples=_samples(column),
                field=found[0] if found else None,
                confidence=found[1] if found else Confidence.CHOSEN if chosen else None,
            )
            for number, (name, column, found) in enumerate(
                zip(names_, cells, proposed, strict=True)
            )
        ),
        rows=tuple(tuple(shortened(c, LONGEST_SAMPLE) for c in r) for r in records[:SHOWN_ROWS]),
        sheets=sheets,
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _known(run: ImportRun) -> Known:
    return Known(
        fields=ProjectFields.of(run.project_id),
        names=project_fields.names(run.project_id),
        choices=project_fields.choice_names(run.project_id),
    )


def _usual(run: ImportRun) -> ImportOptions:
    """Where nothing else tells: what the file says of itself, and the project."""
    return ImportOptions(encoding=run.encoding, time_zone=run.project.time_zone)


def _names(rows: Rows, options: ImportOptions) -> tuple[str, ...]:
    letters = column_names(len(rows[0]))
    if not options.header:
        return letters
    return tuple(
        shortened(cell.strip(), 255) or letter
        for cell, letter in zip(rows[0], letters, strict=True)
    )


def _column_words(known: Known) -> frozenset[str]:
    """Everything that makes a first record look like names of columns."""
    return frozenset(known.names).union(*GROUPS)


def _proposed(
    rows: Rows, options: ImportOptions, cells: Sequence[Sequence[str]], known: Known
) -> list[Proposal]:
    headings = list(rows[0]) if options.header else [""] * len(rows[0])
    about = _about_rejects(headings)
    found = proposals(headings[about:], cells[about:], known)
    return [None] * about + found


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
