"""What an integration is doing right now: the part of its page that renews itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from raccord.connections import sentences
from raccord.connections.models import Integration, IntegrationState
from raccord.contacts.models import Contact, OutboxItem, OutboxState, Project, Subscription
from raccord.sync.models import Link, LinkState
from raccord.web.base import answers
from raccord.web.connections.integrations import of_project

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """Contacts that were refused for one reason. examples: some of them, to look at."""

    code: str
    count: int
    explanation: sentences.Explanation
    detail: str
    examples: tuple[Contact, ...]


def status(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The part by itself, asked for every few seconds."""
    integration = of_project(project, key)
    context = {"integration": integration, **status_of(integration)}
    return render(request, "connections/integration_status.html", context)


@require_POST
def replay(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Try again what was refused for one reason."""
    from raccord.sync import replay as again

    integration = of_project(project, key)
    count = again.replay(integration, reason=request.POST.get("reason", ""))
    messages.success(
        request,
        ngettext("%(count)d contact is tried again.", "%(count)d contacts are tried again.", count)
        % {"count": count},
    )
    return answers.go_to(request, "integration", project.slug, key)


def status_of(integration: Integration) -> dict[str, Any]:
    """Counts, the reasons of what was refused, and why it pauses if it does."""
    connection = integration.connection
    transfers = list(connection.transfers.values_list("pk", flat=True))
    subscriptions = Subscription.objects.filter(transfer__in=transfers)
    items = OutboxItem.objects.filter(subscription__in=subscriptions)
    in_flight = Q(claim__isnull=False, lease_until__gt=Now())
    counts = items.aggregate(
        waiting=Count("pk", filter=Q(state=OutboxState.DUE) & ~in_flight),
        in_flight=Count("pk", filter=in_flight),
        refused=Count("pk", filter=Q(state=OutboxState.PARKED)),
        held=Count("pk", filter=Q(state=OutboxState.HELD)),
    )
    links = Link.objects.filter(transfer__in=transfers)
    settled = links.aggregate(
        linked=Count("pk", filter=Q(state=LinkState.LINKED)), last=Max("settled_at")
    )
    return {
        **counts,
        **settled,
        "refusals": _refusals(integration, items=items),
        "holds": _refusals(integration, items=items, state=OutboxState.HELD),
        "pause": _pause(integration),
        "suspended": _suspended(integration),
    }


def _refusals(
    integration: Integration, *, items: Any, state: str = OutboxState.PARKED
) -> list[Refused]:
    """Grouped by cause, the most frequent first; the words come from one of each group."""
    listed = items.filter(state=state)
    groups = listed.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    found = []
    for group in groups[:20]:
        some = list(listed.filter(reason=group["reason"]).order_by("pk")[:_EXAMPLES])
        source = integration.connection.source
        contacts = Contact.objects.filter(pk__in=[item.contact for item in some])
        found.append(
            Refused(
                code=group["reason"],
                count=group["count"],
                explanation=sentences.explain(source, group["reason"], some[0].parameters),
                detail=some[0].detail,
                examples=tuple(contacts),
            )
        )
    return found


def _pause(integration: Integration) -> sentences.Explanation | None:
    connection = integration.connection
    if not connection.pause_reason:
        return None
    return sentences.explain(connection.source, connection.pause_reason)


def _suspended(integration: Integration) -> sentences.Explanation | None:
    if integration.state != IntegrationState.SUSPENDED:
        return None
    return sentences.explain(integration.connection.source, integration.state_reason)
