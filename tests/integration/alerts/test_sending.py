"""Alerts over real SMTP: in the recipient's language, once per change of state, errors noted."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message as Letter

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.utils import timezone
from pytest_django import Settings

from raccord.alerts import recipients, sending
from raccord.alerts.models import AlertRecipient, SentAlert
from raccord.connections import editing
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput

pytestmark = pytest.mark.django_db


class Mailbox(Message):
    """Keeps what a real SMTP server received."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Letter[str, str]] = []

    def handle_message(self, message: Letter[str, str]) -> None:
        self.received.append(message)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.PUBLIC_URL = "https://raccord.example"
    yield mailbox
    server.stop()


@pytest.fixture
def integration() -> Integration:
    project = Project.objects.create(name="Club d'été", slug="club")
    authorization = Authorization.objects.create(
        source="memory", name="Org", state=AuthorizationState.ACTIVE, authorized_at=timezone.now()
    )
    connection = Connection.objects.create(
        project=project, source="memory", name="Ventes & co", authorization=authorization
    )
    integration = editing.create_integration(connection)
    integration.state = IntegrationState.SUSPENDED
    integration.state_reason = "memory.quota_exhausted"
    integration.state_since = timezone.now()
    integration.save()
    recipients.add_recipient(integration, email="ana@example.org", language="en")
    recipients.add_recipient(integration, email="zoe@example.org", language="fr")
    return integration


def text(message: Letter[str, str]) -> str:
    return message.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_each_is_told_once_why_and_what_to_do(mailbox: Mailbox, integration: Integration) -> None:
    assert sending.integration_suspended(integration) == 2
    assert sending.integration_suspended(integration) == 0  # a second worker saw it, too
    assert {message["To"] for message in mailbox.received} == {
        "ana@example.org",
        "zoe@example.org",
    }
    (english,) = [each for each in mailbox.received if each["To"] == "ana@example.org"]
    assert "Ventes & co" in text(english)  # a text: nothing is escaped for a page
    assert "Club d'été" in text(english)
    assert "The allowance of calls is used up." in text(english)
    assert f"https://raccord.example/projects/club/integrations/{integration.pk}/" in text(english)
    (french,) = [each for each in mailbox.received if each["To"] == "zoe@example.org"]
    assert "intégration de données" in text(french)
    assert SentAlert.objects.exclude(sent_at=None).count() == 2


def test_the_next_suspension_is_told_again(mailbox: Mailbox, integration: Integration) -> None:
    sending.integration_suspended(integration)
    integration.state_since = timezone.now()
    integration.save()
    assert sending.integration_suspended(integration) == 2


def test_resuming_is_told(mailbox: Mailbox, integration: Integration) -> None:
    assert sending.integration_resumed(integration) == 2
    subject = str(make_header(decode_header(mailbox.received[0]["Subject"])))
    assert subject == "Raccord: the data integration “Ventes & co” goes on"


def test_a_lost_authorization_is_told_once_per_grant(
    mailbox: Mailbox, integration: Integration
) -> None:
    authorization = integration.connection.authorization
    authorization.reason = "oauth.invalid_grant"
    assert sending.authorization_lost(authorization) == 2
    assert sending.authorization_lost(authorization) == 0
    assert "no longer accepts" in text(mailbox.received[0])
    authorization.authorized_at = timezone.now()
    assert sending.authorization_lost(authorization) == 2


def test_switched_off_by_a_person_nobody_is_told(
    mailbox: Mailbox, integration: Integration
) -> None:
    Integration.objects.update(state=IntegrationState.DISABLED)
    assert sending.authorization_lost(integration.connection.authorization) == 0


def test_a_mail_server_that_is_down_is_noted_and_stops_nothing(
    settings: Settings, integration: Integration
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert sending.integration_suspended(integration) == 0
    assert all("refused" in alert.error.lower() for alert in SentAlert.objects.all())
    assert SentAlert.objects.count() == 2


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.org", "a@example.org\nBcc: x@y.org"])
def test_what_is_no_address_is_refused(integration: Integration, email: str) -> None:
    with pytest.raises(BadInput) as raised:
        recipients.add_recipient(integration, email=email, language="en")
    assert raised.value.at == "email"


def test_an_address_is_there_once_however_it_is_written(integration: Integration) -> None:
    with pytest.raises(BadInput):
        recipients.add_recipient(integration, email="ANA@example.org", language="fr")


def test_the_list_becomes_what_was_saved_or_stays(integration: Integration) -> None:
    ana = AlertRecipient.objects.get(email="ana@example.org")
    recipients.set_recipients(integration, [("ana@example.org", "fr"), ("new@example.org", "en")])
    assert set(AlertRecipient.objects.values_list("email", "language")) == {
        ("ana@example.org", "fr"),
        ("new@example.org", "en"),
    }
    assert AlertRecipient.objects.get(email="ana@example.org").pk == ana.pk
    with pytest.raises(BadInput):
        recipients.set_recipients(integration, [("nobody", "en")])
    assert AlertRecipient.objects.count() == 2
