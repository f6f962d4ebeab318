"""The form that says what to do to each field of many contacts; most fields stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as altered
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts import keepers
from raccord.contacts.bulk import EditHow, edits_of
from raccord.contacts.bulk.edits import LONGEST_GROUNDS, editable, ways
from raccord.contacts.models import BulkRun, Project
from raccord.contacts.project_fields import ProjectFields, sections
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType
from raccord.engine.values import from_json
from raccord.web.base.problems import show_problems
from raccord.web.contacts.forms import CONSENT, ContactForm, raw

HOW = "how-"
# No field's key holds a hyphen.
GROUNDS = "the-grounds"


@dataclass(frozen=True, slots=True)
class EditRow:
    """One field: what to do to it, and the value."""

    spec: FieldSpec
    how: BoundField
    value: BoundField

    @property
    def is_consent(self) -> bool:
        return self.spec.type is FieldType.CONSENT


@dataclass(frozen=True, slots=True)
class EditSection:
    """The rows of one group of fields; without a title where it is the only one."""

    title: str
    rows: list[EditRow]


class EditForm(ContactForm):
    """A select and a control per field; `given` is what `contacts.bulk.decide` takes."""

    def __init__(self, run: BulkRun, fields: ProjectFields, data: Any = None) -> None:
        self.ways = {spec.key: ways(spec) for spec in editable(fields)}
        specs = [altered(spec, required=False) for spec in editable(fields)]
        decided = {edit.field: edit for edit in edits_of(run) if edit.field in self.ways}
        initial = {
            key: raw(from_json(fields.specs[key].type, edit.value)) for key, edit in decided.items()
        }
        super().__init__(specs, initial, data, autofocus=False)
        kept = keepers.kept(run.project_id).of_new
        for spec in specs:
            if connection := kept.get(spec.key):
                note = _("Comes from %(connection)s: linked contacts keep what is there.")
                self.fields[spec.key].help_text = note % {"connection": escape(connection)}
            choices = [("", _("Leave as it is")), *_named(self.ways[spec.key], spec)]
            if spec.type is FieldType.CONSENT:
                # "Unknown" is a thing to do, not a value to set.
                self._widget(spec.key).choices = [("", "—"), *CONSENT]
            self.fields[HOW + spec.key] = forms.ChoiceField(
                label=spec.label or spec.key, choices=choices, required=False
            )
        self.initial.update({HOW + key: str(edit.how) for key, edit in decided.items()})
        self.fields[GROUNDS] = forms.CharField(
            label=gettext_lazy("Grounds for the change of consents"),
            help_text=gettext_lazy(
                "Kept with each consent as its proof, such as “Paper forms of the fair, 12 May”."
            ),
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_GROUNDS}),
            required=False,
            initial=run.grounds,
        )

    def given(self) -> dict[str, tuple[EditHow, object]]:
        """Field key -> what to do, and the value as it was typed."""
        return {
            key: (EditHow(how), self._as_given(key, self.cleaned_data[key]))
            for key in self.specs
            if (how := self.cleaned_data.get(HOW + key))
        }

    def grounds(self) -> str:
        return str(self.cleaned_data.get(GROUNDS, ""))

    def show(self, problems: Iterable[BadInput]) -> None:
        """Put each problem beside what it is about."""
        places = {"grounds": GROUNDS}
        show_problems(self, (altered(each, at=places.get(each.at, each.at)) for each in problems))
        for name in self.errors:
            if name in self.fields:
                # The form is long: the page opens at the first thing to correct.
                self._widget(name).attrs["autofocus"] = True
                break

    def sections(self, project: Project) -> list[EditSection]:
        """The rows as the contact's own form groups its fields."""
        found = []
        for section in sections(project):
            specs = [spec for spec in section.specs if spec.key in self.specs]
            if specs:
                title = str(section.group) if section.group else _("Details")
                found.append(EditSection(title, [self._row(spec) for spec in specs]))
        return found if len(found) > 1 else [EditSection("", one.rows) for one in found]

    def grounds_field(self) -> BoundField:
        return self[GROUNDS]

    def _widget(self, name: str) -> Any:
        return self.fields[name].widget

    def _row(self, spec: FieldSpec) -> EditRow:
        return EditRow(spec, how=self[HOW + spec.key], value=self[spec.key])


def _named(found: Sequence[EditHow], spec: FieldSpec) -> list[tuple[str, str]]:
    names: Mapping[EditHow, str] = {
        EditHow.SET: _("Replace by") if spec.type is FieldType.MULTIPLE_CHOICE else _("Set to"),
        EditHow.ADD: _("Add"),
        EditHow.REMOVE: _("Take away"),
        EditHow.CLEAR: _("Set to unknown") if spec.type is FieldType.CONSENT else _("Empty"),
    }
    return [(str(how), names[how]) for how in found]
