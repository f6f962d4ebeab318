"""The page of a field: add one, change it. Groups, order and the end of a field: `groups.py`,
`placing.py`, `retiring.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.contacts import field_changes, projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Field, Project
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems
from raccord.web.projects import choice_rows, wordings
from raccord.web.projects.field_form import FieldForm
from raccord.web.projects.holders import holders_in_time, lacking_in_time
from raccord.web.projects.type_words import shown_types


def add(request: HttpRequest, project: Project) -> HttpResponse:
    """A new field, at the end of its group."""
    if choice_rows.ACT in request.POST:
        return _show(request, FieldForm.acted(project, request.POST))
    form = FieldForm(project, request.POST or None)
    if form.is_valid():
        try:
            field = projects.add_field(project, key=form.cleaned_data["key"], **form.shape())
        except InvalidProject as refused:
            show_problems(form, _placed(form, refused.problems))
        else:
            told = _("The field “%(field)s” was added.") % {"field": field}
            messages.success(request, told)
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form)


def edit(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Change a field; its key stays. A retired one is only shown."""
    field = get_object_or_404(Field, project=project, key=key)
    if field.retired_at is not None:
        context = {"field": field, "holders": holders_in_time(field)}
        return render(request, "projects/retired_field.html", context)
    if choice_rows.ACT in request.POST:
        return _show(request, FieldForm.acted(project, request.POST, field=field), field=field)
    form = FieldForm(project, request.POST or None, field=field)
    if form.is_valid():
        try:
            projects.change_field(field, **form.shape())
        except InvalidProject as refused:
            show_problems(form, _placed(form, refused.problems))
            field = Field.objects.get(pk=field.pk)
        else:
            told = _("The field “%(field)s” was saved.") % {"field": field}
            messages.success(request, told)
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form, field=field)


def _show(request: HttpRequest, form: FieldForm, *, field: Field | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "field": field, "types": shown_types()}
    if field is not None:
        holders, mapped = holders_in_time(field), field_changes.is_mapped(field)
        context |= {
            "holders": holders,
            "lacking": lacking_in_time(field, holders=holders),
            "mapped": mapped,
            "types": shown_types(field, held=holders != 0, mapped=mapped),
        }
    if form.errors:
        return invalid(request, "projects/field.html", context)
    return render(request, "projects/field.html", context)


def _placed(form: FieldForm, problems: Iterable[BadInput]) -> Iterable[BadInput]:
    """Beside the control of the form that stands for what is stored."""
    first = wordings.first_control(form.languages)
    controls = {"label": first, "labels": first, "choice_labels": "choices"}
    for problem in problems:
        yield BadInput(problem.code, problem.params, at=controls.get(problem.at, problem.at))
