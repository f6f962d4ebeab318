"""The screens of saved views: keep the list one looks at, change it, show it to others, delete."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.contacts.lists import views
from raccord.contacts.messages import explain
from raccord.contacts.models import Project, SavedView
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.person import signed_in
from raccord.web.base.problems import show_problems
from raccord.web.contacts import address
from raccord.web.contacts.address import ListAddress
from raccord.web.contacts.columns import shown_keys


class ViewForm(forms.Form):
    """What is asked about a view; what it shows comes from the list."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=views.LONGEST_NAME)
    shared = forms.BooleanField(
        label=gettext_lazy("Show it to everybody who uses this project"), required=False
    )


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the list under a new name."""
    kept = _list(request, project)
    form = ViewForm(request.POST if request.method == "POST" else None, auto_id="view_%s")
    if form.is_valid():
        try:
            _require_certain(kept)
            view = views.save(
                project,
                signed_in(request),
                name=form.cleaned_data["name"],
                query=kept.query,
                columns=kept.columns,
                shared=form.cleaned_data["shared"],
            )
        except views.InvalidView as refused:
            show_problems(form, refused.problems)
        else:
            messages.success(request, _("The view was saved."))
            return _to_view(request, project, view)
    back = changed(kept, columns=()).written()
    return _show(request, form, {"form": form, "parameters": kept.parameters(), "back": back})


def change(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Rename a view; show it to everybody or not."""
    view = _own(request, project, pk)
    shown = {"name": view.name, "shared": view.shared}
    posted = request.POST if request.method == "POST" else None
    form = ViewForm(posted, initial=shown, auto_id="view_%s")
    if form.is_valid():
        try:
            views.rename(view, **form.cleaned_data)
        except views.InvalidView as refused:
            show_problems(form, refused.problems)
        else:
            messages.success(request, _("The view was saved."))
            return _to_view(request, project, view)
    return _show(request, form, {"form": form, "view": view, "back": f"?view={pk}"})


@require_POST
def replace(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Let the view show the list as it is now."""
    view = _own(request, project, pk)
    kept = _list(request, project)
    try:
        _require_certain(kept)
    except views.InvalidView as refused:
        for problem in refused.problems:
            messages.error(request, explain(problem.code, problem.params))
        return redirect(resolve_url("contacts", project.slug) + kept.written())
    views.replace(view, query=kept.query, columns=kept.columns)
    messages.success(request, _("The view was saved."))
    return _to_view(request, project, view)


def delete(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: says who loses the view, then deletes it."""
    view = _own(request, project, pk)
    if request.method != "POST":
        return render(request, "contacts/delete_view.html", {"view": view})
    view.delete()
    messages.success(request, _("The view was deleted."))
    return go_to(request, "contacts", project.slug)


def _own(request: HttpRequest, project: Project, pk: int) -> SavedView:
    """Only its owner changes a view."""
    mine = SavedView.objects.filter(project=project, owner=signed_in(request)).exclude(name="")
    return get_object_or_404(mine, pk=pk)


def _list(request: HttpRequest, project: Project) -> ListAddress:
    """The list that was looked at, with the columns that it was seen with."""
    person = signed_in(request)
    fields = ProjectFields.of(project)
    posted = request.POST if request.method == "POST" else request.GET
    read = address.read(posted, project, person=person, fields=fields)
    return changed(read, columns=shown_keys(read, project, person=person, fields=fields))


def _require_certain(kept: ListAddress) -> None:
    """A view with a filter less would show more contacts ever after. Raises InvalidView."""
    if kept.problems:
        raise views.InvalidView([BadInput("raccord.bulk.list_unclear")])


def _show(request: HttpRequest, form: ViewForm, context: dict[str, Any]) -> HttpResponse:
    if form.errors:
        return invalid(request, "contacts/view.html", context)
    return render(request, "contacts/view.html", context)


def _to_view(request: HttpRequest, project: Project, view: SavedView) -> HttpResponse:
    return go_to(request, f"{resolve_url('contacts', project.slug)}?view={view.pk}")
