"""The forms of a project. What is allowed, `contacts.projects` says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts.models import Project
from raccord.web.projects import starter, time_zones


class ZoneInput(forms.TextInput):
    """A text with every zone as a suggestion: found by typing a part of it."""

    template_name = "projects/zone_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "zones": time_zones.names()}


class ProjectForm(forms.Form):
    """Name, languages and time zone of a project."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of your contacts"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Fields and choices have a name in each of them."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        widget=ZoneInput,
        help_text=gettext_lazy(
            "Dates and times of this project are shown in it. Type a city, such as Paris."
        ),
    )

    @classmethod
    def of(cls, project: Project, data: Any = None) -> ProjectForm:
        known = {name: getattr(project, name) for name in ("name", "languages", "time_zone")}
        return cls(data, initial=known)

    def clean_time_zone(self) -> str:
        return time_zones.found(str(self.cleaned_data["time_zone"]))


class NewProjectForm(ProjectForm):
    """A project, the fields it begins with, and which of them identify a contact.

    The key is asked for per set, as `key_marketing` and so on; `key` is that of the chosen one.
    """

    begin_with = forms.ChoiceField(
        label=gettext_lazy("Fields to begin with"),
        choices=[(name, each.name) for name, each in starter.SETS.items()],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can add, change and remove fields later."),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        for name, each in starter.SETS.items():
            self.fields[f"key_{name}"] = forms.MultipleChoiceField(
                label=gettext_lazy("Unique key"),
                choices=each.key_choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=[starter.EMAIL.key],
            )

    @property
    def sets(self) -> list[tuple[str, starter.StarterSet, Any]]:
        """(name, set, the control of its key), for the template."""
        return [(name, each, self[f"key_{name}"]) for name, each in starter.SETS.items()]

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("begin_with")
        keys = {name: self.cleaned_data.pop(f"key_{name}", None) for name in starter.SETS}
        if chosen and keys[chosen] is not None:
            control = f"key_{chosen}"
            # A form that does not ask (the set has one field only) means that one.
            asked = f"asks_{control}" in self.data
            self.cleaned_data["key"] = keys[chosen] or ([] if asked else [starter.EMAIL.key])
            if not self.cleaned_data["key"]:
                self.add_error(control, _("Choose at least one field."))
        return self.cleaned_data
