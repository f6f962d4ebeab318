"""How close an integration is to its limits: refusals in a row, calls of the day; its guards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.connections import budgets, editing
from raccord.connections.models import Integration
from raccord.contacts.models import Project
from raccord.engine.budget import Budget
from raccord.engine.errors import BadInput
from raccord.engine.guards import Effect
from raccord.sync import guards
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.integrations import of_project


@dataclass(frozen=True, slots=True)
class Health:
    """failures, failure_limit: refusals in a row, and where the integration is suspended.

    ours: calls that we made today. budget: None while the other side has not said what it allows.
    begins_anew: when our count of calls does.
    """

    failures: int
    failure_limit: int
    ours: int
    budget: Budget | None
    begins_anew: datetime


GUARDS: Mapping[Effect, Any] = {
    Effect.DELETED: gettext_lazy("Records deleted over there"),
    Effect.BLANKED: gettext_lazy("People with a value emptied"),
    Effect.OPTED_IN: gettext_lazy("People opted in"),
    Effect.OVERWRITTEN: gettext_lazy("People with a value overwritten"),
}


def _guard_field(effect: Effect) -> forms.CharField:
    return forms.CharField(
        label=GUARDS[effect],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        required=False,
    )


class LimitsForm(forms.Form):
    """Every limit, as typed: they are checked where they are stored."""

    failure_limit = forms.CharField(
        label=gettext_lazy("Refusals in a row"),
        help_text=gettext_lazy(
            "At so many the integration is suspended, and people are told. A record that is taken "
            "begins the count anew."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        required=False,
    )
    deleted = _guard_field(Effect.DELETED)
    blanked = _guard_field(Effect.BLANKED)
    opted_in = _guard_field(Effect.OPTED_IN)
    overwritten = _guard_field(Effect.OVERWRITTEN)
    share = forms.CharField(
        label=gettext_lazy("Share of the daily calls, in percent"),
        help_text=gettext_lazy(
            "Raccord makes no more calls than this share of those that are allowed each day to "
            "everybody together, and always leaves the last tenth to others."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        required=False,
    )


def health_of(integration: Integration) -> Health:
    """The counters against their limits, as of now."""
    connection = integration.connection
    now = timezone.now()
    budget = budgets.of_connection(connection)
    return Health(
        failures=integration.failures,
        failure_limit=integration.failure_limit,
        ours=budgets.calls_today(connection, now=now),
        budget=budget,
        begins_anew=budgets.begins_anew(now),
    )


def limits(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up with every limit."""
    integration = of_project(project, key)
    initial = {
        "failure_limit": integration.failure_limit,
        "share": integration.connection.calls_share,
        **{str(effect): limit.text for effect, limit in guards.limits_of(integration).items()},
    }
    form = LimitsForm(request.POST or None, initial=initial)
    context = {"integration": integration, "form": form, "health": health_of(integration)}
    if request.method != "POST":
        return render(request, "connections/integration_limits.html", context)
    if form.is_valid() and _save(integration, form):
        messages.success(request, _("The limits are saved."))
        return answers.go_to(request, "integration", project.slug, key)
    return answers.invalid(request, "connections/integration_limits.html", context)


def _save(integration: Integration, form: LimitsForm) -> bool:
    """Store all or none; what is wrong is said beside its field."""
    try:
        with transaction.atomic():
            editing.change_failure_limit(integration, form.cleaned_data["failure_limit"])
            guards.change_limits(
                integration, {effect: form.cleaned_data[effect] for effect in Effect}
            )
            budgets.change_share(integration.connection, form.cleaned_data["share"])
    except BadInput as problem:
        problems.show(form, problem)
        return False
    return True
