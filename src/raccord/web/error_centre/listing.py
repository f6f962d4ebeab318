"""The causes of a project, or of one connection, largest or newest first."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from raccord.connections.models import Connection
from raccord.contacts.models import Project
from raccord.sync.parked import groups
from raccord.sync.parked.models import UNDER_WAY, Replay
from raccord.web.decisions.filters import number
from raccord.web.error_centre import words

NEWEST = "newest"
MOST_SHOWN = 200
"""Causes on the page: whoever has more has one cause with many values, and mends that first."""

COUNTED = 1_000
"""The menu counts no further."""
KEPT_SECONDS = 20


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """What waits, then what is left aside."""
    connection = _connection(request, project)
    sort = NEWEST if request.GET.get("sort") == NEWEST else ""
    found = groups.groups(project, connection=connection.pk if connection else 0)
    if sort:
        found.sort(key=lambda group: group.newest, reverse=True)
    open_ones = [group for group in found if group.aside is None]
    aside = [group for group in found if group.aside is not None]
    context = {
        "groups": words.shown(project, open_ones[:MOST_SHOWN]),
        "aside": words.shown(project, aside[:MOST_SHOWN]),
        "hidden": max(0, len(open_ones) - MOST_SHOWN),
        "records": sum(group.count for group in open_ones),
        "connection": connection,
        "connections": project.connections.order_by("name"),
        "sort": sort,
        "replays": _under_way(project),
    }
    return render(request, "error_centre/index.html", context)


def waiting(project: Project) -> int:
    """How many records wait, up to `COUNTED`, for the menu of every page."""
    key = f"error-centre-{project.pk}"
    kept: int | None = cache.get(key)
    if kept is not None:
        return kept
    found = groups.count(project, up_to=COUNTED)
    if found == COUNTED:
        # So many do not go away between two pages; fewer are counted in no time.
        cache.set(key, found, KEPT_SECONDS)
    return found


def _connection(request: HttpRequest, project: Project) -> Connection | None:
    wanted = number(request.GET.get("connection"))
    return Connection.objects.filter(project=project, pk=wanted).first() if wanted else None


def _under_way(project: Project) -> list[dict[str, Any]]:
    runs = Replay.objects.filter(
        transfer__connection__project=project, state__in=UNDER_WAY, finished_at=None
    )
    ordered = runs.select_related("transfer__connection").order_by("-begun_at")
    return [{"run": run, "said": words.of_run(run)} for run in ordered]
