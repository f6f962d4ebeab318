"""A real mail server, and an integration with two people who are told about it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import Message as Letter

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.utils import timezone
from pytest_django import Settings

from raccord.alerts import recipients
from raccord.connections import editing
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.contacts.models import Project


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
def integration(db: None) -> Integration:
    """An active one; Ana is told in English, Zoé in French."""
    project = Project.objects.create(name="Club d'été", slug="club")
    authorization = Authorization.objects.create(
        source="memory", name="Org", state=AuthorizationState.ACTIVE, authorized_at=timezone.now()
    )
    connection = Connection.objects.create(
        project=project, source="memory", name="Ventes & co", authorization=authorization
    )
    integration = editing.create_integration(connection)
    integration.state = IntegrationState.ACTIVE
    integration.save()
    recipients.add_recipient(integration, email="ana@example.org", language="en")
    recipients.add_recipient(integration, email="zoe@example.org", language="fr")
    return integration


def suspend(integration: Integration) -> None:
    Integration.objects.filter(pk=integration.pk).update(
        state=IntegrationState.SUSPENDED,
        state_reason="memory.quota_exhausted",
        state_since=timezone.now(),
        failures=1_000,
    )
