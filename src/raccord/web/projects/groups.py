"""Pop-ups for the groups of fields: add, rename, remove."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.contacts import projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import FieldGroup, Project
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems
from raccord.web.projects import wordings


class GroupForm(forms.Form):
    """A name in each language of the project."""

    def __init__(self, project: Project, data: Any = None, *, group: FieldGroup | None) -> None:
        super().__init__(data)
        self.languages = project.languages
        own = group.labels if group else {}
        wordings.add_to(self, self.languages, label=group.label if group else "", own=own)


def add(request: HttpRequest, project: Project) -> HttpResponse:
    """A new group, behind the others."""
    form = GroupForm(project, request.POST or None, group=None)
    if form.is_valid():
        label, own = wordings.typed(form, form.languages)
        try:
            group = projects.add_group(project, label=label, labels=own)
        except InvalidProject as refused:
            _show_problems(form, refused)
        else:
            told = _("The group “%(group)s” was added. Move fields into it.") % {"group": group}
            messages.success(request, told)
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form)


def edit(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Other names."""
    group = get_object_or_404(FieldGroup, project=project, pk=pk)
    form = GroupForm(project, request.POST or None, group=group)
    if form.is_valid():
        label, own = wordings.typed(form, form.languages)
        try:
            projects.change_group(group, label=label, labels=own)
        except InvalidProject as refused:
            _show_problems(form, refused)
        else:
            messages.success(request, _("The group “%(group)s” was saved.") % {"group": group})
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form, group=group)


def remove(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Says what becomes of its fields, then removes it."""
    group = get_object_or_404(FieldGroup, project=project, pk=pk)
    if request.method != "POST":
        context = {"group": group, "fields": group.fields.count()}
        return render(request, "projects/remove_group.html", context)
    projects.remove_group(group)
    messages.success(request, _("The group “%(group)s” was removed.") % {"group": group})
    return go_to(request, "project-configuration", project.slug)


def _show_problems(form: GroupForm, refused: InvalidProject) -> None:
    first = wordings.first_control(form.languages)
    problems = [BadInput(each.code, each.params, at=first) for each in refused.problems]
    show_problems(form, problems)


def _show(
    request: HttpRequest, form: GroupForm, *, group: FieldGroup | None = None
) -> HttpResponse:
    context = {"form": form, "group": group}
    if form.errors:
        return invalid(request, "projects/group.html", context)
    return render(request, "projects/group.html", context)
