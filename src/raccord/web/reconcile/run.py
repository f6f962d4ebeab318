"""One comparison: how far it is, what it found, and its repair."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, sentences, specs
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.sync.reconcile import runs
from raccord.sync.reconcile.models import Reconciliation
from raccord.web.connections import problems
from raccord.web.reconcile import summary, words
from raccord.web.reconcile.groups import drifted_fields, groups


def page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The page; asks for its own part again as long as the run goes on."""
    run = of_project(project, key)
    connection = run.transfer.connection
    context = {
        "run": run,
        "integration": connection.integration,
        "label": specs.data_type(run.transfer).label,
        "source_label": endpoints.source_label(connection.source),
        "cause": words.CAUSES[run.cause],
        "phase": words.PHASES[run.phase],
        "percent": min(100, run.done * 100 // run.total) if run.total else 0,
        "sentence": summary.sentence(run),
        "proven": summary.proven(run),
        "drift": runs.drift_left(run),
        "why_failed": sentences.explain(connection.source, run.reason) if run.reason else None,
        "fields": drifted_fields(run),
        "groups": groups(run),
        "may_repair": runs.may_repair(run),
    }
    is_part = request.headers.get("HX-Target") == "comparison"
    return render(request, f"reconcile/{'comparison' if is_part else 'run'}.html", context)


@require_POST
def pause(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Let it stand where it is."""
    return _done(request, project, key, runs.pause, _("The comparison is paused."))


@require_POST
def resume(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Let it go on."""
    return _done(request, project, key, runs.resume, _("The comparison goes on."))


@require_POST
def cancel(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """End it; what it found so far stays."""
    said = _("The comparison was cancelled. What it found so far stays.")
    return _done(request, project, key, runs.cancel, said)


@require_POST
def repair(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Have everything looked at again that differs without a rule."""
    said = _("The repair has begun. Afterwards the same contacts are compared again.")
    return _done(request, project, key, runs.repair, said)


def of_project(project: Project, key: int) -> Reconciliation:
    """A run of this project, else 404."""
    listed = Reconciliation.objects.select_related(
        "transfer__connection__authorization", "transfer__connection__project"
    )
    return get_object_or_404(
        listed,
        transfer__connection__project=project,
        transfer__connection__integration__isnull=False,
        pk=key,
    )


def _done(
    request: HttpRequest,
    project: Project,
    key: int,
    act: Callable[[Reconciliation], None],
    said: str,
) -> HttpResponse:
    run = of_project(project, key)
    try:
        act(run)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, said)
    return redirect("reconciliation", project.slug, run.pk)
