"""What a run found, as a file: one line for each contact, record or pair of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from raccord.contacts.models import Project
from raccord.contacts.spreadsheet_safety import guarded
from raccord.sync.reconcile.models import Finding, Reconciliation
from raccord.web.reconcile import words
from raccord.web.reconcile.groups import ShownRow, shown_rows
from raccord.web.reconcile.run import of_project

PIECE = 1_000


class _Line:
    """What `csv.writer` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def download(_request: HttpRequest, project: Project, key: int) -> HttpResponseBase:
    """A CSV file: what it is, contact, record, fields, and how it stood after a repair."""
    run = of_project(project, key)
    return StreamingHttpResponse(
        _file(run, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="comparison-{run.pk}.csv"'},
    )


def _file(run: Reconciliation, *, language: str) -> Iterator[str]:
    """The file piece by piece; it is sent after the request's own language has ended."""
    write = csv.writer(_Line(), quoting=csv.QUOTE_ALL).writerow
    with override(language):
        names = [_("What"), _("Contact"), _("Record"), _("Fields"), _("After the repair")]
        header = "\ufeff" + write(names)
    yield header
    findings = Finding.objects.filter(run=run).order_by("pk").iterator(chunk_size=PIECE)
    while piece := list(islice(findings, PIECE)):
        with override(language):
            lines = [_cells(each) for each in shown_rows(run, piece)]
        yield "".join(write(map(guarded, cells)) for cells in lines)


def _cells(row: ShownRow) -> list[str]:
    finding = row.finding
    said = words.group(finding.result, finding.why)
    return [str(said.title), row.name, finding.remote_id, row.fields, str(row.outcome)]
