"""Add, change, order and remove the fields of a project."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts import field_order, projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Contact, Field, Project
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems
from raccord.web.projects.forms import FieldForm


def add(request: HttpRequest, project: Project) -> HttpResponse:
    """Pop-up: a new field, at the end."""
    form = FieldForm(request.POST or None)
    if form.is_valid():
        try:
            projects.add_field(project, key=form.cleaned_data["key"], **form.shape())
        except InvalidProject as refused:
            show_problems(form, refused.problems)
        else:
            messages.success(request, _("The field was added."))
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form)


def edit(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Pop-up: change a field; its key stays."""
    field = get_object_or_404(Field, project=project, key=key)
    form = FieldForm.of(field, request.POST or None)
    if form.is_valid():
        try:
            projects.change_field(field, **form.shape())
        except InvalidProject as refused:
            show_problems(form, refused.problems)
        else:
            messages.success(request, _("The field was saved."))
            return go_to(request, "project-configuration", project.slug)
    return _show(request, form, field=field)


@require_POST
def move(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """One place up or down."""
    field = get_object_or_404(Field, project=project, key=key, retired_at=None)
    field_order.move(field, up=request.POST.get("to") == "up")
    return go_to(request, "project-configuration", project.slug)


def remove(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Pop-up: says what is lost, then removes the field."""
    field = get_object_or_404(Field, project=project, key=key)
    form = FieldForm.of(field)
    context = {
        "form": form,
        "field": field,
        "holders": Contact.objects.filter(
            project=project, deleted_at=None, values__has_key=key
        ).count(),
    }
    if request.method != "POST":
        return render(request, "projects/remove_field.html", context)
    try:
        projects.remove_field(field)
    except InvalidProject as refused:
        return invalid(request, "projects/remove_field.html", context | {"refused": refused})
    messages.success(request, _("The field was removed."))
    return go_to(request, "project-configuration", project.slug)


def _show(request: HttpRequest, form: FieldForm, *, field: Field | None = None) -> HttpResponse:
    context = {"form": form, "field": field}
    if form.errors:
        return invalid(request, "projects/field.html", context)
    return render(request, "projects/field.html", context)
