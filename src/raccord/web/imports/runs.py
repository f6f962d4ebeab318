"""Past imports, a new one, and how one is getting on."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from raccord.contacts import imports
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.web.base.answers import invalid
from raccord.web.base.person import signed_in
from raccord.web.imports.forms import ImportForm

RUNS_PER_PAGE = 20
REJECTS_PER_PAGE = 50
UNFINISHED = {RunState.WAITING, RunState.RUNNING}


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """Every import of the project, the latest first."""
    runs = ImportRun.objects.filter(project=project).order_by("-created_at")
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "imports/index.html", {"page": page})


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Take a file: it is stored before this answers, and then imported by a worker."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context = {"form": form, "fields": list(project.fields.all())}
    if form.is_valid():
        file = form.cleaned_data["file"]
        run = imports.start(
            project,
            file.file,
            file_name=file.name,
            started_by=signed_in(request).email,
            encoding=form.cleaned_data["encoding"] or None,
        )
        return redirect("import", project.slug, run.pk)
    if form.errors:
        return invalid(request, "imports/create.html", context)
    return render(request, "imports/create.html", context)


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """One import: its progress while it runs, then its result and its rejected lines."""
    run = get_object_or_404(ImportRun, project=project, pk=pk)
    rejects = Paginator(run.rejects.all(), REJECTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "unfinished": run.state in UNFINISHED,
        "percent": min(100, run.position * 100 // run.size) if run.size else 0,
        "page": rejects,
    }
    asks_for_progress = request.headers.get("HX-Target") == "progress"
    template = "imports/progress.html" if asks_for_progress else "imports/run.html"
    return render(request, template, context)
