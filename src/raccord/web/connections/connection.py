"""Step 1: the third-party connections list, and the page of one connection."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from raccord.connections import editing, endpoints, flows, sentences, transfers
from raccord.connections.models import AuthorizationState, Connection
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.draft import Draft
from raccord.web.connections.plug_in_standing import standing_of
from raccord.web.connections.push import push_of
from raccord.web.connections.transfers import transfer_rows


class ConnectionForm(forms.Form):
    """Source, name and the picked authorization. The source of a stored one is fixed."""

    source = forms.ChoiceField(label=pgettext_lazy("of a third-party connection", "Source"))
    name = forms.CharField(label=_("Name"), max_length=120)
    authorization = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = cast(forms.ChoiceField, self.fields["source"])
        source.choices = [(each.source, each.label) for each in endpoints.offered_sources()]
        source.disabled = fixed


def connections(request: HttpRequest, project: Project) -> HttpResponse:
    """The list, each with its state in words."""
    active = Count("transfers", filter=Q(transfers__active=True))
    listed = project.connections.select_related("authorization", "integration")
    rows = [
        {"connection": each, "label": endpoints.source_label(each.source)}
        for each in listed.annotate(active_transfers=active).order_by("name")
    ]
    return render(request, "connections/connections.html", {"rows": rows})


def new(request: HttpRequest, project: Project) -> HttpResponse:
    """An empty page, or one filled in with what was typed before the pop-up opened."""
    draft = Draft.read(request.POST if request.method == "POST" else request.GET)
    initial = {"source": draft.source or _usual_source(), "name": draft.name}
    form = ConnectionForm(
        request.POST or None,
        fixed=False,
        initial=initial | {"authorization": draft.authorization},
    )
    if request.method == "POST" and _valid(form, draft, source=draft.source):
        try:
            stored = editing.create_connection(
                project,
                source=form.cleaned_data["source"],
                name=form.cleaned_data["name"],
                authorization=draft.chosen(),
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The connection is saved. Now add a data type."))
            return answers.go_to(request, "connection", project.slug, stored.pk)
    return _page(request, form=form, draft=draft, connection=None)


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The page of a stored connection: its form, how data travels, its data types."""
    connection = get_object_or_404(project.connections.select_related("authorization"), pk=key)
    said = Draft.read(request.POST if request.method == "POST" else request.GET)
    draft = Draft(
        connection=str(key),
        source=connection.source,
        name=said.name or connection.name,
        authorization=said.authorization or str(connection.authorization_id),
    )
    initial = {
        "source": draft.source,
        "name": draft.name,
        "authorization": draft.authorization,
    }
    form = ConnectionForm(request.POST or None, fixed=True, initial=initial)
    pinned = connection.organization
    if request.method == "POST" and _valid(form, draft, source=draft.source, organization=pinned):
        try:
            editing.change_connection(
                connection, name=form.cleaned_data["name"], authorization=draft.chosen()
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The connection is saved."))
            return answers.go_to(request, "connection", project.slug, connection.pk)
    return _page(request, form=form, draft=draft, connection=connection)


@require_POST
def remove(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Remove a connection, after the question what that means."""
    connection = get_object_or_404(project.connections, pk=key)
    try:
        editing.remove_connection(connection)
    except BadInput as problem:
        problems.tell(request, problem)
        return answers.go_to(request, "connection", project.slug, key)
    messages.success(request, _("The connection is removed. All records stay on both sides."))
    return answers.go_to(request, "connections", project.slug)


def _valid(form: ConnectionForm, draft: Draft, *, source: str, organization: str = "") -> bool:
    """Whether everything can be stored; all that cannot is marked at once."""
    try:
        editing.checked_authorization(draft.chosen(), source=source, organization=organization)
    except BadInput as problem:
        problems.show(form, problem)
    return form.is_valid()


def _usual_source() -> str:
    offered = endpoints.offered_sources()
    return offered[0].source if offered else ""


def _page(
    request: HttpRequest, *, form: ConnectionForm, draft: Draft, connection: Connection | None
) -> HttpResponse:
    chosen = draft.chosen()
    context: dict[str, Any] = {
        "form": form,
        "draft": draft,
        "connection": connection,
        "chosen": chosen,
        "unsaved": connection is not None and chosen != connection.authorization,
        "source_label": endpoints.source_label(draft.source) if connection else "",
    }
    if connection is not None:
        context["rows"] = transfer_rows(connection)
        context["may_add"] = len(context["rows"]) < len(transfers.data_types(connection))
        context["connector_gone"] = not endpoints.installed(connection.source)
        context["can_receive"] = flows.can_receive(connection.source)
        context["push"] = push_of(connection)
        context["plug_in"] = standing_of(connection)
        context["integration"] = getattr(connection, "integration", None)
        if connection.authorization.state == AuthorizationState.LOST:
            reason = connection.authorization.reason
            context["lost"] = sentences.explain(connection.source, reason)
    return render(
        request, "connections/connection.html", context, status=422 if form.errors else 200
    )
