"""Past exports, one of them while it is written and afterwards, and its file."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts import exports
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.messages import explain
from raccord.contacts.models import ExportRun, Project

RUNS_PER_PAGE = 20
CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What file names cannot hold on one system or another.
UNFIT = re.compile(r"[\x00-\x1f\x7f\"*/:<>?\\|]+")


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """Every export of the project, the latest first."""
    runs = ExportRun.objects.filter(project=project).order_by("-created_at", "-pk")
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    shown = [(run, exports.has_file(run)) for run in page]
    return render(request, "exports/index.html", {"page": page, "runs": shown})


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """One export: its progress while it is written, then its file."""
    run = get_object_or_404(ExportRun, project=project, pk=pk)
    context = {
        "run": run,
        "has_file": exports.has_file(run),
        "percent": _percent(run),
        "reason": explain(run.reason, run.parameters),
    }
    asks_for_progress = request.headers.get("HX-Target") == "progress"
    template = "exports/progress.html" if asks_for_progress else "exports/run.html"
    return render(request, template, context)


def download(_request: HttpRequest, project: Project, pk: int) -> HttpResponseBase:
    """The file, sent piece by piece."""
    run = get_object_or_404(ExportRun, project=project, pk=pk)
    if not exports.has_file(run):
        raise Http404
    kind = FileFormat(run.format)
    answer = StreamingHttpResponse(exports.pieces(run), content_type=CONTENT_TYPES[kind])
    answer.headers["Content-Length"] = str(run.size)
    answer.headers["Content-Disposition"] = disposition(run.name, kind)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def cancel(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Stop writing; there will be no file."""
    run = get_object_or_404(ExportRun, project=project, pk=pk)
    if exports.cancel(run):
        messages.success(request, _("The export was cancelled."))
    else:
        messages.info(request, _("It was over already, so there was nothing to cancel."))
    return redirect("export", project.slug, run.pk)


@require_POST
def delete_file(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Drop the file before its time."""
    run = get_object_or_404(ExportRun, project=project, pk=pk)
    if exports.delete_file(run):
        messages.success(request, _("The file was deleted."))
    return redirect("exports", project.slug)


def disposition(name: str, kind: FileFormat) -> str:
    """The header that names the file, whatever somebody called it."""
    plain = " ".join(UNFIT.sub("-", name).split()).strip(". ") or "export"
    return content_disposition_header(True, f"{plain}.{kind}") or "attachment"


def _percent(run: ExportRun) -> int:
    """Of a workbook, gathering is the first half of the work and packing the second."""
    steps = run.total * (2 if run.format == FileFormat.XLSX else 1)
    taken = run.written + (run.packed if run.format == FileFormat.XLSX else 0)
    return min(100, taken * 100 // steps) if steps else 0
