"""The rejected lines of an import as a file, to be corrected and imported again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from raccord.contacts.messages import explain
from raccord.contacts.models import ImportReject, ImportRun, Project
from raccord.contacts.spreadsheet_safety import guarded

PIECE = 1000


class _Line:
    """What `csv.writer` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def as_csv(_request: HttpRequest, project: Project, pk: int) -> HttpResponseBase:
    """A CSV file: line, column, reason in words, and the line as it was."""
    run = get_object_or_404(ImportRun, project=project, pk=pk)
    return StreamingHttpResponse(
        _file(run, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected-{run.pk}.csv"'},
    )


def _file(run: ImportRun, *, language: str) -> Iterator[str]:
    """The file piece by piece; it is sent after the request's own language has ended."""
    write = csv.writer(_Line()).writerow
    with override(language):
        # First the mark by which spreadsheets recognise UTF-8.
        header = "\ufeff" + write([_("Line"), _("Column"), _("Reason"), _("Content")])
    yield header
    rejects = run.rejects.iterator(chunk_size=PIECE)
    while piece := list(islice(rejects, PIECE)):
        with override(language):
            text = "".join(write(_row(reject)) for reject in piece)
        yield text


def _row(reject: ImportReject) -> list[str]:
    reason = explain(reject.code, reject.parameters)
    return [str(reject.line), guarded(reject.column), reason, guarded(reject.content)]


as_workbook = as_csv
