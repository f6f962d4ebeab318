"""Step 2 of the wizard: how the file is read, shown at once on its first rows.

Every change of an answer is kept and shown again: by htmx, or by the button that says so.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from raccord.contacts import imports
from raccord.contacts.imports import Detected, ImportOptions
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.models import ImportRun
from raccord.engine.errors import BadInput
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.problems import show_problems
from raccord.web.imports import deciding, steps
from raccord.web.imports.reading_form import ReadingForm
from raccord.web.imports.steps import Step, while_set_up

CSV = "csv"


@while_set_up
def reading(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Ask, with what was found out already chosen; show what the answers make of the file."""
    found = imports.detect(run)
    if request.method != "POST":
        return _page(request, run, found, form=_form(run, found))
    form = _form(run, found, data=request.POST)
    looked = _looked(run, found, form)
    if looked is None:
        return _page(request, run, found, form=form, refused=True)
    if "next" in request.POST:
        return go_to(request, steps.address(run, Step.COLUMNS))
    if not request.headers.get("HX-Request"):
        return redirect(steps.address(run, Step.READING))
    return _page(request, run, looked, form=_form(run, looked))


def _looked(run: ImportRun, found: Detected, form: ReadingForm) -> Detected | None:
    """The file read as was answered, which is kept; None if it cannot be read so."""
    if not form.is_valid():
        return None
    asked = form.options(_before(run, found))
    looked = imports.detect(run, asked)
    problems = deciding.unreadable(looked)
    try:
        if not problems:
            deciding.keep(run, asked)
            return looked
    except BadInput as problem:
        problems = [problem]
    except InvalidImport as refused:
        problems = list(refused.problems)
    show_problems(form, problems)
    return None


def _before(run: ImportRun, found: Detected) -> ImportOptions:
    """What was kept, else what was found; columns that nobody has chosen stay open."""
    if run.options:
        return ImportOptions.from_json(run.options)
    return replace(found.options, columns=())


def _form(run: ImportRun, found: Detected, data: QueryDict | None = None) -> ReadingForm:
    return ReadingForm(
        data, options=found.options, sheets=found.sheets, is_workbook=run.format != CSV
    )


def _to_look_at(found: Detected, form: ReadingForm) -> list[BadInput]:
    """What stands above the form: what is in the way, and what no answer of it is about."""
    others = [one for one in found.remarks if one.at not in form.fields]
    return deciding.unreadable(found) + others


def _page(
    request: HttpRequest,
    run: ImportRun,
    found: Detected,
    *,
    form: ReadingForm,
    refused: bool = False,
) -> HttpResponse:
    """The whole page, or for htmx the part of it that an answer changes."""
    part = request.headers.get("HX-Target") == "reading"
    template = "imports/reading_part.html" if part else "imports/reading.html"
    context = _context(run, found, form=form)
    return invalid(request, template, context) if refused else render(request, template, context)


def _context(run: ImportRun, found: Detected, *, form: ReadingForm) -> dict[str, object]:
    return {
        "run": run,
        "steps": steps.shown(run, Step.READING),
        "form": form,
        "found": found,
        "problems": [] if form.is_bound else _to_look_at(found, form),
    }
