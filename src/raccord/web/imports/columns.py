"""An empty file with a project's columns, to be filled in and imported."""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse

from raccord.contacts.models import Project


def download(_request: HttpRequest, project: Project) -> HttpResponse:
    """One line: the keys of the project's fields, as every import understands them."""
    response = HttpResponse(
        "\ufeff",  # the mark by which spreadsheets recognise UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{project.slug}.csv"'},
    )
    csv.writer(response).writerow([spec.key for spec in project.specs()])
    return response
