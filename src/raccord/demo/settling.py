"""Wait until a project's contacts are where they belong, or until only a person can help."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db.models.functions import Now
from django.utils.translation import ngettext

from raccord.connections.models import (
    AuthorizationState,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.connections.sentences import explain
from raccord.contacts.models import OutboxItem, OutboxState, Project
from raccord.sync.models import Backfill

PATIENCE_SECONDS = 300.0
POLL_SECONDS = 0.25


def wait_until_settled(
    project: Project, *, on_progress: Callable[[int], None] | None = None
) -> None:
    """Wait until no contact of `project` is due.

    Gives up when a person is needed first (see `halts`), and when nothing moves for long.
    """
    left, moved_at = _left(project), time.monotonic()
    while left and not _halted(project) and time.monotonic() - moved_at < PATIENCE_SECONDS:
        time.sleep(POLL_SECONDS)
        now_left = _left(project)
        if now_left != left:
            left, moved_at = now_left, time.monotonic()
        if on_progress:
            on_progress(left)


def halts(project: Project) -> list[str]:
    """In words: each suspended integration and each connection without its authorization."""
    integrations = Integration.objects.filter(
        connection__project=project, state=IntegrationState.SUSPENDED
    )
    lost = Connection.objects.filter(
        project=project, authorization__state=AuthorizationState.LOST
    ).select_related("authorization")
    return [
        *(_suspension(one) for one in integrations.select_related("connection")),
        *(explain(one.source, one.authorization.reason).what for one in lost),
    ]


def _halted(project: Project) -> bool:
    """Whether a person is needed, and the calls that were under way then are answered."""
    under_way = OutboxItem.objects.filter(
        subscription__project=project, state=OutboxState.DUE, lease_until__gt=Now()
    )
    return bool(halts(project)) and not under_way.exists()


def _suspension(integration: Integration) -> str:
    told = ngettext(
        "The integration “%(name)s” was suspended after %(count)d failure. %(reason)s",
        "The integration “%(name)s” was suspended after %(count)d failures. %(reason)s",
        integration.failures,
    )
    reason = explain(integration.connection.source, integration.state_reason)
    return told % {
        "name": integration.connection.name,
        "count": integration.failures,
        "reason": reason.what,
    }


def _left(project: Project) -> int:
    """Contacts that are due, and those that a first load has yet to make due."""
    due = OutboxItem.objects.filter(subscription__project=project, state=OutboxState.DUE)
    loads = Backfill.objects.filter(subscription__project=project, finished_at=None)
    return due.count() + sum(load.total - load.done + 1 for load in loads)
