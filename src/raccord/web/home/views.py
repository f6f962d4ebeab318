"""The home page of a project, and where "/" leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from raccord.contacts.models import Project
from raccord.web.context import LAST_PROJECT
from raccord.web.home.overview import overview
from raccord.web.home.steps import steps


def start(request: HttpRequest) -> HttpResponse:
    """To the project the person was in last; without any, to making the first one."""
    last = Project.objects.filter(pk=request.session.get(LAST_PROJECT, 0)).first()
    project = last or Project.objects.order_by("name").first()
    if project is None:
        return redirect("project-create")
    return redirect("project-home", project.slug)


def home(request: HttpRequest, project: Project) -> HttpResponse:
    """What there is, what waits, what needs a person, and the next step."""
    all_steps = steps(project)
    context = {
        "overview": overview(project),
        "steps": all_steps,
        "steps_done": sum(step.done for step in all_steps),
        "next_step": next((step for step in all_steps if not step.done), None),
    }
    template = "home/overview.html" if request.headers.get("HX-Request") else "home/home.html"
    return render(request, template, context)
