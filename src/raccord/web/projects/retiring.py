"""The end of a field: retire it, bring it back, remove it with its values."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts import field_changes, projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Field, Project
from raccord.web.base.answers import go_to, invalid
from raccord.web.projects.holders import holders_in_time


def retire(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Pop-up: says what it means, then retires the field."""
    field = get_object_or_404(Field, project=project, key=key, retired_at=None)
    told = _("The field “%(field)s” was retired.") % {"field": field}
    return _end(request, field, act=projects.retire_field, template="retire_field", told=told)


@require_POST
def bring_back(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Ask for it again."""
    field = get_object_or_404(Field, project=project, key=key)
    projects.bring_back_field(field)
    messages.success(request, _("The field “%(field)s” is back.") % {"field": field})
    return go_to(request, "project-configuration", project.slug)


def remove(request: HttpRequest, project: Project, key: str) -> HttpResponse:
    """Pop-up: says what is lost, then removes the field."""
    field = get_object_or_404(Field, project=project, key=key)
    told = _("The field “%(field)s” was removed.") % {"field": field}
    return _end(request, field, act=projects.remove_field, template="remove_field", told=told)


def _end(
    request: HttpRequest,
    field: Field,
    *,
    act: Callable[[Field], object],
    template: str,
    told: str,
) -> HttpResponse:
    problems: InvalidProject | None = None
    if request.method == "POST":
        try:
            act(field)
        except InvalidProject as refused:
            problems = refused
        else:
            messages.success(request, told)
            return go_to(request, "project-configuration", field.project.slug)
    context = {
        "field": field,
        "holders": holders_in_time(field),
        "in_key": field.key_position is not None,
        "mapped": field_changes.is_mapped(field),
        "refused": problems,
    }
    if problems:
        return invalid(request, f"projects/{template}.html", context)
    return render(request, f"projects/{template}.html", context)
