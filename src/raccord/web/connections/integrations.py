"""Step 2: the list of data integrations, and making one for a connection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.connections import editing, endpoints
from raccord.connections.models import Connection, Integration
from raccord.contacts.models import Project
from raccord.web.base import answers


class IntegrationForm(forms.Form):
    """Which connection the data flows over; each has one integration."""

    connection = forms.ModelChoiceField(
        label=gettext_lazy("Third-party connection"),
        queryset=Connection.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["connection"]
        field.queryset = _free(project)  # type: ignore[attr-defined]


def integrations(request: HttpRequest, project: Project) -> HttpResponse:
    """The list, with the state of each in words."""
    listed = Integration.objects.filter(connection__project=project)
    rows = [
        {"integration": each, "label": endpoints.source_label(each.connection.source)}
        for each in listed.select_related("connection").order_by("connection__name")
    ]
    context = {
        "rows": rows,
        "may_add": _free(project).exists(),
        "has_connection": project.connections.exists(),
    }
    return render(request, "connections/integrations.html", context)


def new(request: HttpRequest, project: Project) -> HttpResponse:
    """The pop-up behind "Create a data integration": choose the connection."""
    form = IntegrationForm(request.POST or None, project=project)
    context = {"form": form}
    if request.method != "POST":
        return render(request, "connections/integration_new.html", context)
    if form.is_valid():
        integration = editing.create_integration(form.cleaned_data["connection"])
        messages.success(request, _("Now tick what is sent."))
        return answers.go_to(request, "integration", project.slug, integration.pk)
    return answers.invalid(request, "connections/integration_new.html", context)


def of_project(project: Project, key: int) -> Integration:
    """An integration of this project, else 404."""
    listed = Integration.objects.select_related("connection__authorization", "connection__project")
    return get_object_or_404(listed, connection__project=project, pk=key)


def _free(project: Project) -> Any:
    return project.connections.filter(integration=None).order_by("name")
