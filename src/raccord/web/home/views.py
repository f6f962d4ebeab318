"""The home page of a project, and where "/" leads.

The page itself is there at once; its figures and charts, which have to be counted, follow. Without
JavaScript they are asked for by a link.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from raccord.contacts.models import Project
from raccord.web.base.person import signed_in
from raccord.web.context import LAST_PROJECT
from raccord.web.home.overview import overview
from raccord.web.home.recent_days import charts
from raccord.web.home.steps import are_put_away, put_away, steps


def start(request: HttpRequest) -> HttpResponse:
    """To the project the person was in last; without any, to making the first one."""
    last = Project.objects.filter(pk=request.session.get(LAST_PROJECT, 0)).first()
    project = last or Project.objects.order_by("name").first()
    if project is None:
        return redirect("project-create")
    return redirect("project-home", project.slug)


def home(request: HttpRequest, project: Project) -> HttpResponse:
    """The next step, and the places for what follows."""
    context = _steps(request, project)
    if "everything" in request.GET:
        context |= _figures(project) | _days(project)
    return render(request, "home/home.html", context)


def figures(request: HttpRequest, project: Project) -> HttpResponse:
    """What there is, what waits, what needs a person."""
    return render(request, "home/overview.html", _figures(project))


def days(request: HttpRequest, project: Project) -> HttpResponse:
    """The charts of the last days."""
    return render(request, "home/days.html", _days(project))


@require_POST
def hide_steps(request: HttpRequest, project: Project) -> HttpResponse:
    """Put the finished steps away."""
    put_away(signed_in(request), project)
    return redirect("project-home", project.slug)


def _steps(request: HttpRequest, project: Project) -> dict[str, Any]:
    if are_put_away(signed_in(request), project):
        return {"steps": []}
    found = steps(project)
    return {
        "steps": found,
        "next_step": next((step for step in found if not step.done), None),
    }


def _figures(project: Project) -> dict[str, Any]:
    return {"overview": overview(project)}


def _days(project: Project) -> dict[str, Any]:
    return {"charts": charts(project, now=timezone.now())}
