"""What will happen, said before it does: the page that confirms, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.contacts import bulk
from raccord.contacts.bulk import EditHow, FieldEdit, edits_of, foreseeing
from raccord.contacts.messages import explain
from raccord.contacts.models import BulkAct, BulkRun, Project, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec
from raccord.engine.values import from_json
from raccord.sync import effects
from raccord.web.base.answers import invalid
from raccord.web.bulk import effect_words
from raccord.web.contacts.naming import headline, identity
from raccord.web.contacts.shown import in_words
from raccord.web.templatetags.pieces import in_digits

TYPED_FROM = 100
"""Deleting more than so many contacts takes more than a click."""


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """What is done to one field, in words. kept_no: who opted out there and stays so."""

    label: str
    what: str
    kept_no: int


@dataclass(frozen=True, slots=True)
class ShownContact:
    """One of the selection, to look at."""

    pk: int
    name: str
    identity: str


class DeleteForm(forms.Form):
    """Asks for the number of contacts, so that nobody deletes thousands by a slip."""

    use_required_attribute = False

    count = forms.CharField(
        label=gettext_lazy("Number of contacts to delete"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, total: int, data: Any = None) -> None:
        super().__init__(data)
        self.total = total
        self.fields["count"].help_text = _("Type %(count)s to confirm.") % {
            "count": in_digits(total)
        }

    def clean_count(self) -> str:
        given: str = self.cleaned_data["count"]
        digits = "".join(letter for letter in given if letter.isdecimal())
        rest = {letter for letter in given if not letter.isdecimal()}
        if digits != str(self.total) or rest - set(" .,’'\u00a0\u202f"):
            raise forms.ValidationError(
                _("This is not the number of contacts. Type %(count)s."),
                params={"count": in_digits(self.total)},
            )
        return digits


def show(
    request: HttpRequest, project: Project, run: BulkRun, *, form: DeleteForm | None = None
) -> HttpResponse:
    """How many, who for example, what changes, what happens elsewhere; and the button."""
    fields = ProjectFields.of(project)
    asks = run.act == BulkAct.DELETE and run.total > TYPED_FROM
    context = {
        "run": run,
        "edits": _shown_edits(run, fields),
        "effects": _effects(run),
        "first": _first(run, fields),
        "stamp": bulk.stamp(run),
        "form": form or (DeleteForm(run.total) if asks else None),
    }
    if form is not None:
        return invalid(request, "bulk/confirm.html", context)
    return render(request, "bulk/confirm.html", context)


@require_POST
def confirm(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Let it begin."""
    run = get_object_or_404(BulkRun, project=project, pk=pk)
    if run.state == RunState.READY and run.act == BulkAct.DELETE and run.total > TYPED_FROM:
        form = DeleteForm(run.total, request.POST)
        if not form.is_valid():
            return show(request, project, run, form=form)
    try:
        bulk.confirm(run, seen=request.POST.get("stamp", ""))
    except BadInput as problem:
        messages.warning(request, explain(problem.code, problem.params))
    return redirect("bulk", project.slug, run.pk)


@require_POST
def cancel(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Stop it, or give it up before it began."""
    run = get_object_or_404(BulkRun, project=project, pk=pk)
    had_begun = run.state in (RunState.WAITING, RunState.RUNNING)
    if not bulk.cancel(run):
        messages.info(request, _("It was over already, so there was nothing to cancel."))
        return redirect("bulk", project.slug, run.pk)
    if had_begun:
        return redirect("bulk", project.slug, run.pk)
    messages.success(request, _("Cancelled. Nothing was changed."))
    return redirect("contacts", project.slug)


def _effects(run: BulkRun) -> list[effect_words.SaidEffect]:
    if run.act == BulkAct.DELETE:
        return effect_words.of_deletion(effects.of_deletion(run))
    return effect_words.of_edit(effects.of_edit(run, list(run.changes)))


def _first(run: BulkRun, fields: ProjectFields) -> list[ShownContact]:
    return [
        ShownContact(contact.pk, headline(fields, contact), identity(fields, contact))
        for contact in foreseeing.first_contacts(run)
    ]


def _shown_edits(run: BulkRun, fields: ProjectFields) -> list[ShownEdit]:
    decided = [edit for edit in edits_of(run) if edit.field in fields.specs]
    kept = foreseeing.opted_out(run, decided, fields=fields)
    by_place = sorted(decided, key=lambda edit: list(fields.specs).index(edit.field))
    return [
        ShownEdit(
            fields.specs[edit.field].label or edit.field,
            _what(edit, fields.specs[edit.field]),
            kept.get(edit.field, 0),
        )
        for edit in by_place
    ]


def _what(edit: FieldEdit, spec: FieldSpec) -> str:
    told = {"value": in_words(spec, from_json(spec.type, edit.value))}
    sentences = {
        EditHow.SET: _("becomes “%(value)s”"),
        EditHow.ADD: _("“%(value)s” is added"),
        EditHow.REMOVE: _("“%(value)s” is taken away"),
        EditHow.CLEAR: _("is emptied"),
    }
    return sentences[edit.how] % told
