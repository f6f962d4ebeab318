"""The plug-in of a connection: what installing it means, how far it is, what is left to people."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.accounts.models import User
from raccord.connections import endpoints, receiving_address, sentences
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.plug_in import installing
from raccord.contacts.models import Project
from raccord.engine.errors import Failure
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


def page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The page; asks for its own part again as long as an installation goes on."""
    connection = _of_project(project, key)
    standing = standing_of(connection)
    if standing is None:
        return redirect("connection", project.slug, key)
    is_part = request.headers.get("HX-Target") == "plug-in-run"
    template = "plug_in_run" if is_part else "plug_in"
    answer = render(request, f"connections/{template}.html", _context(connection, standing))
    if is_part and not standing.running:
        # All of the page says something else now.
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def install(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Begin an installation, or an update."""
    connection = _of_project(project, key)
    person = request.user.email if isinstance(request.user, User) else ""
    try:
        installing.begin(connection, started_by=person, address_of=_address)
    except Failure as problem:
        problems.tell(request, problem, source=connection.source)
    else:
        messages.success(request, _("The installation has begun."))
    return redirect("plug-in", project.slug, key)


@require_POST
def look(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Ask the other side what is installed there."""
    connection = _of_project(project, key)
    try:
        known = installing.look(connection)
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
    declared = installing.declared(connection.source)
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


def _of_project(project: Project, key: int) -> Connection:
    listed = project.connections.select_related("authorization")
    return get_object_or_404(listed, pk=key)


def _address(address: ReceivingAddress) -> str:
    return address_of(address, public_url=settings.PUBLIC_URL)


def _context(connection: Connection, standing: Standing) -> dict[str, object]:
    run = standing.run
    parts = run.parts if run else []
    return {
        "connection": connection,
        "source_label": endpoints.source_label(connection.source),
        "plug_in": standing,
        "run": run,
        "steps": steps_of(run) if run else [],
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
    }


def _params(outcomes: dict[str, list[object]]) -> dict[str, object]:
    """The parameters of whichever step failed."""
    return {
        key: value
        for _code, params, _detail in outcomes.values()
        if isinstance(params, dict)
        for key, value in params.items()
    }
