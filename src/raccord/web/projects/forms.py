"""The forms of a project, a field and the unique key. What is allowed, `contacts.projects` says."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from raccord.contacts.models import FIELD_TYPES, Field, Project
from raccord.contacts.projects import WITH_CHOICES, WITH_LENGTH, FieldShape
from raccord.contacts.unique_key import UNFIT
from raccord.engine.records import FieldType
from raccord.web.projects import starter


@cache
def time_zones() -> list[tuple[str, str]]:
    """Every place that has a time zone, as "Europe/Paris"; UTC first."""
    places = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    return [("UTC", "UTC"), *((name, name) for name in places if not name.startswith("Etc/"))]


class ProjectForm(forms.Form):
    """Name, languages and time zone of a project."""

    name = forms.CharField(label=_("Name"), max_length=120)
    languages = forms.MultipleChoiceField(
        label=_("Languages of your contacts"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Dates and times of this project are shown in it."),
    )

    @classmethod
    def of(cls, project: Project, data: Any = None) -> ProjectForm:
        known = {name: getattr(project, name) for name in ("name", "languages", "time_zone")}
        return cls(data, initial=known)


class NewProjectForm(ProjectForm):
    """A project and the fields it begins with."""

    begin_with = forms.ChoiceField(
        label=_("Fields to begin with"),
        choices=starter.CHOICES,
        widget=forms.RadioSelect,
        initial="usual",
        help_text=_("You can add, change and remove fields later."),
    )


class FieldForm(forms.Form):
    """A typed column. Choices are typed one per line."""

    label = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=60,
        help_text=_(
            "How files and other programs call this field: small letters, digits and _. "
            "Left empty, it is made from the name. It cannot be changed later."
        ),
    )
    type = forms.ChoiceField(label=_("Type"), choices=FIELD_TYPES)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One per line."),
    )
    max_length = forms.IntegerField(
        label=_("Longest text"),
        required=False,
        min_value=1,
        help_text=_("In characters. Left empty, the limit of the type holds."),
    )
    required = forms.BooleanField(label=_("Required: no contact without it"), required=False)

    @classmethod
    def of(cls, field: Field, data: Any = None) -> FieldForm:
        """The form of a field that exists; its key stays what it is."""
        known = {
            "label": field.label,
            "type": field.type,
            "choices": "\n".join(field.choices),
            "max_length": field.max_length,
            "required": field.required,
        }
        form = cls(data, initial=known)
        del form.fields["key"]
        return form

    def clean_choices(self) -> list[str]:
        lines = str(self.cleaned_data["choices"]).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def clean_key(self) -> str:
        typed = str(self.cleaned_data["key"]).strip()
        return typed or slugify(self.cleaned_data.get("label", "")).replace("-", "_")[:60]

    def shape(self) -> FieldShape:
        """What the form says; choices and length only where the type has them."""
        type_ = FieldType(self.cleaned_data["type"])
        return FieldShape(
            label=self.cleaned_data["label"],
            type=type_,
            required=self.cleaned_data["required"],
            choices=self.cleaned_data["choices"] if type_ in WITH_CHOICES else [],
            max_length=self.cleaned_data["max_length"] if type_ in WITH_LENGTH else None,
        )


class UniqueKeyForm(forms.Form):
    """The fields that identify one contact, together."""

    unique_key = forms.MultipleChoiceField(
        label=_("Fields of the unique key"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, fields: Sequence[Field], data: Any = None) -> None:
        chosen = [field.key for field in fields if field.key_position is not None]
        super().__init__(data, initial={"unique_key": chosen})
        fit = [(field.key, field.label) for field in fields if field.type not in UNFIT]
        self.fields["unique_key"].choices = fit  # type: ignore[attr-defined]
