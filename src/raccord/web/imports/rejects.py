"""The rejected lines of an import as a file, to be corrected and imported again."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from raccord.contacts.imports import rejects
from raccord.contacts.models import ImportRun, Project
from raccord.contacts.spreadsheet_safety import guarded

PIECE = 1000
MOST_IN_WORKBOOK = 20_000
"""Rejected lines. More of them would keep a person waiting; a CSV file comes while it is made."""


def as_csv(_request: HttpRequest, project: Project, pk: int) -> HttpResponseBase:
    """A CSV file: line, column, reason in words, and the columns of the file as they were."""
    run = get_object_or_404(ImportRun, project=project, pk=pk)
    return StreamingHttpResponse(
        _pieces(run, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected-{run.pk}.csv"'},
    )


def as_workbook(request: HttpRequest, project: Project, pk: int) -> HttpResponseBase:
    """The same table as a workbook, in which every cell is text and none a formula."""
    run = get_object_or_404(ImportRun, project=project, pk=pk)
    if not fits_workbook(run):
        messages.error(request, _("There are too many lines for an Excel file: take the CSV file."))
        return redirect("import", project.slug, run.pk)
    # Closed by the response once it is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    language = get_language() or "en"
    with Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        for column, heading in enumerate(rejects.headings(run, language=language)):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rejects.rows(run, language=language), start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"rejected-{run.pk}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def fits_workbook(run: ImportRun) -> bool:
    return run.rejects.count() <= MOST_IN_WORKBOOK


def _pieces(run: ImportRun, *, language: str) -> Iterator[str]:
    """The file piece by piece; it is sent after the request's own language has ended."""
    # First the mark by which spreadsheets recognise UTF-8.
    yield "\ufeff" + _lines([rejects.headings(run, language=language)])
    rows = rejects.rows(run, language=language)
    while piece := list(islice(rows, PIECE)):
        yield _lines(piece)


def _lines(rows: list[list[str]]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
