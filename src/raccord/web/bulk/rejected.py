"""The contacts that an act left out, with the reasons: on the page, and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from raccord.contacts.messages import explain
from raccord.contacts.models import BulkReject, BulkRun, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.spreadsheet_safety import guarded

PIECE = 1_000


@dataclass(frozen=True, slots=True)
class ShownReject:
    """field: its label, "" if the reason is about the whole contact."""

    contact: int
    name: str
    field: str
    reason: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """Why contacts were left out, and how many for this one reason."""

    field: str
    reason: str
    contacts: int


class _Line:
    """What `csv.writer` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def shown_rejects(run: BulkRun, rejects: Iterable[BulkReject]) -> list[ShownReject]:
    """The rejects in words."""
    specs = ProjectFields.of(run.project_id).specs
    labels = {key: spec.label or key for key, spec in specs.items()}
    return [
        ShownReject(
            each.contact,
            each.name,
            labels.get(each.field, each.field),
            explain(each.code, {**each.parameters, "field": labels.get(each.field, each.field)}),
            each.taken,
        )
        for each in rejects
    ]


def causes(run: BulkRun) -> list[Cause]:
    """The reasons, the most frequent first; each in the words of its first contact."""
    counted = run.rejects.order_by().values("field", "code").annotate(number=Count("pk"))
    found = list(counted.annotate(first=Min("pk")).order_by("-number", "first"))
    rows = BulkReject.objects.in_bulk([each["first"] for each in found])
    shown = shown_rejects(run, [rows[each["first"]] for each in found])
    return [
        Cause(one.field, one.reason, each["number"]) for one, each in zip(shown, found, strict=True)
    ]


def download(_request: HttpRequest, project: Project, pk: int) -> HttpResponseBase:
    """A CSV file: contact, field, reason."""
    run = get_object_or_404(BulkRun, project=project, pk=pk)
    return StreamingHttpResponse(
        _file(run, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="left-out-{run.pk}.csv"'},
    )


def _file(run: BulkRun, *, language: str) -> Iterator[str]:
    """The file piece by piece; it is sent after the request's own language has ended."""
    write = csv.writer(_Line(), quoting=csv.QUOTE_ALL).writerow
    with override(language):
        header = "\ufeff" + write([_("Contact"), _("Field"), _("Reason")])
    yield header
    rejects = run.rejects.iterator(chunk_size=PIECE)
    while piece := list(islice(rejects, PIECE)):
        with override(language):
            shown = shown_rejects(run, piece)
        yield "".join(write(map(guarded, (each.name, each.field, each.reason))) for each in shown)
