"""Who was erased, told without naming anybody: when, by whom, and how much was removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.installation.models import Elsewhere, Erasure
from raccord.sync.erasure import requests
from raccord.web.connections import problems

PER_PAGE = 50


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """The erasures of the project, the last one first."""
    asked = Erasure.objects.filter(project=project.pk).order_by("-asked_at", "-pk")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    rows = [_row(erasure) for erasure in page]
    return render(request, "erasure/index.html", {"page": page, "rows": rows})


@require_POST
def leave_there(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Wait for the other side no longer."""
    try:
        erasure = requests.leave_there(_of(project, pk))
    except BadInput as refused:
        problems.tell(request, refused)
    else:
        if erasure.finished_at:
            messages.success(request, _("The person was erased here."))
    return redirect("erasures", project.slug)


@require_POST
def take_in_again(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Let the person come back like anybody else."""
    requests.take_in_again(_of(project, pk))
    messages.success(request, _("The person may be taken in again."))
    return redirect("erasures", project.slug)


def _of(project: Project, pk: int) -> Erasure:
    return get_object_or_404(Erasure, project=project.pk, pk=pk)


def _row(erasure: Erasure) -> dict[str, Any]:
    return {
        "erasure": erasure,
        "deletes": erasure.elsewhere == Elsewhere.DELETE,
        "removed": sum(erasure.removed.values()),
        "waits_for": requests.waits_for(erasure),
    }
