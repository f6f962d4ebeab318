"""What the home page says about a project: how much there is, what waits, what needs a person.

Everybody who leaves the page open asks for it again and again. So what takes long to count is kept
for a while, for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache
from django.db.models.functions import Now
from django.urls import reverse

from raccord.connections.models import (
    AuthorizationState,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.contacts.lists import counting
from raccord.contacts.lists.counting import Count
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.sync import agreement, decisions
from raccord.sync.agreement import Standing
from raccord.web.reconcile import summary

LONG_SECONDS = 1.0
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """What has to be counted. connected: by connection. None: it takes too long to wait for."""

    contacts: Count
    connected: Mapping[int, Standing] | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Connected:
    """One connection and how it is doing. `status`: a key of the template's sentences.

    url: the page where it is set right. share: how much of the contacts agrees, in percent.
    standing: None where counting takes too long to wait for. comparison: the latest of both sides.
    """

    connection: Connection
    status: str
    standing: Standing | None
    share: int
    url: str
    comparison: summary.Latest | None = None

    @property
    def refused(self) -> int:
        """Contacts with something to mend; those that only wait for a decision are not meant."""
        return self.standing.refused - self.standing.undecided if self.standing else 0


@dataclass(frozen=True, slots=True)
class Overview:
    """standing: None where counting takes too long to wait for. decisions: how many wait."""

    contacts: Count
    standing: Standing | None
    share: int
    connected: list[Connected]
    decisions: int
    imports_to_confirm: list[ImportRun]
    imports_under_way: list[ImportRun]

    @property
    def needs_person(self) -> list[Connected]:
        """The connections that do not go on by themselves, or hold records to be mended."""
        stuck = {"authorization_lost", "suspended"}
        return [one for one in self.connected if one.status in stuck or one.refused]

    @property
    def is_moving(self) -> bool:
        """Whether the figures are about to change."""
        waits = any(one.standing and one.standing.waiting for one in self.connected)
        return waits or bool(self.imports_under_way)


def overview(project: Project) -> Overview:
    """What there is and what is under way."""
    figures = _figures(project)
    connections = Connection.objects.filter(project=project).select_related(
        "authorization", "integration"
    )
    return Overview(
        contacts=figures.contacts,
        standing=figures.standing,
        share=_share(figures.standing, figures.contacts),
        connected=[_connected(project, each, figures) for each in connections.order_by("name")],
        decisions=decisions.count(project),
        imports_to_confirm=_imports(project, RunState.READY),
        imports_under_way=_imports(project, RunState.CHECKING, RunState.WAITING, RunState.RUNNING),
    )


def _figures(project: Project) -> Figures:
    """Those of a moment ago, if counting them took long."""
    key = f"home-figures-{project.pk}"
    kept: Figures | None = cache.get(key)
    if kept is not None:
        return kept
    began = monotonic()
    contacts = _contacts(project)
    try:
        connected = agreement.by_connection(project)
    except InvalidList:
        figures = Figures(contacts, None, None)
    else:
        figures = Figures(contacts, connected, _standing(project, connected))
    if monotonic() - began > LONG_SECONDS:
        cache.set(key, figures, KEPT_SECONDS)
    return figures


def _contacts(project: Project) -> Count:
    try:
        return counting.count(project, ListQuery(), up_to=None)
    except InvalidList:
        return counting.count(project, ListQuery())


def _standing(project: Project, connected: Mapping[int, Standing]) -> Standing | None:
    try:
        return agreement.of_project(project, connected)
    except InvalidList:
        return None


def _share(standing: Standing | None, contacts: Count) -> int:
    """In percent, rounded down: 100 is said of nothing less than all."""
    agreed = standing.agreed if standing else 0
    return min(100, agreed * 100 // contacts.number) if contacts.number else 0


def _imports(project: Project, *states: RunState) -> list[ImportRun]:
    found = ImportRun.objects.filter(project=project, state__in=states)
    return list(found.order_by("-created_at")[:5])


def _connected(project: Project, connection: Connection, figures: Figures) -> Connected:
    counted = figures.connected
    standing = None if counted is None else counted.get(connection.pk, Standing())
    integration = getattr(connection, "integration", None)
    name, pk = ("integration", integration.pk) if integration else ("connection", connection.pk)
    return Connected(
        connection,
        status=_status(connection, integration),
        standing=standing,
        share=_share(standing, figures.contacts),
        url=reverse(name, args=[project.slug, pk]),
        comparison=summary.latest(connection.transfers.all()) if integration else None,
    )


def _status(connection: Connection, integration: Integration | None) -> str:
    """The most important thing to know, worst first."""
    if connection.authorization.state == AuthorizationState.LOST:
        return "authorization_lost"
    if integration is None or integration.state == IntegrationState.DISABLED:
        return "disabled"
    if integration.state == IntegrationState.SUSPENDED:
        return "suspended"
    if Connection.objects.filter(pk=connection.pk, paused_until__gt=Now()).exists():
        return "paused"
    return "active"
