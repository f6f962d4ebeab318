"""The plug-in of a connection: what installing it means, how it is doing, how it leaves again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.accounts.models import User
from raccord.connections import endpoints, receiving_address, sentences
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.plug_in import installing, looking_after, removing, runs
from raccord.connectors.plug_in import Act, State
from raccord.contacts.models import Project
from raccord.engine.errors import Failure
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.plug_in_standing import (
    Standing,
    in_words,
    standing_of,
    steps_of,
    titles,
    watched_of,
)
from raccord.web.receive.views import address_of

MOST_PARTS = 200
# Every three seconds, so half a minute.
MOST_ASKED = 10
# What ended well is on top of the page for so long, then below what matters more.
NEWS_FOR = timedelta(minutes=10)


def page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The page; asks for its own parts again as long as they are about to say something else."""
    connection = _of_project(project, key)
    standing = standing_of(connection)
    if standing is None:
        return redirect("connection", project.slug, key)
    part = request.headers.get("HX-Target")
    if part == "plug-in-health":
        return _health_part(request, connection, standing)
    is_part = part == "plug-in-run"
    template = "plug_in_run" if is_part else "plug_in"
    # What is known is shown at once, and the plug-in is asked behind it.
    asked = not is_part and not standing.running and looking_after.ask_soon(connection)
    context = _context(connection, standing) | {"asked": 0 if asked else None}
    answer = render(request, f"connections/{template}.html", context)
    if is_part and not standing.running:
        # All of the page says something else now.
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def install(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Begin an installation, or an update."""
    connection = _of_project(project, key)
    try:
        installing.begin(connection, started_by=_person(request), address_of=_address)
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
    else:
        messages.success(request, _("The installation has begun."))
    return redirect("plug-in", project.slug, key)


def remove(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """What a removal takes away and what it leaves; then the removal."""
    connection = _of_project(project, key)
    standing = standing_of(connection)
    if standing is None:
        return redirect("connection", project.slug, key)
    if request.method != "POST":
        context = _context(connection, standing) | {
            "keeps": in_words(standing.declared.keeps),
            "forgets": _(standing.declared.forgets),
            "removing_titles": titles(
                each for each in standing.declared.removing if not each.if_asked
            ),
        }
        return render(request, "connections/plug_in_remove.html", context)
    try:
        removing.begin(
            connection, started_by=_person(request), everything="everything" in request.POST
        )
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
    else:
        messages.success(request, _("The removal has begun."))
    return answers.go_to(request, "plug-in", project.slug, key)


@require_POST
def act(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Have the plug-in pause, resume, send a test, or send again what it gave up."""
    connection = _of_project(project, key)
    chosen = request.POST.get("act")
    if chosen in list(Act) and standing_of(connection) is not None:
        _act(request, connection, Act(chosen))
    return redirect("plug-in", project.slug, key)


@require_POST
def secret_entered(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """A person has entered the new secret over there."""
    connection = _of_project(project, key)
    looking_after.secret_entered(connection)
    messages.success(request, _("Noted. Choose “Send a test” to see whether it is the right one."))
    return redirect("plug-in", project.slug, key)


@require_POST
def look(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Ask the other side what is installed there."""
    connection = _of_project(project, key)
    try:
        known = looking_after.look(connection)
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
    else:
        if known is not None and known.version:
            said = _("The plug-in is there, in version %(version)s.") % {"version": known.version}
            messages.success(request, said)
        else:
            messages.info(request, _("No plug-in was found over there."))
    return redirect("plug-in", project.slug, key)


def download(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The package, with this connection's address in it, and never the secret."""
    connection = _of_project(project, key)
    declared = runs.declared(connection.source)
    if declared is None:
        return redirect("connection", project.slug, key)
    address = receiving_address.of_connection(connection)
    try:
        packed = declared.archive(_address(address) if address else "")
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
        return redirect("plug-in", project.slug, key)
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{declared.archive_name}"'
    return answer


def _act(request: HttpRequest, connection: Connection, chosen: Act) -> None:
    try:
        said = looking_after.act(connection, chosen)
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
        return
    if chosen is Act.TEST and said.state in (State.HALTED, State.RETRYING):
        messages.error(request, _("The test message did not arrive. Below is why."))
        return
    done = {
        Act.PAUSE: _("The plug-in is paused. What changes is noted over there, and told later."),
        Act.RESUME: _("The plug-in is at work again."),
        Act.RETRY: _("What was given up is sent again."),
        Act.TEST: _("The test message arrived."),
    }
    messages.success(request, done[chosen])


def _health_part(request: HttpRequest, connection: Connection, standing: Standing) -> HttpResponse:
    """How it is doing; asks for itself again until the plug-in has answered, for a while."""
    said = request.GET.get("asked", "")
    asked = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else MOST_ASKED
    again = asked < MOST_ASKED and looking_after.is_stale(connection)
    context = _context(connection, standing) | {"asked": asked + 1 if again else None}
    return render(request, "connections/plug_in_health.html", context)


def _person(request: HttpRequest) -> str:
    return request.user.email if isinstance(request.user, User) else ""


def _of_project(project: Project, key: int) -> Connection:
    listed = project.connections.select_related("authorization")
    return get_object_or_404(listed, pk=key)


def _address(address: ReceivingAddress) -> str:
    return address_of(address, public_url=settings.PUBLIC_URL)


def _context(connection: Connection, standing: Standing) -> dict[str, object]:
    run = standing.run
    parts = run.parts if run else []
    steps = steps_of(run) if run else []
    fine = bool(run) and all(each.state == "ok" for each in steps)
    just_ended = run and run.finished_at and run.finished_at > datetime.now(UTC) - NEWS_FOR
    return {
        "connection": connection,
        "source_label": endpoints.source_label(connection.source),
        "plug_in": standing,
        "run": run,
        "steps": steps,
        "fine": fine,
        "run_first": not fine or just_ended,
        "percent": min(100, run.done * 100 // run.total) if run and run.total else 0,
        "why_failed": sentences.explain(connection.source, run.reason, _params(run.outcomes))
        if run and run.reason
        else None,
        "refused_parts": [each for each in parts if not each[2]][:MOST_PARTS],
        "warned_parts": [each for each in parts if each[2] and each[3]][:MOST_PARTS],
        "good_parts": [each for each in parts if each[2] and not each[3]],
        "brings": in_words(standing.declared.brings),
        "needs": _(standing.declared.needs),
        "titles": titles(standing.declared.steps),
        "removal": in_words(standing.declared.removal),
        "watched": watched_of(standing, connection),
        "secret_by_hand": in_words(
            each.by_hand for each in standing.declared.steps if each.stores_secret
        ),
    }


def _params(outcomes: dict[str, list[object]]) -> dict[str, object]:
    """The parameters of whichever step failed."""
    return {
        key: value
        for _code, params, _detail in outcomes.values()
        if isinstance(params, dict)
        for key, value in params.items()
    }
