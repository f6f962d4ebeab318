"""Leave a cause aside, with a reason; take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.sync.parked import aside
from raccord.web.base import answers
from raccord.web.base.person import signed_in
from raccord.web.connections import problems
from raccord.web.error_centre import words


def leave(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Ask why, then leave it aside."""
    shown = words.shown_cause(project, cause)
    if shown is None:
        messages.info(request, _("Nothing waits for that reason any more."))
        return answers.go_to(request, "error-centre", project.slug)
    note = request.POST.get("note", "")
    context: dict[str, Any] = {"shown": shown, "longest": aside.LONGEST, "note": note}
    if request.method != "POST":
        return render(request, "error_centre/leave.html", context)
    try:
        aside.leave(shown.group.cause, note=note, person=signed_in(request).email)
    except BadInput as refused:
        context["problem"] = problems.in_words(refused)
        return answers.invalid(request, "error_centre/leave.html", context)
    messages.success(request, _("Left aside. It stands at the bottom of the page."))
    return answers.go_to(request, "error-centre", project.slug)


@require_POST
def take_back(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Count it again."""
    shown = words.shown_cause(project, cause)
    if shown is not None and aside.take_back(shown.group.cause):
        messages.success(request, _("Taken back: it counts again."))
    return answers.go_to(request, "error-centre", project.slug)
