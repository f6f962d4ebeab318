"""Step 3 of the wizard: which column of the file goes into which field.

Every choice is kept, and what is still missing for the unique key is said at once: by htmx, or by
the button that says so.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from raccord.contacts import imports
from raccord.contacts.imports import Detected
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.models import ImportRun
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.imports import deciding, steps
from raccord.web.imports.columns_form import ColumnsForm
from raccord.web.imports.steps import Step, while_set_up


@while_set_up
def columns(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Ask, with a proposed field already chosen where there is one."""
    found = imports.detect(run)
    if deciding.unreadable(found) or not found.columns:
        return go_to(request, steps.address(run, Step.READING))
    form = ColumnsForm(request.POST or None, found=found, project=run.project)
    if not form.is_bound:
        problems = [one for one in found.problems if one.at.startswith("columns")]
        return _page(request, run, form=form, problems=problems)
    is_answered = "next" in request.POST
    problems = _chosen(run, found, form, is_answered=is_answered)
    if is_answered:
        if not problems and not form.errors:
            return go_to(request, steps.address(run, Step.RULES))
        return _page(request, run, form=form, problems=problems, refused=True)
    if not request.headers.get("HX-Request") and not form.errors:
        return redirect(steps.address(run, Step.COLUMNS))
    return _page(request, run, form=form, problems=problems)


def _chosen(
    run: ImportRun, found: Detected, form: ColumnsForm, *, is_answered: bool
) -> list[BadInput]:
    """Keep what was chosen as far as it can be; what is wrong or missing stands in the form.

    Gives what belongs beside no column. A proof that somebody is still typing is not missed yet.
    """
    if not form.is_valid():
        return []
    asked = form.options(found.options)
    try:
        deciding.keep(run, asked)
        wrong = imports.detect(run, asked).problems
    except InvalidImport as refused:
        wrong = refused.problems
    except BadInput as problem:
        wrong = (problem,)
    ours = [one for one in wrong if deciding.step_of(one.at) is Step.COLUMNS]
    return form.show(one for one in ours if is_answered or one.at.startswith("columns"))


def _page(
    request: HttpRequest,
    run: ImportRun,
    *,
    form: ColumnsForm,
    problems: list[BadInput],
    refused: bool = False,
) -> HttpResponse:
    """The whole page, or for htmx the part of it that a choice changes."""
    part = request.headers.get("HX-Target") == "columns"
    template = "imports/columns_part.html" if part else "imports/columns.html"
    context = {
        "run": run,
        "steps": steps.shown(run, Step.COLUMNS),
        "form": form,
        "problems": problems,
        "back": steps.address(run, Step.READING),
    }
    return invalid(request, template, context) if refused else render(request, template, context)
