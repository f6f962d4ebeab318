"""Add a filter to a list, or change one: field, then comparison, then the value that fits both.

The form goes back to itself until it is complete: with htmx whenever the field or the comparison
changes, without JavaScript by its button. Then it leads to the list with the condition in its
address. Nothing is stored, so all of it is GET.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseLocation

from raccord.contacts.lists import operators
from raccord.contacts.lists.operators import Takes
from raccord.contacts.lists.query import SYNC, Condition, Operator
from raccord.contacts.models import Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType
from raccord.web.base.person import signed_in
from raccord.web.base.problems import show_problems
from raccord.web.contacts import address
from raccord.web.contacts.address import ListAddress
from raccord.web.contacts.condition_words import SPECIAL_LABELS, STATE_LABELS, Words, words_of
from raccord.web.contacts.forms import CONSENT


class Control(StrEnum):
    """How a value is asked for. LINES: in one line, several may stand."""

    NOTHING = "nothing"
    LINE = "line"
    LINES = "lines"
    DATE = "date"
    DAYS = "days"
    CHOICES = "choices"
    YES_NO = "yes_no"
    STANDING = "standing"


_CONTROLS = {
    FieldType.DATE: Control.DATE,
    FieldType.DATETIME: Control.DATE,
    FieldType.CHOICE: Control.CHOICES,
    FieldType.MULTIPLE_CHOICE: Control.CHOICES,
    FieldType.BOOLEAN: Control.YES_NO,
    FieldType.CONSENT: Control.YES_NO,
}
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


def choose(request: HttpRequest, project: Project) -> HttpResponse:
    """The form of one condition, and the way back to the list once it is complete.

    replaces: the condition that the new one takes the place of. number: tells the forms of one
    page apart. shown: what the form had asked for; see `ConditionForm.shape`.
    """
    fields = ProjectFields.of(project)
    asked = address.read(request.GET, project, person=signed_in(request), fields=fields)
    replaces = request.GET.get("replaces", "")
    words = words_of(project, fields.specs)
    form = ConditionForm(request.GET, fields=fields, words=words, address=request.path)
    if form.is_valid():
        return _to_list(request, project, _with(asked, form.condition, replaces))
    if (
        request.headers.get("HX-Target") == form.value_part
        and request.GET.get("shown") == form.shape
    ):
        # What the person may be typing already stays.
        return HttpResponse(status=204)
    context = {
        "form": form,
        "parameters": asked.parameters(),
        "replaces": replaces,
        "number": request.GET.get("number", ""),
        "back": resolve_url("contacts", project.slug) + asked.written(),
    }
    template = "contacts/filter_form.html" if request.htmx else "contacts/filter.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form.errors else 200)


class ConditionForm(forms.Form):
    """Field, comparison and value; each is asked for once the one before it is chosen.

    It is complete when it comes back with "apply" and had asked for what it asks for now.
    """

    use_required_attribute = False
    condition: Condition

    def __init__(
        self, params: QueryDict, *, fields: ProjectFields, words: Words, address: str
    ) -> None:
        self.project_fields = fields
        self.words = words
        self.address = address
        number = params.get("number", "")
        self.place = f"filter{number if number.isascii() and number.isdecimal() else ''}"
        self.operator_part, self.value_part = f"{self.place}_comparison", f"{self.place}_given"
        self.name = params.get("field", "")
        fitting = operators.operators_for(self.name, fields)
        self.operator = _one_of(fitting, params.get("operator", ""))
        # A date is picked; several, which only an address says, are typed in a line.
        in_line = params.get("shown", "") == f"{self.name}:{Control.LINES}"
        self.in_line = in_line or len(params.getlist("value")) > 1
        complete = "apply" in params and params.get("shown") == self.shape and bool(fitting)
        super().__init__(
            params if complete else None,
            auto_id=f"{self.place}_%s",
            initial={"field": self.name, "operator": str(self.operator or "")},
        )
        self._ask_for_field()
        if self.operator is not None:
            self._ask_for_operator(fitting)
            values = params.getlist("value")
            line = "".join(values[:1]) if "shown" in params else _joined(values)
            same = self._asks_alike(params.get("shown", self.shape))
            self._ask_for_value(values if same else [], line=line if same else "")

    @property
    def control(self) -> Control:
        """How the value is asked for; it depends on the field and on the comparison."""
        if self.operator is None or operators.takes(self.operator) is Takes.NONE:
            return Control.NOTHING
        if self.operator is Operator.IN_LAST_DAYS:
            return Control.DAYS
        if self.name == SYNC:
            return Control.STANDING
        spec = self.project_fields.specs.get(self.name)
        several = operators.takes(self.operator) is Takes.SEVERAL
        usual = Control.DATE if spec is None else _CONTROLS.get(spec.type)
        if usual is Control.DATE and several and self.in_line:
            return Control.LINES
        return usual or (Control.LINES if several else Control.LINE)

    @property
    def shape(self) -> str:
        """What the form asks for."""
        return f"{self.name}:{self.control}"

    @property
    def value_fields(self) -> list[BoundField]:
        """The controls that make the value."""
        return [self[name] for name in ("where", "value") if name in self.fields]

    def _asks_alike(self, shown: str) -> bool:
        """Whether a value that was given to a form of that shape can stand in this one."""
        name, _colon, control = shown.rpartition(":")
        lines = {control, self.control} <= {Control.LINE, Control.LINES}
        return name == self.name and (lines or control == self.control)

    def clean(self) -> dict[str, Any]:
        """Let the list's own rules judge the condition; their reasons stand beside the value."""
        try:
            self.condition = operators.read(
                self.name, str(self.operator or ""), self._given(), self.project_fields
            )
        except BadInput as problem:
            place = "value" if "value" in self.fields else "field"
            show_problems(self, [BadInput(problem.code, problem.params, at=place)])
        return self.cleaned_data

    def _given(self) -> list[str]:
        """The values as they were typed or ticked."""
        value = self.cleaned_data.get("value") or ""
        if isinstance(value, list):
            where = self.cleaned_data.get("where")
            return [f"{one}:{where}" if where else str(one) for one in value]
        return _split(value) if self.control is Control.LINES else [value]

    def _ask(self, name: str, field: forms.Field, *, decides: str = "") -> None:
        """Add a control. decides: the part of the form that depends on what is chosen there."""
        if decides:
            part = f"#{decides}"
            field.widget.attrs |= {
                "hx-get": self.address,
                "hx-trigger": "change",
                "hx-include": "closest form",
                "hx-target": part,
                "hx-select": part,
                "hx-swap": "outerHTML",
                # Typing the first letters of an entry changes a drop-down list with each of them.
                "hx-sync": "closest form:queue last",
            }
        field.required = False
        self.fields[name] = field

    def _ask_for_field(self) -> None:
        own = [(key, self.words.label(key)) for key in self.project_fields.specs]
        special = [(key, self.words.label(key)) for key in SPECIAL_LABELS]
        choices = [("", _("Choose a field…")), *own, (_("Every contact"), special)]
        field = forms.ChoiceField(label=_("Field"), choices=choices)
        self._ask("field", field, decides=self.operator_part)

    def _ask_for_operator(self, fitting: tuple[Operator, ...]) -> None:
        labels = [(str(each), self.words.operator(self.name, each)) for each in fitting]
        field = forms.ChoiceField(label=_("Comparison"), choices=labels)
        self._ask("operator", field, decides=self.value_part)

    def _ask_for_value(self, values: list[str], *, line: str) -> None:
        """values: what is ticked. line: what stands in a line of text."""
        spec = self.project_fields.specs.get(self.name)
        match self.control:
            case Control.STANDING:
                self._ask_for_standing(values)
            case Control.CHOICES if spec is not None:
                self._ask_among([(c, spec.choice_label(c)) for c in spec.choices], values)
            case Control.YES_NO:
                self._ask_among(CONSENT, values)
            case Control.DAYS:
                self._ask_for_line(_("Days"), line, inputmode="numeric")
            case Control.DATE:
                self._ask_for_line(_("Date"), line, type="date", max="9999-12-31")
            case Control.LINE | Control.LINES:
                number = spec is not None and spec.type in _NUMBERS
                self._ask_for_line(_("Value"), line, inputmode="decimal" if number else "text")

    def _ask_for_standing(self, values: list[str]) -> None:
        """How the contacts stand, and with which of the other systems."""
        standings = [value.partition(":") for value in values]
        transfers = [(str(pk), name) for pk, name in self.words.transfers.items()]
        places = [("", _("Any of them")), *transfers]
        place = standings[0][2] if standings else ""
        self._ask("where", forms.ChoiceField(label=_("System"), choices=places, initial=place))
        labels = [(str(state), str(label)) for state, label in STATE_LABELS.items()]
        self._ask_among(labels, [state for state, _colon, _place in standings])

    def _ask_among(self, choices: Sequence[Any], values: list[str]) -> None:
        ticks = forms.CheckboxSelectMultiple
        field = forms.MultipleChoiceField(
            label=_("One of"), choices=choices, initial=values, widget=ticks
        )
        self._ask("value", field)

    def _ask_for_line(self, label: str, line: str, **attributes: str) -> None:
        field = forms.CharField(
            label=label,
            initial=line,
            widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
        )
        if self.control is Control.LINES:
            field.help_text = _("Several values: separate them with a semicolon.")
        self._ask("value", field)


