"""Step 5 of the wizard: what the import would do, found out by the same code; then "Import"."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from raccord.contacts import imports
from raccord.contacts.blamed_fields import labels_for_reader
from raccord.contacts.imports import Preview
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportRun, RunState
from raccord.engine.errors import BadInput
from raccord.sync import effects
from raccord.web.base.answers import go_to
from raccord.web.imports import previewed, steps
from raccord.web.imports.progress import percent
from raccord.web.imports.steps import Step, while_set_up


@while_set_up
def preview(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Progress of the check, then its result, and the button that imports."""
    if request.method == "POST":
        return _confirm(request, run)
    if run.state == RunState.DRAFT and not run.reason:
        return go_to(request, steps.address(run, Step.RULES))
    part = request.headers.get("HX-Target") == "preview"
    template = "imports/preview_part.html" if part else "imports/preview.html"
    return render(request, template, _context(run))


def _confirm(request: HttpRequest, run: ImportRun) -> HttpResponse:
    try:
        # Nothing seen is something else than what was checked.
        imports.confirm(run, seen=request.POST.get("seen") or "nothing")
    except BadInput as problem:
        messages.error(request, explain(problem.code, problem.params))
        return go_to(request, steps.address(run, Step.PREVIEW))
    return go_to(request, steps.address(run, Step.RESULT))


def _context(run: ImportRun) -> dict[str, object]:
    found = Preview.from_json(run.preview)
    fields = {spec.key: spec for spec in run.project.specs()}
    labels = labels_for_reader(run.project_id)
    return {
        "run": run,
        "steps": steps.shown(run, Step.PREVIEW),
        "percent": percent(run),
        "found": found,
        "writes": found.created + found.updated,
        "rows": previewed.rows(found, fields=fields, labels=labels),
        "reasons": previewed.reasons(found, fields=fields, labels=labels, taken=False),
        "left_out": previewed.reasons(found, fields=fields, labels=labels, taken=True),
        "consents": previewed.consents(found, fields=fields),
        "receivers": effects.receivers(run.project) if run.state == RunState.READY else [],
        "back": steps.address(run, Step.RULES),
    }
