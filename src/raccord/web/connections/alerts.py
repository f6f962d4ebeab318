"""The rest of the "E-mail alert" section: a chat tool, a test, and what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from raccord.alerts import hooks, sending
from raccord.alerts.models import AlertHook, SentAlert
from raccord.connections.models import Integration
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.integrations import of_project

_SHOWN = 5


class HookForm(forms.Form):
    """Where to post, and in which language."""

    address = forms.CharField(
        label=gettext_lazy("Web address"),
        help_text=gettext_lazy(
            "Of an “incoming webhook” of Slack, Mattermost or a similar chat tool, or of anything "
            "else that reads JSON."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


def alerts_of(integration: Integration) -> dict[str, Any]:
    """The chat tool, if there is one, and the newest messages."""
    newest = integration.alerts.order_by("-pk").select_related("alarm")[:_SHOWN]
    return {
        "hook": AlertHook.objects.filter(integration=integration).first(),
        "sent_alerts": [(alert, sending.summary(alert)) for alert in newest],
    }


@never_cache
def hook(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up: an address; then the secret that signs what is posted there, once."""
    integration = of_project(project, key)
    form = HookForm(
        request.POST or None, initial={"language": getattr(request, "LANGUAGE_CODE", "en")}
    )
    context = {"integration": integration, "form": form}
    if request.method != "POST":
        return render(request, "connections/alert_hook.html", context)
    if not form.is_valid():
        return answers.invalid(request, "connections/alert_hook.html", context)
    try:
        secret = hooks.store(
            integration,
            address=form.cleaned_data["address"],
            language=form.cleaned_data["language"],
        )
    except BadInput as problem:
        problems.show(form, problem)
        return answers.invalid(request, "connections/alert_hook.html", context)
    return render(request, "connections/alert_hook_shown.html", {**context, "secret": secret})


@require_POST
def hook_remove(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Tell the chat tool no more."""
    hooks.remove(of_project(project, key))
    messages.success(request, _("The chat tool is told no more."))
    return answers.go_to(request, "integration", project.slug, key)


@require_POST
def test(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Send a test to everybody who is told, and say what came of it."""
    sent = sending.test(of_project(project, key))
    delivered = [alert for alert in sent if alert.sent_at]
    if not sent:
        messages.warning(request, _("Nobody is told yet. “Add” an address, then save."))
    if delivered:
        text = ngettext("%(count)d test was sent.", "%(count)d tests were sent.", len(delivered))
        messages.success(request, text % {"count": len(delivered)})
    for alert in sent:
        if not alert.sent_at:
            _tell_failure(request, alert)
    return answers.go_to(request, "integration", project.slug, key)


def _tell_failure(request: HttpRequest, alert: SentAlert) -> None:
    whom = alert.email or _("the chat tool")
    messages.error(
        request,
        _("The test to %(whom)s could not be sent: %(error)s")
        % {"whom": whom, "error": alert.error},
    )
