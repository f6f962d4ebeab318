"""The form of a field. What is allowed, `contacts.fields` says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts import labels
from raccord.contacts.field_rules import WITH_CHOICES, WITH_LENGTH
from raccord.contacts.fields import FieldShape
from raccord.contacts.models import FIELD_TYPES, Field, FieldGroup, Project
from raccord.engine.records import FieldType
from raccord.web.projects import choice_rows, wordings


class FieldForm(forms.Form):
    """A typed column: a name per language, key, type, group, choices, length, required.

    The choices are rows beside the form's own controls (`rows`, see `choice_rows.py`).
    """

    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "How files and other programs call this field: small letters, digits and _. "
            "Left empty, it is made from the name. It cannot be changed later."
        ),
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=FIELD_TYPES)
    group: forms.ModelChoiceField[FieldGroup] = forms.ModelChoiceField(
        label=gettext_lazy("Group"),
        queryset=FieldGroup.objects.none(),
        required=False,
        help_text=gettext_lazy("The section of a contact's page in which the field stands."),
    )
    # Stands for the rows, so that what is wrong with them is said beside them.
    choices = forms.CharField(required=False, widget=forms.HiddenInput)
    max_length = forms.IntegerField(
        label=gettext_lazy("Longest text"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("In characters. Left empty, the limit of the type holds."),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Required: no contact without it"), required=False
    )

    def __init__(
        self, project: Project, data: QueryDict | None = None, *, field: Field | None = None
    ) -> None:
        super().__init__(data, initial=_known(field))
        self.languages = project.languages
        wordings.add_to(
            self,
            self.languages,
            label=field.label if field else "",
            own=field.labels if field else {},
        )
        group: Any = self.fields["group"]
        group.queryset, group.empty_label = project.groups.all(), _("No group")
        if not project.groups.exists():
            del self.fields["group"]
        if field is not None:
            del self.fields["key"]
            if field.key_position is not None:
                del self.fields["required"]
        kept = field.choices if field else ()
        if data is not None:
            self.rows = choice_rows.posted(data, self.languages, kept=kept)
        else:
            self.rows = choice_rows.stored(field, self.languages) if field else []
        if not self.rows:
            self.rows = choice_rows.blank(self.languages, choice_rows.BLANK_AT_FIRST)

    @classmethod
    def acted(cls, project: Project, data: QueryDict, *, field: Field | None = None) -> FieldForm:
        """What was typed, to be typed on: one of the buttons of the choices was pressed."""
        form = cls(project, field=field)
        form.initial = {name: data.get(name, "") for name in form.fields}
        kept = field.choices if field else ()
        rows = choice_rows.posted(data, form.languages, kept=kept)
        form.rows = choice_rows.acted(rows, data.get(choice_rows.ACT, ""), form.languages)
        return form

    @property
    def label_controls(self) -> list[Any]:
        """The names in each language, for the template."""
        return [self[name] for name in self.fields if name.startswith("label_")]

    @property
    def choice_headings(self) -> list[str]:
        """Above the columns of the labels."""
        if len(self.languages) == 1:
            return [_("Label")]
        return [
            _("Label (%(language)s)") % {"language": wordings.language_name(code)}
            for code in self.languages
        ]

    @property
    def blank_row(self) -> choice_rows.Row:
        """What the browser makes further rows from."""
        return choice_rows.blank(self.languages, 1)[0]

    def clean_key(self) -> str:
        typed = str(self.cleaned_data["key"]).strip()
        name = self.data.get(wordings.first_control(self.languages), "")
        return typed or slugify(name).replace("-", "_")[:60]

    def shape(self) -> FieldShape:
        """What the valid form says; choices and length only where the type has them."""
        kind = FieldType(self.cleaned_data["type"])
        label, own = wordings.typed(self, self.languages)
        shape = FieldShape(
            label=label,
            labels=own,
            type=kind,
            group=self.cleaned_data.get("group"),
            max_length=self.cleaned_data["max_length"] if kind in WITH_LENGTH else None,
            choices=[],
            choice_labels={},
        )
        if "required" in self.fields:
            shape["required"] = self.cleaned_data["required"]
        if kind in WITH_CHOICES:
            rows = choice_rows.filled(self.rows)
            shape["choices"] = [row.named_code for row in rows]
            shape["choice_labels"] = labels.choice_wordings(
                self.languages, {row.named_code: row.texts for row in rows}
            )
        return shape


def _known(field: Field | None) -> dict[str, Any]:
    if field is None:
        return {}
    return {
        "type": field.type,
        "group": field.group_id,
        "max_length": field.max_length,
        "required": field.required,
    }
