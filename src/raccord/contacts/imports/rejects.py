"""The rejected lines as a table: why, and the columns of the file as they were.

The end of an import, and the beginning of the next: the table is corrected in a spreadsheet and
imported again, where its columns in front are recognised (`detecting.py`) and left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import override

from raccord.contacts.blamed_fields import for_reader, labels_for_reader
from raccord.contacts.imports.csv_lines import lines
from raccord.contacts.imports.csv_records import RecordReader
from raccord.contacts.imports.options import ImportOptions
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportReject, ImportRun
from raccord.contacts.spreadsheet_safety import unguarded

PIECE = 500


def headings(run: ImportRun, *, language: str) -> list[str]:
    """Of the whole table, in this language."""
    names = ImportOptions.from_json(run.options).names
    with override(language):
        return [*reject_headings(language), *(names or [_("Content")])]


def rows(run: ImportRun, *, language: str) -> Iterator[list[str]]:
    """One row per rejected line, in the file's order, with its reasons in this language.

    The cells are plain: a CSV file made of them must guard them (`spreadsheet_safety.guarded`).
    A line that is no record has all of its text in the first of its columns.
    """
    options = ImportOptions.from_json(run.options)
    rejected = groupby(run.rejects.order_by("line", "id").iterator(PIECE), attrgetter("line"))
    found = (list(same_line) for _line, same_line in rejected)
    while piece := list(islice(found, PIECE)):
        with override(language):
            labels = labels_for_reader(run.project_id)
            made = [_row(rejects, options, labels) for rejects in piece]
        yield from made


def reject_headings(language: str) -> tuple[str, str, str]:
    """What the columns in front of the original ones are called."""
    with override(language):
        return _("Line"), _("Column"), _("Reason")


def _row(
    rejects: Sequence[ImportReject], options: ImportOptions, labels: Mapping[str, str]
) -> list[str]:
    columns = dict.fromkeys(reject.column for reject in rejects if reject.column)
    told = [(reject.code, for_reader(reject.parameters, labels)) for reject in rejects]
    reasons = dict.fromkeys(explain(code, parameters) for code, parameters in told)
    content = rejects[0].content
    about = [str(rejects[0].line), ", ".join(columns), " ".join(reasons)]
    return [*about, *map(unguarded, _cells(content, options))]


def _cells(content: str, options: ImportOptions) -> list[str]:
    reader = RecordReader(lines([content.encode()]), delimiter=options.delimiter)
    records = list(islice(reader, 2))
    if len(records) != 1 or records[0].problem or not options.names:
        return [content]
    return records[0].cells
