"""The page of an act on many contacts, from its selection to its result; and the latest ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRefresh

from raccord.contacts import bulk
from raccord.contacts.invalid import InvalidInput
from raccord.contacts.messages import explain
from raccord.contacts.models import BulkAct, BulkRun, Project, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.sync.list_conditions import STANDINGS
from raccord.web.base.answers import invalid
from raccord.web.base.person import signed_in
from raccord.web.bulk import confirming
from raccord.web.bulk.forms import EditForm
from raccord.web.bulk.rejected import causes, shown_rejects
from raccord.web.bulk.selected import list_seen, selected

RUNS_PER_PAGE = 20
REJECTS_PER_PAGE = 50


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """The latest acts on many contacts that were confirmed, the newest first."""
    runs = BulkRun.objects.filter(project=project).exclude(
        state__in=[RunState.CHECKING, RunState.READY]
    )
    # Cancelled before it began: nothing ever happened.
    begun = runs.exclude(state=RunState.CANCELLED, position=0).order_by("-created_at", "-pk")
    page = Paginator(begun, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "bulk/index.html", {"page": page})


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Freeze what was selected on the list, and go on to the page of the run."""
    if request.method != "POST":
        return redirect("contacts", project.slug)
    person = signed_in(request)
    act = request.GET.get("act") or request.POST.get("act")
    try:
        if act not in BulkAct.values:
            raise BadInput("raccord.bulk.selection")
        chosen = selected(request.POST, project, person=person)
        run = bulk.choose(
            project,
            chosen.query,
            act=BulkAct(act),
            started_by=person.email,
            elsewhere=STANDINGS,
        )
    except (BadInput, InvalidInput) as refused:
        for problem in refused.problems if isinstance(refused, InvalidInput) else [refused]:
            messages.error(request, explain(problem.code, problem.params))
        seen = list_seen(request.POST, project, person=person)
        return redirect(resolve_url("contacts", project.slug) + seen.written())
    return redirect("bulk", project.slug, run.pk)


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """What there is to do or to see now: count, decide, confirm, wait, or read the result."""
    run = get_object_or_404(BulkRun, project=project, pk=pk)
    if run.state != RunState.READY:
        return _progress(request, run)
    if _asks_for_progress(request):
        return HttpResponseClientRefresh()
    if run.act == BulkAct.EDIT and (request.method == "POST" or _undecided(request, run)):
        return _decide(request, project, run)
    return confirming.show(request, project, run)


def _undecided(request: HttpRequest, run: BulkRun) -> bool:
    return not run.changes or "decide" in request.GET


def _decide(request: HttpRequest, project: Project, run: BulkRun) -> HttpResponse:
    """The form: what to do to which fields; then back here, to confirm it."""
    data = request.POST if request.method == "POST" else None
    form = EditForm(run, ProjectFields.of(project), data)
    context = {"run": run, "form": form, "sections": form.sections(project)}
    if request.method != "POST":
        return render(request, "bulk/decide.html", context)
    if form.is_valid():
        try:
            bulk.decide(run, form.given(), grounds=form.grounds())
        except (InvalidInput, BadInput) as refused:
            form.show(refused.problems if isinstance(refused, InvalidInput) else [refused])
        else:
            return redirect("bulk", project.slug, run.pk)
    context["sections"] = form.sections(project)
    return invalid(request, "bulk/decide.html", context)


def _progress(request: HttpRequest, run: BulkRun) -> HttpResponse:
    """Counting, waiting, running, or over: asks for itself again as long as something moves."""
    taken = run.done + run.unchanged + run.gone + run.rejected
    context: dict[str, Any] = {
        "run": run,
        "taken": taken,
        "percent": min(100, taken * 100 // run.total) if run.total else 0,
        "reason": explain(run.reason, run.parameters),
    }
    if run.is_over:
        context |= _result(request, run)
    template = "bulk/progress.html" if _asks_for_progress(request) else "bulk/run.html"
    return render(request, template, context)


def _result(request: HttpRequest, run: BulkRun) -> dict[str, Any]:
    """Who was left out, and why; too much to find out with every look at how far it is."""
    rejects = Paginator(run.rejects.all(), REJECTS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": rejects,
        "rejects": shown_rejects(run, rejects),
        "causes": causes(run),
        "partly": run.rejects.filter(taken=True).values("contact").distinct().count(),
    }


def _asks_for_progress(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "progress"
