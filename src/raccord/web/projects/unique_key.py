"""The page of the unique key: choose other fields, see what that would mean, then do it.

The comparison looks at every contact. Where that takes more than a moment, the page shows that it
is under way and asks for it (`report`); without JavaScript, a link does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts import projects, unique_key
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.key_report import KeyReport
from raccord.contacts.models import Contact, Field, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.unique_key import UNFIT
from raccord.engine import values as engine_values
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems

# More contacts than this are compared once the page is there.
AT_ONCE = 50_000
# So many fields may be a key together.
MOST_PARTS = 20


class UniqueKeyForm(forms.Form):
    """The fields that identify one contact, together."""

    unique_key = forms.MultipleChoiceField(
        label=gettext_lazy("Fields of the unique key"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, fields: Sequence[Field], data: Any = None) -> None:
        chosen = [field.key for field in fields if field.key_position is not None]
        super().__init__(data, initial={"unique_key": chosen})
        self.fields["unique_key"].choices = [  # type: ignore[attr-defined]
            (field.key, str(field)) for field in fields if field.type not in UNFIT
        ]


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many contacts have no value in a field, and the list of them."""

    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Contacts that would have the same key: `count` of them, the first as (contact, name)."""

    values: str
    count: int
    contacts: list[tuple[Contact, str]]


def choose(request: HttpRequest, project: Project) -> HttpResponse:
    """GET: the fields to choose from and, once some are chosen, what they would mean. POST: do it.

    Chosen fields stand in the address (`unique_key=email&unique_key=company`), `now=1` has them
    compared before the page is there.
    """
    fields = list(project.fields.filter(retired_at=None))
    asked = request.POST or (request.GET if "unique_key" in request.GET else None)
    form = UniqueKeyForm(fields, asked)
    context: dict[str, Any] = {"form": form, "key": project.key_specs()}
    if form.is_valid() and request.method == "POST":
        keys = form.cleaned_data["unique_key"]
        try:
            projects.set_unique_key(project, keys)
        except InvalidProject as refused:
            show_problems(form, refused.problems)
            context["report_address"] = _address("project-key-report", project, keys)
        else:
            messages.success(request, _("The unique key was saved."))
            return go_to(request, "project-configuration", project.slug)
    elif form.is_valid():
        context |= _preview(request, project, form)
    if form.errors:
        return invalid(request, "projects/key.html", context)
    return render(request, "projects/key.html", context)


def report(request: HttpRequest, project: Project) -> HttpResponse:
    """The part of the page that says what the chosen fields would mean."""
    form = UniqueKeyForm(list(project.fields.filter(retired_at=None)), request.GET)
    if not form.is_valid():
        return invalid(request, "projects/key_report.html", {})
    context = _found(project, form.cleaned_data["unique_key"])
    return render(request, "projects/key_report.html", context)


def _preview(request: HttpRequest, project: Project, form: UniqueKeyForm) -> dict[str, Any]:
    keys = form.cleaned_data["unique_key"]
    if [spec.key for spec in project.key_specs()] == keys:
        return {"as_it_is": True}
    contacts = Contact.objects.filter(project=project, deleted_at=None)
    many = contacts[: AT_ONCE + 1].count() > AT_ONCE
    if many and "now" not in request.GET:
        return {
            "report_address": _address("project-key-report", project, keys),
            "now_address": _address("project-key", project, keys) + "&now=1",
        }
    return _found(project, keys)


def _address(name: str, project: Project, keys: Sequence[str]) -> str:
    return f"{reverse(name, args=[project.slug])}?{urlencode({'unique_key': keys}, doseq=True)}"


def _found(project: Project, keys: Sequence[str]) -> dict[str, Any]:
    """What the template of the report shows."""
    found = unique_key.report(project, keys)
    fields = ProjectFields.of(project)
    shown = Contact.objects.in_bulk(
        [*found.first_lacking, *(pk for group in found.first_groups for pk in group.contacts)]
    )
    names = {pk: _name(fields, contact) for pk, contact in shown.items()}
    return {
        "report": found,
        "keys": keys,
        "lacking": _lacking(project, fields, found),
        "first_lacking": [(shown[pk], names[pk]) for pk in found.first_lacking if pk in shown],
        "alike": [
            Alike(
                _values(fields, keys, shown[group.contacts[0]]),
                group.count,
                [(shown[pk], names[pk]) for pk in group.contacts if pk in shown],
            )
            for group in found.first_groups
            if group.contacts[0] in shown
        ],
    }


def _lacking(project: Project, fields: ProjectFields, found: KeyReport) -> list[Lacking]:
    contacts = reverse("contacts", args=[project.slug])
    return [
        Lacking(fields.specs[key].label, count, f"{contacts}?{urlencode({'f': f'{key}:empty'})}")
        for key, count in found.lacking_by_field.items()
        if key in fields.specs
    ]


def _name(fields: ProjectFields, contact: Contact) -> str:
    """By what the contact is known today."""
    values = fields.typed(contact.values)
    parts = [str(values[spec.key]) for spec in fields.key_specs if values[spec.key] is not None]
    return " · ".join(parts) or contact.key


def _values(fields: ProjectFields, keys: Sequence[str], contact: Contact) -> str:
    """What they all have in common, as the first of them has it."""
    values = fields.typed(contact.values)
    told = (engine_values.to_json(values[key]) for key in keys if key in fields.specs)
    return " · ".join(str(value) for value in told)
