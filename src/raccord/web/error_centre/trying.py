"""Try a whole group again: first how many, then in the background, with how far it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.connections.models import Integration, IntegrationState
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.retry import PROBE_ROWS
from raccord.sync.parked import replaying
from raccord.sync.parked.models import Replay
from raccord.web.base import answers
from raccord.web.base.person import signed_in
from raccord.web.connections import problems
from raccord.web.error_centre import words


def confirm(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Say how many; once confirmed, begin."""
    shown = words.shown_cause(project, cause)
    if shown is None:
        messages.info(request, _("Nothing waits for that reason any more."))
        return answers.go_to(request, "error-centre", project.slug)
    if request.method == "POST":
        return begin(request, project, cause)
    context = {"shown": shown, "first": PROBE_ROWS, "is_sending": _is_sending(shown.transfer.pk)}
    return render(request, "error_centre/try_again.html", context)


def begin(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Begin, and show how far it is."""
    try:
        run = replaying.begin(project, words.cause_of(cause), person=signed_in(request).email)
    except BadInput as refused:
        problems.tell(request, refused)
        return answers.go_to(request, "error-centre", project.slug)
    return answers.go_to(request, "replay", project.slug, run.pk)


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """How far it is, and what came back."""
    run = _of_project(project, pk)
    context = {
        "run": run,
        "said": words.of_run(run),
        "percent": min(100, run.done * 100 // run.total) if run.total else 100,
        "cause": f"{run.side}-{run.transfer_id}-{run.cause}",
        "back": replaying.refused_again(run),
        "is_sending": _is_sending(run.transfer_id),
        "integration": Integration.objects.filter(connection__transfers=run.transfer_id).first(),
    }
    asks_for_progress = request.headers.get("HX-Target") == "progress"
    template = "error_centre/progress.html" if asks_for_progress else "error_centre/replay.html"
    return render(request, template, context)


@require_POST
def cancel(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """What is under way is sent all the same; the rest stays."""
    run = _of_project(project, pk)
    if replaying.cancel(run):
        messages.success(request, _("Stopped. What was not tried again yet stays where it is."))
    else:
        messages.info(request, _("It was over already, so there was nothing to stop."))
    return redirect("replay", project.slug, run.pk)


def _of_project(project: Project, pk: int) -> Replay:
    runs = Replay.objects.filter(transfer__connection__project=project)
    return get_object_or_404(runs.select_related("transfer__connection"), pk=pk)


def _is_sending(transfer: int) -> bool:
    integrations = Integration.objects.filter(connection__transfers=transfer)
    return integrations.filter(state=IntegrationState.ACTIVE).exists()
