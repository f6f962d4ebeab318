"""Step 4 of the wizard: what the import may do to contacts. Then the whole file is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts import imports
from raccord.contacts.changes import Mode
from raccord.contacts.imports import Blanks, ImportOptions
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportRun
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.imports import deciding, steps
from raccord.web.imports.steps import Step, while_set_up


@dataclass(frozen=True, slots=True)
class ModeShown:
    """One way an import can work: what it does, and to whom, by an example."""

    value: Mode
    title: str
    meaning: str
    example: str
    is_chosen: bool


class RulesForm(forms.Form):
    """Who may be touched, and whether an empty cell may empty a field."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in Mode])
    keep = forms.BooleanField(
        label=gettext_lazy("Never overwrite with blanks"),
        help_text=gettext_lazy(
            "An empty cell leaves what the contact holds. Without this, an empty cell empties the "
            "field: a file without Jane's phone number takes away the one you have."
        ),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, options: ImportOptions) -> None:
        initial = {"mode": options.mode, "keep": options.blanks is Blanks.KEEP}
        super().__init__(data, initial=initial)

    def options(self, before: ImportOptions) -> ImportOptions:
        """What was chosen."""
        blanks = Blanks.KEEP if self.cleaned_data["keep"] else Blanks.CLEAR
        return replace(before, mode=Mode(self.cleaned_data["mode"]), blanks=blanks)


@while_set_up
def rules(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Ask, then let a worker check the file."""
    before = deciding.decided(run)
    form = RulesForm(request.POST or None, options=before)
    if not form.is_valid():
        answer = invalid if form.is_bound else render
        return answer(request, "imports/rules.html", _context(run, form))
    try:
        deciding.keep(run, form.options(before))
        imports.check(run)
    except InvalidImport as refused:
        return _back_to(request, run, refused.problems[0])
    except BadInput as problem:
        return _back_to(request, run, problem)
    return go_to(request, steps.address(run, Step.PREVIEW))


def _back_to(request: HttpRequest, run: ImportRun, problem: BadInput) -> HttpResponse:
    """An earlier step left something open: say what, where it can be answered."""
    messages.error(request, explain(problem.code, problem.params))
    return go_to(request, steps.address(run, deciding.step_of(problem.at)))


def _context(run: ImportRun, form: RulesForm) -> dict[str, object]:
    return {
        "run": run,
        "steps": steps.shown(run, Step.RULES),
        "form": form,
        "modes": _modes(str(form["mode"].value())),
        "back": steps.address(run, Step.COLUMNS),
    }


def _modes(chosen: str) -> list[ModeShown]:
    told = {
        Mode.BOTH: (
            _("Add new contacts and update known ones"),
            _("Every line that fits is taken."),
            _("Example: everybody who came to a trade fair, old acquaintances among them."),
        ),
        Mode.ADD: (
            _("Only add new contacts"),
            _("Lines about known contacts are rejected, and those contacts stay as they are."),
            _("Example: a list from a partner, who may know your contacts less well than you do."),
        ),
        Mode.UPDATE: (
            _("Only update known contacts"),
            _("Lines about people who are not here yet are rejected."),
            _("Example: new phone numbers for the customers you have."),
        ),
    }
    return [ModeShown(mode, *texts, is_chosen=mode == chosen) for mode, texts in told.items()]
