"""Step 6 of the wizard: an import's own page, while it runs and ever after; and how to stop it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from raccord.contacts import imports
from raccord.contacts.blamed_fields import labels_for_reader
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.web.base.answers import go_to
from raccord.web.imports import deciding, rejects, steps
from raccord.web.imports.steps import BEING_SET_UP, Step

REJECTS_PER_PAGE = 50


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Progress, then the result and the rejected lines; while it is set up, the step it is at."""
    run = get_object_or_404(ImportRun.objects.select_related("project"), project=project, pk=pk)
    if run.state in BEING_SET_UP:
        return redirect(steps.address(run, deciding.step_at(run)))
    context: dict[str, Any] = {
        "run": run,
        "steps": steps.shown(run, Step.RESULT),
        "unfinished": run.is_under_way,
        "percent": percent(run),
    }
    if run.is_over:  # too much to find out with every look at how far it is
        lines = Paginator(run.rejects.all(), REJECTS_PER_PAGE)
        context["page"] = lines.get_page(request.GET.get("page"))
        context["labels"] = labels_for_reader(project)
        context["fits_workbook"] = rejects.fits_workbook(run)
    asks_for_progress = request.headers.get("HX-Target") == "progress"
    template = "imports/progress.html" if asks_for_progress else "imports/run.html"
    return render(request, template, context)


def cancel(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: what stopping means now; then nothing more of the file is imported."""
    run = get_object_or_404(ImportRun, project=project, pk=pk)
    if run.is_over:
        messages.info(request, _("This import was over already."))
        return go_to(request, "import", project.slug, run.pk)
    if request.method != "POST":
        context = {
            "run": run,
            "being_set_up": run.state in BEING_SET_UP,
            "done": run.created + run.updated,
        }
        return render(request, "imports/cancel.html", context)
    return _cancelled(request, project, run)


def percent(run: ImportRun) -> int | None:
    """How much of the file has been read; None as long as its size is not known."""
    if run.state == RunState.WAITING or not run.size or not run.position:
        return None
    return min(100, run.position * 100 // run.size)


def _cancelled(request: HttpRequest, project: Project, run: ImportRun) -> HttpResponse:
    was_set_up = run.state in BEING_SET_UP
    run = imports.cancel(run)
    if run.state != RunState.CANCELLED:
        messages.info(request, _("This import was over already."))
    elif was_set_up:
        messages.success(request, _("The import was discarded. No contact was changed."))
        return go_to(request, "imports", project.slug)
    else:
        messages.success(request, _("The import was stopped."))
    return go_to(request, "import", project.slug, run.pk)
