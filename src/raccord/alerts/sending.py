"""Telling people that an integration stopped, or goes on: one message per change of state.

`sync` calls these when a state has changed and is committed. Each recipient's message is a row
first and an e-mail second: who was told already is not told again, and a message that could not
be sent says why. A mail server that is down never stops the flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from raccord.alerts.models import AlertRecipient, SentAlert
from raccord.connections.models import Authorization, Integration, IntegrationState
from raccord.connections.sentences import explain

log = structlog.get_logger(__name__)

SUSPENDED = "integration_suspended"
RESUMED = "integration_resumed"
AUTHORIZATION_LOST = "authorization_lost"


@dataclass(frozen=True, slots=True)
class _News:
    """One change of state. since: when it happened; what was sent after it needs no repeating."""

    kind: str
    integration: Integration
    since: datetime | None
    reason: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)


def integration_suspended(
    integration: Integration, *, parameters: Mapping[str, object] | None = None
) -> int:
    """Tell the recipients that errors suspended `integration`; returns how many were told."""
    return _tell(
        _News(
            SUSPENDED,
            integration,
            since=integration.state_since,
            reason=integration.state_reason,
            parameters=parameters or {},
        )
    )


def integration_resumed(integration: Integration) -> int:
    """Tell the recipients that `integration` goes on where it stopped."""
    return _tell(_News(RESUMED, integration, since=integration.state_since))


def authorization_lost(authorization: Authorization) -> int:
    """Tell the recipients of every active integration that a person has to authorize again."""
    affected = Integration.objects.filter(connection__authorization=authorization).exclude(
        state=IntegrationState.DISABLED
    )
    return sum(
        _tell(
            _News(
                AUTHORIZATION_LOST,
                integration,
                since=authorization.authorized_at,
                reason=authorization.reason,
            )
        )
        for integration in affected.select_related("connection__project")
    )


def _tell(news: _News) -> int:
    told = SentAlert.objects.filter(integration=news.integration, kind=news.kind)
    if news.since is not None:
        told = told.filter(created_at__gte=news.since)
    already = {email.lower() for email in told.values_list("email", flat=True)}
    sent = 0
    for recipient in news.integration.alert_recipients.all():
        if recipient.email.lower() not in already:
            sent += _send(news, recipient=recipient)
    log.info("alert.told", kind=news.kind, integration=news.integration.pk, sent=sent)
    return sent


def _send(news: _News, *, recipient: AlertRecipient) -> bool:
    alert = SentAlert.objects.create(
        integration=news.integration, kind=news.kind, email=recipient.email
    )
    try:
        _message(news, recipient=recipient).send()
    except OSError as fault:  # smtplib's exceptions are OSErrors, too
        alert.error = f"{type(fault).__name__}: {fault}"[:500]
        log.warning("alert.not_sent", alert=alert.pk, fault=type(fault).__name__)
    else:
        alert.sent_at = timezone.now()
    alert.save(update_fields=["sent_at", "error"])
    return alert.sent_at is not None


def _message(news: _News, *, recipient: AlertRecipient) -> EmailMessage:
    connection = news.integration.connection
    with translation.override(recipient.language):
        context = {
            "connection": connection,
            "project": connection.project,
            "reason": explain(connection.source, news.reason, news.parameters)
            if news.reason
            else None,
            "address": settings.PUBLIC_URL + _path(news.integration),
        }
        text = render_to_string(f"alerts/{news.kind}.txt", context)
        subject = _subject(news.kind) % {"connection": connection.name}
    return EmailMessage(subject=subject, body=text, to=[recipient.email])


def _subject(kind: str) -> str:
    return {
        SUSPENDED: _("Raccord: the data integration “%(connection)s” was disabled"),
        RESUMED: _("Raccord: the data integration “%(connection)s” goes on"),
        AUTHORIZATION_LOST: _("Raccord: “%(connection)s” needs to be authorized again"),
    }[kind]


def _path(integration: Integration) -> str:
    return reverse("integration", args=[integration.connection.project.slug, integration.pk])
