"""The pop-up of the third-party service authorizations: pick one, create one, remove one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.accounts.models import User
from raccord.connections import authorizations, endpoints
from raccord.connections.models import Authorization
from raccord.connectors.base import Declaration
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.draft import Draft
from raccord.web.connections.people import signed_in


class ApplicationForm(forms.Form):
    """The app that was registered over there, where the settings do not name one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    client_id = forms.CharField(
        label=gettext_lazy("Application id"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("The consumer key of the app that was registered over there."),
    )
    client_secret = forms.CharField(
        label=gettext_lazy("Application secret"),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It is stored encrypted and never shown again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if endpoints.preset_application_id():
            del self.fields["client_id"], self.fields["client_secret"]


class AuthorizationForm(ApplicationForm):
    """A new authorization: where to sign in, and as which app."""

    environment = forms.ChoiceField(label=gettext_lazy("Environment"))
    own_address = forms.CharField(
        label=gettext_lazy("Address of your own domain"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=gettext_lazy("As in the address bar when you work there."),
    )
    field_order = ("name", "environment", "own_address", "client_id", "client_secret")

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["environment"]).choices = endpoints.environments(
            declaration
        )


def choose(request: HttpRequest, project: Project) -> HttpResponse:
    """List the authorizations of the chosen source; "Select" goes back with the picked one."""
    draft = Draft.read(request.GET)
    declaration = _declaration(draft)
    context = {
        "draft": draft,
        "declaration": declaration,
        "authorizations": list(authorizations.authorizations_for(declaration.source)),
        "picked": draft.authorization,
        "error": "",
    }
    if request.method != "POST":
        return render(request, "connections/authorizations.html", context)
    picked = Draft.read(request.POST).chosen()
    if picked is None or not authorizations.usable(picked):
        context["error"] = _("Pick an authorization that works.")
        return answers.invalid(request, "connections/authorizations.html", context)
    return answers.go_to(request, draft.with_authorization(picked).page(project))


def new(request: HttpRequest, project: Project) -> HttpResponse:
    """Create one; "Authorize access" leads to the page that explains the sign-in."""
    draft = Draft.read(request.GET)
    declaration = _declaration(draft)
    form = AuthorizationForm(
        request.POST or None,
        declaration=declaration,
        initial={"name": _free_name(declaration, person=signed_in(request))},
    )
    context = {"draft": draft, "declaration": declaration, "form": form}
    if request.method != "POST":
        return render(request, "connections/authorization_new.html", context)
    if form.is_valid():
        try:
            created = authorizations.create_authorization(
                declaration.source, created_by=signed_in(request), **form.cleaned_data
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            address = reverse("authorization-access", args=[project.slug, created.pk])
            return answers.go_to(request, address + draft.query())
    return answers.invalid(request, "connections/authorization_new.html", context)


def change(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Rename one, or enter the app's new id or secret."""
    draft = Draft.read(request.GET)
    authorization = get_object_or_404(Authorization, pk=key)
    form = ApplicationForm(
        request.POST or None,
        initial={"name": authorization.name, "client_id": authorization.client_id},
    )
    context = {"draft": draft, "authorization": authorization, "form": form}
    if request.method != "POST":
        return render(request, "connections/authorization_change.html", context)
    if form.is_valid():
        try:
            authorizations.change_application(
                authorization,
                name=form.cleaned_data["name"],
                client_id=form.cleaned_data.get("client_id", ""),
                client_secret=form.cleaned_data.get("client_secret", ""),
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The authorization is saved."))
            return answers.go_to(request, draft.page(project))
    return answers.invalid(request, "connections/authorization_change.html", context)


@require_POST
def remove(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Give one back over there and forget it here."""
    draft = Draft.read(request.GET)
    authorization = get_object_or_404(Authorization, pk=key)
    try:
        authorizations.remove_authorization(authorization)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, _("The authorization is removed."))
    return answers.go_to(request, draft.page(project))


def _declaration(draft: Draft) -> Declaration:
    offered = {each.source: each for each in endpoints.offered_sources()}
    return offered.get(draft.source) or next(iter(offered.values()))


def _free_name(declaration: Declaration, *, person: User) -> str:
    """The source's name with a number; the ones that creating one will replace count as free."""
    begun = authorizations.begun_by(person, source=declaration.source)
    taken = set(Authorization.objects.exclude(pk__in=begun).values_list("name", flat=True))
    label = declaration.label
    names = (label if number == 1 else f"{label} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
