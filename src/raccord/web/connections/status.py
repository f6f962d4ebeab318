"""What an integration is doing right now: the part of its page that renews itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, sentences
from raccord.connections.models import Integration, IntegrationState
from raccord.contacts.models import Contact, OutboxItem, OutboxState, Project
from raccord.engine.errors import BadInput
from raccord.sync import clocks, decisions, link_by_hand, receiving
from raccord.sync import replay as again
from raccord.sync import status as flow
from raccord.sync.causes import of_cause
from raccord.sync.models import Link
from raccord.web.base import answers
from raccord.web.connections import problems, value_choices
from raccord.web.connections.health import health_of
from raccord.web.connections.integrations import of_project
from raccord.web.connections.receiving import received

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """Contacts that wait for a person for one reason.

    examples: some of them, to look at, each with the data transfer in which a person has to choose
    its counterpart, or None. values: where the value that it blames is paired, "" if none is.
    """

    reason: flow.Reason
    examples: tuple[tuple[Contact, int | None], ...]
    values: str

    @property
    def decide(self) -> str:
        """What is to be decided, as the list of decisions names it; "" if that is no decision
        or, for a counterpart to be chosen, is made from the contact."""
        kind = decisions.KIND_OF.get(self.reason.code)
        return "" if kind in (None, decisions.Kind.SEVERAL_RECORDS) else str(kind)


def status(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The counters by themselves, asked for every few seconds.

    refused: how many the page shows as refused; if that changed, the page asks for them anew.
    state: the state it shows; if that changed, what can be done about it comes along.
    """
    integration = of_project(project, key)
    context = {
        "integration": integration,
        "connection": integration.connection,
        "out_of_band": request.GET.get("state") != integration.state,
        **status_of(integration),
    }
    answer = render(request, "connections/integration_status.html", context)
    if any(request.GET.get(name) != str(context[name]) for name in ("refused", "decisions")):
        answer["HX-Trigger"] = "refusals-changed"
    return answer


def refusals(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """What was refused, by reason."""
    integration = of_project(project, key)
    context = {"integration": integration, **status_of(integration)}
    return render(request, "connections/integration_refusals.html", context)


@require_POST
def replay(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Try again what was refused for one reason."""
    reason = request.POST.get("reason", "").replace("\0", "")
    blamed = request.POST.get("blamed")
    count = again.replay(
        of_project(project, key),
        reason=reason,
        blamed=None if blamed is None else blamed.replace("\0", ""),
    )
    messages.success(
        request,
        ngettext("%(count)d contact is tried again.", "%(count)d contacts are tried again.", count)
        % {"count": count},
    )
    return answers.go_to(request, "integration", project.slug, key)


@require_POST
def read_now(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Ask the other side at once what changed there."""
    integration = of_project(project, key)
    try:
        receiving.read_now(integration)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        source = endpoints.source_label(integration.connection.source)
        messages.success(request, _("%(source)s is asked what changed.") % {"source": source})
    return answers.go_to(request, "integration", project.slug, key)


def status_of(integration: Integration) -> dict[str, Any]:
    """Counts, the reasons of what was refused, and why it pauses if it does.

    decisions: how many wait for a person. decide_in: the one data transfer they are in, else None.
    """
    counted = flow.of_integration(integration)
    undecided = _undecided(integration)
    links = Link.objects.filter(transfer__connection=integration.connection_id)
    return {
        "linked": sum(each.linked for each in counted.transfers),
        "delivered": sum(each.delivered_today for each in counted.transfers),
        "waiting": sum(each.due for each in counted.transfers),
        "in_flight": sum(each.in_flight for each in counted.transfers),
        "refused": sum(each.parked for each in counted.transfers),
        "held": sum(each.held for each in counted.transfers),
        "loaded": counted.loaded,
        "to_load": counted.to_load,
        "last": links.aggregate(last=Max("settled_at"))["last"],
        "decisions": sum(undecided.values()),
        "decide_in": next(iter(undecided)) if len(undecided) == 1 else None,
        "refusals": [_refused(integration, reason=each) for each in counted.parked],
        "holds": [(each, _values(integration, each)) for each in counted.held],
        "receiving": received(integration),
        "pause": _pause(integration),
        **_clock(integration),
        "suspended": _suspended(integration),
        "health": health_of(integration),
    }


def _undecided(integration: Integration) -> dict[int, int]:
    """Data transfer -> how many decisions wait in it."""
    mine = {each.pk for each in integration.connection.transfers.all()}
    found: dict[int, int] = {}
    for (_kind, transfer), count in decisions.by_kind(integration.connection.project).items():
        if transfer in mine:
            found[transfer] = found.get(transfer, 0) + count
    return found


def _refused(integration: Integration, *, reason: flow.Reason) -> Refused:
    transfers = list(integration.connection.transfers.values_list("pk", flat=True))
    parked = OutboxItem.objects.filter(
        subscription__transfer__in=transfers, state=OutboxState.PARKED
    )
    items = of_cause(parked, code=reason.code, blamed=reason.blamed)
    some = list(items.order_by("pk").select_related("subscription")[:_EXAMPLES])
    contacts = Contact.objects.in_bulk([item.contact for item in some])
    return Refused(
        reason,
        tuple(
            (
                contacts[item.contact],
                item.subscription.transfer if link_by_hand.is_ambiguous(item) else None,
            )
            for item in some
            if item.contact in contacts
        ),
        values=_values(integration, reason),
    )


def _values(integration: Integration, reason: flow.Reason) -> str:
    """Where the value that a reason blames is paired with another, "" if that is no remedy."""
    connection = integration.connection
    return value_choices.address_for(
        connection.project,
        list(connection.transfers.values_list("pk", flat=True)),
        reason=reason.code,
        parameters=reason.parameters,
        from_integration=True,
    )


def _pause(integration: Integration) -> sentences.Explanation | None:
    connection = integration.connection
    if connection.paused_until is None or connection.paused_until < timezone.now():
        return None
    return sentences.explain(connection.source, connection.pause_reason)


def _clock(integration: Integration) -> dict[str, Any]:
    """By how many minutes their clock is ahead, or behind, of ours, if that is worth saying."""
    off = clocks.far_off(integration.connection_id)
    minutes = 0 if off is None else round(abs(off).total_seconds() / 60)
    return {
        "minutes_ahead": minutes if off is not None and off > timedelta() else 0,
        "minutes_behind": minutes if off is not None and off < timedelta() else 0,
        "their_source": endpoints.source_label(integration.connection.source),
    }


def _suspended(integration: Integration) -> sentences.Explanation | None:
    if integration.state != IntegrationState.SUSPENDED:
        return None
    source = integration.connection.source
    return sentences.explain(source, integration.state_reason)
