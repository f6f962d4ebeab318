"""Step 5: Activate, after the pre-flight said what will happen; Deactivate and Resume."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, preflight, sentences
from raccord.connections.models import Integration
from raccord.contacts.models import Project
from raccord.engine.errors import Failure
from raccord.engine.records import Operation
from raccord.sync import activate as switch
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.data_flows import data_flows
from raccord.web.connections.integrations import of_project

TEMPLATE = "connections/activation.html"


def activate(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up with the findings; its button activates."""
    integration = of_project(project, key)
    if request.method == "POST":
        return _switched(
            request, project, integration, by=switch.activate, told=_("The integration is active.")
        )
    findings = preflight.preflight(integration)
    source = integration.connection.source
    shown = data_flows(integration)
    context = {
        "integration": integration,
        "source_label": endpoints.source_label(source),
        "flows": shown,
        "sends": any(each.sent for each in shown),
        "receives": any(each.received or each.creates for each in shown),
        "reads_all": any(each.reads_all for each in shown),
        "blocked": preflight.blocks(findings),
        "contacts": _contacts_to_look_up(integration),
        "alerted": integration.alert_recipients.count(),
        "findings": [
            (finding, sentences.explain(source, finding.code, finding.params))
            for finding in findings
        ],
    }
    return render(request, TEMPLATE, context)


def _contacts_to_look_up(integration: Integration) -> int:
    """How many contacts the first load brings; none where "created" is ticked nowhere."""
    brings = integration.update_types.filter(
        transfer__active=True, operations__contains=[Operation.CREATED]
    )
    project = integration.connection.project
    return project.contacts.filter(deleted_at=None).count() if brings.exists() else 0


@require_POST
def deactivate(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Stop collecting and sending."""
    return _switched(
        request,
        project,
        of_project(project, key),
        by=switch.deactivate,
        told=_("The integration is deactivated."),
    )


@require_POST
def resume(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Go on where errors stopped it."""
    return _switched(
        request,
        project,
        of_project(project, key),
        by=switch.resume,
        told=_("The integration goes on."),
    )


def _switched(
    request: HttpRequest,
    project: Project,
    integration: Integration,
    *,
    by: Callable[[Integration], object],
    told: str,
) -> HttpResponse:
    try:
        by(integration)
    except Failure as failure:
        problems.tell(request, failure, source=integration.connection.source)
    else:
        messages.success(request, told)
    return answers.go_to(request, "integration", project.slug, integration.pk)
