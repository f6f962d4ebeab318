"""Create a project, see and change what it consists of."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from raccord.contacts import projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Project
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems
from raccord.web.projects import starter
from raccord.web.projects.forms import NewProjectForm, ProjectForm
from raccord.web.projects.placing import shown_sections


def create(request: HttpRequest) -> HttpResponse:
    """A new contact database."""
    first_guess = {
        "languages": [request.LANGUAGE_CODE],
        "time_zone": "UTC",
        "begin_with": "marketing",
    }
    form = NewProjectForm(request.POST or None, initial=first_guess)
    if form.is_valid():
        try:
            project = starter.create_project(**form.cleaned_data)
        except InvalidProject as refused:
            show_problems(form, refused.problems)
        else:
            told = _("The project “%(project)s” was created.") % {"project": project}
            messages.success(request, told)
            return go_to(request, "project-home", project.slug)
    if form.errors:
        return invalid(request, "projects/create.html", {"form": form})
    return render(request, "projects/create.html", {"form": form})


def configuration(request: HttpRequest, project: Project) -> HttpResponse:
    """What the project consists of: languages, time zone, fields, unique key."""
    context = {
        "sections": shown_sections(project),
        "fields": project.fields.filter(retired_at=None).exists(),
        "retired": list(project.fields.exclude(retired_at=None)),
        "key": project.key_specs(),
        "languages": project.languages,
    }
    return render(request, "projects/configuration.html", context)


def edit(request: HttpRequest, project: Project) -> HttpResponse:
    """Pop-up: name, languages, time zone."""
    form = ProjectForm.of(project, request.POST or None)
    if form.is_valid():
        try:
            projects.change_project(project, **form.cleaned_data)
        except InvalidProject as refused:
            show_problems(form, refused.problems)
            project.refresh_from_db()
        else:
            messages.success(request, _("The project was saved."))
            return go_to(request, "project-configuration", project.slug)
    if form.errors:
        return invalid(request, "projects/edit.html", {"form": form})
    return render(request, "projects/edit.html", {"form": form})