def _one_of(fitting: tuple[Operator, ...], given: str) -> Operator | None:
    """The comparison that was asked for, else the usual one, if there is any."""
    return next((each for each in fitting if each == given), next(iter(fitting), None))


def _with(asked: ListAddress, condition: Condition, replaces: str) -> ListAddress:
    """The list with a condition more, or with another one in the place of one it had."""
    kept = asked.query.conditions
    written = [address.written_condition(each) for each in kept]
    if replaces in written:
        here = written.index(replaces)
        kept = (*kept[:here], condition, *kept[here + 1 :])
    else:
        kept = (*kept, condition)
    return asked.with_query(replace(asked.query, conditions=tuple(dict.fromkeys(kept))))


def _to_list(request: HttpRequest, project: Project, asked: ListAddress) -> HttpResponse:
    there = resolve_url("contacts", project.slug) + asked.written()
    if request.htmx:  # type: ignore[attr-defined]
        part = "#contacts"
        return HttpResponseLocation(there, target=part, select=part, swap="outerHTML")
    return HttpResponseRedirect(there)


def _split(text: str) -> list[str]:
    """The values of a line: `Paris; "a; b"` are two."""
    lines = csv.reader([text], delimiter=";", skipinitialspace=True)
    return [value for line in lines for value in line]


def _joined(values: list[str]) -> str:
    """The line from which `_split` makes the values again."""
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(values)
    return line.getvalue()
