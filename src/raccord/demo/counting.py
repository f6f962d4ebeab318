"""What both sides hold: ours asked in the database, theirs through the organization's own API."""

from __future__ import annotations

from typing import Any

import httpx
from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from raccord.connections.models import Connection
from raccord.contacts.models import Contact, OutboxItem, OutboxState, Project
from raccord.sync.models import Link, LinkState

API = "/services/data/v62.0"


def living(project: Project) -> QuerySet[Contact]:
    """The contacts that are not deleted."""
    return Contact.objects.filter(project=project, deleted_at=None)


def delivered(project: Project) -> int:
    """Contacts with a counterpart for which nothing is waiting."""
    waiting = OutboxItem.objects.filter(subscription__project=project).values("contact")
    return (
        Link.objects.filter(
            transfer__connection__project=project,
            state=LinkState.LINKED,
            contact__in=living(project).values("pk"),
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


def parked(project: Project) -> list[dict[str, Any]]:
    """Contacts that were refused over there, by cause, the most frequent first."""
    refused = OutboxItem.objects.filter(subscription__project=project).exclude(
        state=OutboxState.DUE
    )
    groups = refused.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [{"code": group["reason"], "count": group["count"]} for group in groups]


def calls(project: Project) -> int:
    """API calls made for the project's connections today."""
    total = Connection.objects.filter(project=project).aggregate(total=Sum("calls"))["total"]
    return int(total or 0)
