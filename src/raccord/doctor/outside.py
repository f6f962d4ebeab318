"""What lies outside: the mail server, and the other side of each connection."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import AuthorizationState, Connection
from raccord.connections.opening import open_connector
from raccord.connections.sentences import explain, explain_failure
from raccord.doctor.findings import Finding, fine, warning, wrong
from raccord.engine.errors import Failure
from raccord.installation import hold
from raccord.sync import clocks


def mail() -> Iterator[Finding]:
    """Whether the mail server lets us in; wrong only if somebody is waiting for alerts."""
    title = _("Mail")
    if settings.MAIL_DIR:
        if os.access(settings.MAIL_DIR, os.W_OK) or not Path(settings.MAIL_DIR).exists():
            text = _("E-mails become files in %(folder)s; nobody gets them.")
            todo = _(
                "Set RACCORD_SMTP_HOST and remove RACCORD_MAIL_DIR where alerts are to arrive."
            )
            yield warning("mail", title, text % {"folder": settings.MAIL_DIR}, todo=todo)
        else:
            text = _("The folder for e-mails cannot be written to: %(folder)s.")
            todo = _("Give its rights back to the user that Raccord runs as.")
            yield wrong("mail", title, text % {"folder": settings.MAIL_DIR}, todo=todo)
        return
    reason = _refused_by_mail()
    server = {"server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", "reason": reason}
    if not reason:
        yield fine("mail", title, _("%(server)s takes e-mails.") % server)
        return
    text = _("%(server)s does not take e-mails (%(reason)s).") % server
    todo = _("Check the settings that begin with RACCORD_SMTP.")
    found = wrong if AlertRecipient.objects.exists() else warning
    yield found("mail", title, text, todo=todo)


def connections() -> Iterator[Finding]:
    """Whether each connection's other side answers."""
    if hold.is_held():
        return
    for connection in Connection.objects.select_related("authorization").order_by("pk"):
        yield _connection(connection)
        yield from _their_clock(connection)


def _connection(connection: Connection) -> Finding:
    check = f"connection.{connection.pk}"
    title = _("Connection “%(name)s”") % {"name": connection.name}
    if connection.authorization.state != AuthorizationState.ACTIVE:
        code = connection.authorization.reason or "raccord.authorization.not_authorized"
        told = explain(connection.source, code)
        return wrong(check, title, told.what, todo=told.todo)
    began = time.monotonic()
    try:
        open_connector(connection).check()
    except Failure as failure:
        told = explain_failure(failure, source=connection.source)
        return wrong(check, title, told.what, todo=told.todo)
    took = {"milliseconds": int((time.monotonic() - began) * 1000)}
    return fine(check, title, _("It answered within %(milliseconds)d ms.") % took)


def _their_clock(connection: Connection) -> Iterator[Finding]:
    told = clocks.offset(connection.pk)
    far = clocks.FAR_OFF
    if told is None or (told.low <= far and told.high >= -far):
        return
    title = _("Connection “%(name)s”") % {"name": connection.name}
    apart = {"seconds": int(abs((told.low + told.high) / 2).total_seconds())}
    text = _("Its clock and ours are about %(seconds)d seconds apart.") % apart
    todo = _("Let the database’s machine take its time from the network (NTP).")
    yield warning(f"connection.{connection.pk}.clock", title, text, todo=todo)


def _refused_by_mail() -> str:
    """Why the server does not let us in, without a word of its own; "" if it does."""
    server = get_connection(fail_silently=False, timeout=10)
    try:
        server.open()
        server.close()
    except SMTPResponseException as error:
        return f"{type(error).__name__} {error.smtp_code}"
    except (OSError, SMTPException) as error:
        return type(error).__name__
    return ""
