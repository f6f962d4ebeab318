"""Step 1 of the wizard: take a file. It is stored before this answers, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from raccord.contacts import imports
from raccord.contacts.imports import ImportOptions
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.engine.errors import BadInput
from raccord.web.base.answers import invalid
from raccord.web.base.person import signed_in
from raccord.web.imports import deciding, steps
from raccord.web.imports.forms import UploadForm
from raccord.web.imports.steps import Step


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Begin an import; a file that cannot be read at all is refused beside its field."""
    form = UploadForm(request.POST or None, request.FILES or None)
    corrected = _corrected(request, project)
    if form.is_valid():
        run = _stored(request, project, form)
        if run.state != RunState.FAILED:
            if corrected:
                _decide_as_before(run, corrected)
            return redirect(steps.address(run, Step.READING))
        form.add_error("file", explain(run.reason, run.parameters))
        run.delete()
    context = {
        "form": form,
        "steps": steps.shown(None, Step.FILE),
        "corrected": corrected,
        "key_fields": ", ".join(spec.label for spec in project.key_specs()),
    }
    if form.errors:
        return invalid(request, "imports/upload.html", context)
    return render(request, "imports/upload.html", context)


def _stored(request: HttpRequest, project: Project, form: UploadForm) -> ImportRun:
    file = form.cleaned_data["file"]
    return imports.draft(
        project, file.file, file_name=file.name, started_by=signed_in(request).email
    )


def _corrected(request: HttpRequest, project: Project) -> ImportRun | None:
    """The import whose rejected lines come back, corrected: ?after=ITS-ID, if it is one."""
    asked = request.GET.get("after", "")
    known = asked.isdecimal() and len(asked) < 19
    run = ImportRun.objects.filter(project=project, pk=int(asked)).first() if known else None
    return run if run and run.options else None


def _decide_as_before(run: ImportRun, earlier: ImportRun) -> None:
    """Read corrected lines as the file they stood in, and hold to its rules and its proof."""
    was = ImportOptions.from_json(earlier.options)
    as_before = replace(
        imports.detect(run).options,
        columns=(),
        date_order=was.date_order,
        decimal_mark=was.decimal_mark,
        mode=was.mode,
        blanks=was.blanks,
        consent=was.consent,
    )
    # Only proposed: what no longer fits is asked anew, like of any other file.
    with suppress(InvalidImport, BadInput):
        deciding.keep(run, as_before)
