"""An empty file with a project's columns, to be filled in and imported."""

from __future__ import annotations

import csv
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from xlsxwriter import Workbook

from raccord.contacts.models import Project
from raccord.contacts.project_fields import names, plain_name
from raccord.engine.records import FieldType

WIDTH = 18
# A spreadsheet would take a leading zero or plus away from what it holds for a number.
_AS_TEXT = "@"
_FORMATS = {
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.DATETIME: "yyyy-mm-dd hh:mm",
    FieldType.INTEGER: "0",
    FieldType.DECIMAL: "General",
}


def as_csv(_request: HttpRequest, project: Project) -> HttpResponse:
    """One line: what the project's fields are called, as every import understands it."""
    response = HttpResponse(
        "\ufeff",  # the mark by which spreadsheets recognise UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{project.slug}.csv"'},
    )
    csv.writer(response).writerow(_headings(project))
    return response


def as_workbook(_request: HttpRequest, project: Project) -> HttpResponse:
    """The same line in a workbook, whose columns keep what is typed in as it is typed in."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        for number, (spec, heading) in enumerate(
            zip(project.specs(), _headings(project), strict=True)
        ):
            look = workbook.add_format({"num_format": _FORMATS.get(spec.type, _AS_TEXT)})
            sheet.set_column(number, number, WIDTH, look)
            sheet.write_string(0, number, heading, bold)
        sheet.freeze_panes(1, 0)
    return HttpResponse(
        content.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{project.slug}.xlsx"'},
    )


def _headings(project: Project) -> list[str]:
    """Each field's label, or its key where another field is called the same."""
    known = names(project)
    return [
        spec.label if known.get(plain_name(spec.label)) == spec.key else spec.key
        for spec in project.specs()
    ]
