"""Step 1 of the wizard: take a file. It is stored before this answers, and nothing else happens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from raccord.contacts import imports
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.web.base.answers import invalid
from raccord.web.base.person import signed_in
from raccord.web.imports import steps
from raccord.web.imports.forms import UploadForm
from raccord.web.imports.steps import Step


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Begin an import; a file that cannot be read at all is refused beside its field."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        run = _stored(request, project, form)
        if run.state != RunState.FAILED:
            return redirect(steps.address(run, Step.READING))
        form.add_error("file", explain(run.reason, run.parameters))
        run.delete()
    context = {
        "form": form,
        "steps": steps.shown(None, Step.FILE),
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
