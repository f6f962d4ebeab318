"""The form of step 3: for each column of the file, the field it goes into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts.imports import (
    Confidence,
    ConsentProof,
    DateOrder,
    Detected,
    DetectedColumn,
    ImportOptions,
)
from raccord.contacts.imports.options import LONGEST_SOURCE, LONGEST_STATEMENT
from raccord.contacts.messages import explain
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType

MOST_CHOICES_TOLD = 5
CONSENT_PLACES = {"consent.source": "source", "consent.statement": "statement"}


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """One line of the table. guess: why its field is proposed, "" if a person chose it.

    kept: what is to be known of a field that comes from elsewhere.
    """

    column: DetectedColumn
    control: BoundField
    guess: str
    hint: str
    kept: str


class ColumnsForm(forms.Form):
    """A select for each column, and where consents come from if there are any."""

    source = forms.CharField(
        label=gettext_lazy("Where were these consents given?"),
        help_text=gettext_lazy("For example: Trade fair in Montréal, May 2026."),
        max_length=LONGEST_SOURCE,
        required=False,
    )
    statement = forms.CharField(
        label=gettext_lazy("What did the people agree to, and how can you prove it?"),
        help_text=gettext_lazy(
            "For example: They ticked “I would like the monthly newsletter” on the paper form "
            "in our archive. Your answer is kept with each contact, beside the consent."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_STATEMENT,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, found: Detected, project: Project) -> None:
        proof = found.options.consent
        initial = {"source": proof.source, "statement": proof.statement}
        super().__init__(data, initial=initial)
        self._found = found
        self._specs = {spec.key: spec for spec in project.specs()}
        choices = [("", _("Do not import")), *_offered(project)]
        for column in found.columns:
            self.fields[_name(column)] = forms.ChoiceField(
                label=_("Field for the column “%(column)s”") % {"column": column.name},
                choices=choices,
                initial=column.field or "",
                required=False,
            )

    @property
    def columns(self) -> Iterator[ColumnShown]:
        """The lines of the table, as the file has them."""
        for column in self._found.columns:
            control = self[_name(column)]
            key = str(control.value() or "")
            guess = _guess(column) if key == (column.field or "") else ""
            spec = self._specs.get(key)
            hint = _hint(spec, self._found.options.date_order) if spec else ""
            yield ColumnShown(column, control, guess, hint, kept=_kept(column, key))

    @property
    def has_consents(self) -> bool:
        """Whether a column goes into a consent, as it stands now."""
        keys = {str(self[_name(column)].value() or "") for column in self._found.columns}
        return any(
            spec.type is FieldType.CONSENT for key, spec in self._specs.items() if key in keys
        )

    def options(self, before: ImportOptions) -> ImportOptions:
        """What was chosen."""
        given = self.cleaned_data
        chosen = (given.get(_name(column)) or None for column in self._found.columns)
        return replace(
            before,
            columns=tuple(chosen),
            consent=ConsentProof(given.get("source", ""), given.get("statement", "")),
        )

    def show(self, problems: Iterable[BadInput]) -> list[BadInput]:
        """Put each problem beside its control; gives those that belong beside none."""
        others = []
        for problem in problems:
            place = CONSENT_PLACES.get(problem.at, problem.at.replace("columns.", "column-"))
            if place in self.fields:
                self.add_error(place, explain(problem.code, problem.params))
            else:
                others.append(problem)
        return others


def _name(column: DetectedColumn) -> str:
    return f"column-{column.number}"


def _offered(project: Project) -> list[tuple[str, str]]:
    """The fields by their labels; those of the unique key first, and marked."""
    keys = project.key_specs()
    marked = [
        (spec.key, _("%(field)s (identifies the contact)") % {"field": spec.label}) for spec in keys
    ]
    return marked + [(spec.key, spec.label) for spec in project.specs() if spec not in keys]


def _guess(column: DetectedColumn) -> str:
    """Why the field is proposed, in words."""
    if column.confidence in (Confidence.NAME, Confidence.WORD):
        return _("Proposed by its name")
    if column.confidence is Confidence.CONTENT:
        return _("Proposed by its content: please check")
    return ""


def _kept(column: DetectedColumn, key: str) -> str:
    """That a connection brings these values, and what the import then does; "" if none does."""
    if not column.kept_by or key != (column.field or ""):
        return ""
    named = {"connection": column.kept_by}
    if not key:
        return _("Comes from %(connection)s, so it is proposed not to import it.") % named
    return (
        _(
            "Comes from %(connection)s: linked contacts keep what they have, and new ones wait for "
            "it. The lines say so before anything is written."
        )
        % named
    )


def _hint(spec: FieldSpec, date_order: DateOrder) -> str:
    """What the cells of a column may hold to go into this field; "" for what needs no saying."""
    if spec.type in (FieldType.DATE, FieldType.DATETIME):
        return {
            DateOrder.YEAR_FIRST: _("Dates are read year first: 2026-03-04."),
            DateOrder.DAY_FIRST: _("Dates are read day first: 04/03/2026."),
            DateOrder.MONTH_FIRST: _("Dates are read month first: 03/04/2026."),
        }[date_order]
    if spec.choices:
        told = ", ".join(map(spec.choice_label, spec.choices[:MOST_CHOICES_TOLD]))
        if len(spec.choices) > MOST_CHOICES_TOLD:
            told += "…"
        if spec.type is FieldType.MULTIPLE_CHOICE:
            return _("One or more of these, separated by semicolons: %(choices)s") % {
                "choices": told
            }
        return _("One of these: %(choices)s") % {"choices": told}
    return {
        FieldType.EMAIL: _("An e-mail address in each cell."),
        FieldType.INTEGER: _("A whole number in each cell."),
        FieldType.DECIMAL: _("A number in each cell."),
        FieldType.BOOLEAN: _("“yes” or “no” in each cell."),
        FieldType.CONSENT: _("“yes” or “no” in each cell. An empty one says nothing."),
    }.get(spec.type, "")
