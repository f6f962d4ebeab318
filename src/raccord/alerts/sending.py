"""Sending what `alarms.py` stored: by e-mail, and to a web address.

At most one process sends a message at a time, since whoever takes it moves its next attempt away
first; one that dies right after the server has taken it sends it twice. A server that is down is
tried again, less and less often, and never stops anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection as database
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from raccord.alerts import hooks
from raccord.alerts.models import AlertHook, AlertRecipient, SentAlert, Stage
from raccord.alerts.words import title, words
from raccord.connections.models import Integration
from raccord.connections.sentences import Explanation, explain
from raccord.engine.errors import Failure

log = structlog.get_logger(__name__)

_RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long after each failed attempt the next one follows; after the last one it is given up."""

_TAKE = """
UPDATE alerts_sentalert
SET attempts = attempts + 1, due_at = clock_timestamp() + interval '2 minutes'
WHERE id = (
    SELECT id FROM alerts_sentalert WHERE due_at <= clock_timestamp()
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A message in the words of its reader. facts: the same for programs."""

    subject: str
    text: str
    facts: dict[str, object]


def now() -> datetime:
    """The time by the database's clock, by which everything here is due."""
    with database.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def send_due() -> int:
    """Send every message that is due; returns how many were."""
    sent = 0
    while alert := _take():
        sent += _attempt(alert)
    return sent


def test(integration: Integration) -> list[SentAlert]:
    """Send a test to everybody who is told, once; each `error` says why one failed."""
    alerts = [
        SentAlert(
            integration=integration,
            kind=Stage.TEST,
            stage=Stage.TEST,
            email=email,
            language=language,
            attempts=1,
        )
        for email, language in recipients_of(integration.pk)
    ]
    for alert in alerts:
        alert.save()
        _attempt(alert, is_last=True)
    return alerts


def recipients_of(integration: int) -> list[tuple[str, str]]:
    """Who is told: each address with its language; "" stands for the chat tool."""
    recipients = AlertRecipient.objects.filter(integration=integration)
    hooks_ = AlertHook.objects.filter(integration=integration)
    return [
        *recipients.values_list("email", "language"),
        *(("", language) for language in hooks_.values_list("language", flat=True)),
    ]


def summary(alert: SentAlert) -> str:
    """What a message is about, in the language of who looks."""
    return title(alert.kind, alert.stage) % _names(alert)


def in_words(alert: SentAlert) -> Told:
    """What a message says, in its language."""
    connection = alert.integration.connection
    with translation.override(alert.language):
        names = _names(alert)
        is_over = alert.stage == Stage.OVER
        address = settings.PUBLIC_URL + reverse(
            "integration", args=[connection.project.slug, alert.integration_id]
        )
        sentence = title(alert.kind, alert.stage) % names
        reason = None if is_over else _reason(alert)
        effect = "" if is_over else str(words(alert.kind).effect) % names
        text = render_to_string(
            "alerts/alert.txt",
            {
                "title": sentence,
                "project": connection.project,
                "noticed_at": alert.alarm and timezone.localtime(alert.alarm.noticed_at),
                "reason": reason,
                "effect": effect,
                "address": address,
            },
        )
        subject = _("Raccord: %(title)s") % {"title": sentence}
    facts: dict[str, object] = {
        "id": alert.pk,
        "kind": alert.kind,
        "stage": alert.stage,
        "project": connection.project.name,
        "connection": connection.name,
        "since": alert.alarm and alert.alarm.noticed_at.isoformat(),
        "reason": alert.alarm.reason if alert.alarm else "",
        "count": names["count"],
        "address": address,
    }
    return Told(" ".join(subject.splitlines()), text, facts)


def _names(alert: SentAlert) -> dict[str, object]:
    connection = alert.integration.connection
    return {
        "connection": connection.name,
        "project": connection.project.name,
        "count": alert.alarm.count if alert.alarm else 0,
    }


def _reason(alert: SentAlert) -> Explanation | None:
    if alert.alarm is None or not alert.alarm.reason:
        return None
    source = alert.integration.connection.source
    return explain(source, alert.alarm.reason, alert.alarm.parameters)


def _take() -> SentAlert | None:
    """The message that has been due longest, taken for long enough to be sent."""
    with database.cursor() as cursor:
        cursor.execute(_TAKE)
        row = cursor.fetchone()
    if row is None:
        return None
    alerts = SentAlert.objects.select_related("alarm", "integration__connection__project")
    return alerts.get(pk=row[0])


def _attempt(alert: SentAlert, *, is_last: bool = False) -> bool:
    try:
        _send(alert)
    except (OSError, Failure) as fault:  # smtplib's exceptions are OSErrors, too
        alert.error = f"{type(fault).__name__}: {fault}"[:500]
        alert.due_at = None if is_last else _next_attempt(alert)
        log.warning("alert.not_sent", alert=alert.pk, fault=type(fault).__name__)
    else:
        alert.sent_at, alert.due_at, alert.error = now(), None, ""
        log.info("alert.sent", alert=alert.pk, kind=alert.kind, stage=alert.stage)
    alert.save(update_fields=["sent_at", "error", "due_at"])
    return alert.sent_at is not None


def _next_attempt(alert: SentAlert) -> datetime | None:
    if alert.attempts > len(_RETRY_AFTER):
        return None
    return now() + _RETRY_AFTER[max(alert.attempts, 1) - 1]


def _send(alert: SentAlert) -> None:
    told = in_words(alert)
    if alert.email:
        EmailMessage(subject=told.subject, body=told.text, to=[alert.email]).send()
        return
    hook = AlertHook.objects.filter(integration=alert.integration_id).first()
    if hook is not None:  # nobody is told at an address that was taken away meanwhile
        hooks.post(hook, {"text": f"{told.subject}\n\n{told.text}", **told.facts})
