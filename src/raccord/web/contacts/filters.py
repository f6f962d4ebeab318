"""Add a filter to a list, or change one: field, then comparison, then the value that fits both.

The form goes back to itself until it is complete: with htmx whenever the field or the comparison
changes, without JavaScript by its button. Then it leads to the list with the condition in its
address. Nothing is stored, so all of it is GET.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

from django import forms
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

DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})
YES_NO = frozenset({FieldType.BOOLEAN, FieldType.CONSENT})


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

    It is complete when it comes back with "apply" and was shown for this field and comparison.
    """

    use_required_attribute = False
    condition: Condition

    def __init__(
        self, params: QueryDict, *, fields: ProjectFields, words: Words, address: str
    ) -> None:
        self.project_fields = fields
        self.address = address
        self.name = params.get("field", "")
        fitting = operators.operators_for(self.name, fields)
        given = params.get("operator", "")
        self.operator = _one_of(fitting, given)
        asked = self.operator is not None and "apply" in params
        complete = asked and params.get("shown") == self.shape
        super().__init__(
            params if complete else None,
            auto_id=f"filter{params.get('number', '')[:9]}_%s",
            initial={"field": self.name, "operator": str(self.operator or "")},
        )
        self._ask_for_field(words)
        if self.operator is not None:
            labels = [(str(each), words.operator(self.name, each)) for each in fitting]
            self._ask("operator", forms.ChoiceField(label=_("Comparison"), choices=labels))
            if operators.takes(self.operator) is not Takes.NONE:
                same_field = params.get("shown", self.shape).split(":")[0] == self.name
                self._ask_for_value(params.getlist("value") if same_field else [], words)

    @property
    def shape(self) -> str:
        """What the control for the value depends on."""
        return f"{self.name}:{self.operator or ''}"

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
        given = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        if self._takes_several_texts:
            given = _split(given[0])
        if where := self.cleaned_data.get("where"):
            given = [f"{state}:{where}" for state in given]
        return given

    def _ask(self, name: str, field: forms.Field, *, reloads: bool = True) -> None:
        """Add a control. reloads: what follows it depends on it."""
        if reloads:
            field.widget.attrs |= {
                "hx-get": self.address,
                "hx-trigger": "change",
                "hx-include": "closest form",
                "hx-target": "closest form",
                "hx-swap": "outerHTML",
            }
        field.required = False
        self.fields[name] = field

    def _ask_for_field(self, words: Words) -> None:
        own = [(key, words.label(key)) for key in self.project_fields.specs]
        special = [(key, words.label(key)) for key in SPECIAL_LABELS]
        choices = [("", _("Choose a field…")), *own, (_("Every contact"), special)]
        self._ask("field", forms.ChoiceField(label=_("Field"), choices=choices))

    def _ask_for_value(self, values: list[str], words: Words) -> None:
        if self.name == SYNC:
            standings = [value.partition(":") for value in values]
            self._ask_where(standings[0][2] if standings else "", words)
            labels = [(str(state), str(label)) for state, label in STATE_LABELS.items()]
            self._ask_among(labels, [state for state, _colon, _place in standings])
            return
        spec = self.project_fields.specs.get(self.name)
        if spec is not None and spec.type in CHOICES:
            self._ask_among([(c, spec.choice_label(c)) for c in spec.choices], values)
        elif spec is not None and spec.type in YES_NO:
            self._ask_among(CONSENT, values)
        elif self.operator is Operator.IN_LAST_DAYS:
            self._ask_for_text(_("Days"), values, inputmode="numeric")
        elif spec is None or spec.type in DAYS:
            self._ask_for_text(_("Date"), values[:1], type="date", max="9999-12-31")
        elif spec.type in NUMBERS:
            self._ask_for_text(_("Value"), values, inputmode="decimal")
        else:
            self._ask_for_text(_("Value"), values)

    def _ask_where(self, place: str, words: Words) -> None:
        """Which of the other systems is meant."""
        places = [
            ("", _("Any of them")),
            *((str(pk), name) for pk, name in words.transfers.items()),
        ]
        field = forms.ChoiceField(label=_("System"), choices=places, initial=place)
        self._ask("where", field, reloads=False)

    def _ask_among(self, choices: list[Any], values: list[str]) -> None:
        field = forms.MultipleChoiceField(
            label=_("One of"),
            choices=choices,
            initial=values,
            widget=forms.CheckboxSelectMultiple,
        )
        self._ask("value", field, reloads=False)

    def _ask_for_text(self, label: str, values: list[str], **attributes: str) -> None:
        several = self._takes_several_texts
        field = forms.CharField(
            label=label,
            initial=_joined(values) if several else "".join(values[:1]),
            help_text=_("Several values: separate them with a semicolon.") if several else "",
            widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
        )
        self._ask("value", field, reloads=False)

    @property
    def _takes_several_texts(self) -> bool:
        """Whether the control is a line in which several values may stand."""
        if self.operator is None or operators.takes(self.operator) is not Takes.SEVERAL:
            return False
        spec = self.project_fields.specs.get(self.name)
        return spec is not None and spec.type not in DAYS | CHOICES | YES_NO


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
