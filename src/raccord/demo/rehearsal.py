"""The demo's whole path once, without a browser, and what came of it.

The set-up file is applied, a list of contacts imported, the workers deliver it, and what both
sides then hold is counted: ours in the database, theirs through the organization's own API.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.db.models import Count, Sum

from raccord.connections.models import Connection
from raccord.contacts import imports, messages
from raccord.contacts.models import Contact, ImportRun, OutboxItem, OutboxState, Project
from raccord.sync.models import Backfill, Link, LinkState

PATIENCE_SECONDS = 300.0
POLL_SECONDS = 0.25
API = "/services/data/v62.0"


@dataclass(frozen=True, slots=True)
class Report:
    """What `demo-check` prints.

    lines_read: lines of the file, its heading and blank lines not counted. rejected: the lines
    not taken. delivered: contacts that both sides hold; parked: those refused over there, by
    cause. org_records: contacts that the organization says it has. seconds: from the start of
    the import until nothing was due.
    """

    lines_read: int
    contacts_imported: int
    rejected_count: int
    rejected: list[dict[str, Any]]
    delivered: int
    parked: list[dict[str, Any]]
    org_records: int
    api_calls: int
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every accepted contact was delivered or parked."""
        parked = sum(int(group["count"]) for group in self.parked)
        return self.delivered + parked == self.contacts_imported

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def rehearse(project: Project, contacts: Path) -> Report:
    """Import `contacts` into the set-up demo project, wait for the workers, count."""
    started = time.monotonic()
    run = imports.start(project, contacts, file_name=contacts.name, started_by="raccord demo-check")
    imports.run_now(run)
    run.refresh_from_db()
    wait_until_settled(project)
    seconds = time.monotonic() - started
    return Report(
        lines_read=run.read,
        contacts_imported=_living(project).count(),
        rejected_count=run.rejected,
        rejected=_rejected(run),
        delivered=delivered(project),
        parked=_parked(project),
        org_records=organization_records(),
        api_calls=_calls(project),
        seconds=round(seconds, 3),
    )


def wait_until_settled(
    project: Project, *, on_progress: Callable[[int], None] | None = None
) -> None:
    """Wait until no contact of `project` is due; give up when nothing moves for long."""
    left, moved_at = _left(project), time.monotonic()
    while left and time.monotonic() - moved_at < PATIENCE_SECONDS:
        time.sleep(POLL_SECONDS)
        now_left = _left(project)
        if now_left != left:
            left, moved_at = now_left, time.monotonic()
        if on_progress:
            on_progress(left)


def _left(project: Project) -> int:
    """Contacts that are due, and those that a first load has yet to make due."""
    due = OutboxItem.objects.filter(subscription__project=project, state=OutboxState.DUE)
    loads = Backfill.objects.filter(subscription__project=project, finished_at=None)
    return due.count() + sum(load.total - load.done + 1 for load in loads)


def delivered(project: Project) -> int:
    """Contacts with a counterpart for which nothing is waiting."""
    waiting = OutboxItem.objects.filter(subscription__project=project).values("contact")
    return (
        Link.objects.filter(
            transfer__connection__project=project,
            state=LinkState.LINKED,
            contact__in=_living(project).values("pk"),
        )
        .exclude(contact__in=waiting)
        .values("contact")
        .distinct()
        .count()
    )


def organization_records() -> int:
    """How many contacts the simulated organization has, asked through its API."""
    with httpx.Client(base_url=settings.SIMULATOR_URL, timeout=60) as client:
        answer = client.post(
            "/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": settings.OAUTH_CLIENT_ID,
                "client_secret": settings.OAUTH_CLIENT_SECRET,
            },
        )
        token = answer.raise_for_status().json()["access_token"]
        counted = client.get(
            f"{API}/query",
            params={"q": "SELECT COUNT() FROM Contact"},
            headers={"Authorization": f"Bearer {token}"},
        )
        return int(counted.raise_for_status().json()["totalSize"])


def _living(project: Project) -> Any:
    return Contact.objects.filter(project=project, deleted_at=None)


def _rejected(run: ImportRun) -> list[dict[str, Any]]:
    return [
        {
            "line": reject.line,
            "column": reject.column or None,
            "reason": messages.explain(reject.code, reject.parameters),
        }
        for reject in run.rejects.all()
    ]


def _parked(project: Project) -> list[dict[str, Any]]:
    refused = OutboxItem.objects.filter(subscription__project=project).exclude(
        state=OutboxState.DUE
    )
    groups = refused.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [{"code": group["reason"], "count": group["count"]} for group in groups]


def _calls(project: Project) -> int:
    total = Connection.objects.filter(project=project).aggregate(total=Sum("calls"))["total"]
    return int(total or 0)
