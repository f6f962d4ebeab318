"""What the home page says about a project: how much there is, what waits, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Now

from raccord.connections.models import (
    AuthorizationState,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.contacts.models import (
    Contact,
    ImportRun,
    Project,
    RunState,
)
from raccord.sync import status


@dataclass(frozen=True, slots=True)
class Connected:
    """One connection and how it is doing. `status`: a key of the template's sentences."""

    connection: Connection
    integration: Integration | None
    status: str
    linked: int
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True)
class Overview:
    contacts: int
    waiting: int
    refused: int
    connected: list[Connected]
    running_imports: list[ImportRun]

    @property
    def needs_person(self) -> list[Connected]:
        """The connections that do not go on by themselves, or hold refused records."""
        stuck = {"authorization_lost", "suspended"}
        return [one for one in self.connected if one.status in stuck or one.refused]


def overview(project: Project) -> Overview:
    """Count what there is and what is under way."""
    connected = [
        _connected(connection)
        for connection in Connection.objects.filter(project=project)
        .select_related("authorization", "integration")
        .order_by("name")
    ]
    return Overview(
        contacts=Contact.objects.filter(project=project, deleted_at=None).count(),
        waiting=sum(one.waiting for one in connected),
        refused=sum(one.refused for one in connected),
        connected=connected,
        running_imports=list(
            ImportRun.objects.filter(
                project=project, state__in=[RunState.WAITING, RunState.RUNNING]
            ).order_by("-created_at")
        ),
    )


def _connected(connection: Connection) -> Connected:
    integration = getattr(connection, "integration", None)
    counts = status.of_integration(integration).transfers if integration else ()
    return Connected(
        connection,
        integration,
        status=_status(connection, integration),
        linked=sum(transfer.linked for transfer in counts),
        waiting=sum(transfer.due + transfer.in_flight + transfer.held for transfer in counts),
        refused=sum(transfer.parked for transfer in counts),
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
