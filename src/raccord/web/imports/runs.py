"""The imports of a project: those still being set up, those that run, and the past ones."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from raccord.contacts.models import ImportRun, Project
from raccord.web.imports.steps import BEING_SET_UP

RUNS_PER_PAGE = 20


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """Every import of the project, the latest first."""
    runs = ImportRun.objects.filter(project=project).order_by("-created_at", "-pk")
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "being_set_up": BEING_SET_UP}
    return render(request, "imports/index.html", context)
