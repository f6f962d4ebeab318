"""Alerts posted to a web address: signed, to a real server, and never into the own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db.models import F
from pytest_django import Settings

from raccord.alerts import alarms, hooks
from raccord.alerts.models import AlertHook, AlertRecipient, SentAlert
from raccord.connections.models import Integration
from raccord.engine.errors import BadInput
from tests.integration.alerts.conftest import suspend

pytestmark = pytest.mark.django_db


class ChatTool(HTTPServer):
    """Takes what is posted and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.status = 200
        self.taken: list[tuple[dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/abc?x=1"


class _Conversation(BaseHTTPRequestHandler):
    server: ChatTool

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(({"path": self.path, **dict(self.headers)}, body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def chat_tool(settings: Settings) -> Iterator[ChatTool]:
    settings.PRIVATE_ALERT_HOOKS = True
    server = ChatTool()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def nobody_by_mail(integration: Integration) -> None:
    AlertRecipient.objects.all().delete()


def test_it_is_posted_signed_in_words_and_in_facts(
    chat_tool: ChatTool, integration: Integration
) -> None:
    secret = hooks.store(integration, address=chat_tool.address, language="fr")
    suspend(integration)
    alarms.attend()
    ((headers, body),) = chat_tool.taken
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Raccord-Signature"] == f"v1={expected}"
    assert headers["path"] == "/hooks/abc?x=1"
    said = json.loads(body)
    assert said["text"].startswith("Raccord")
    assert "désactivée" in said["text"]
    assert said["kind"] == "integration_suspended"
    assert said["stage"] == "begun"
    assert said["sent_at"]
    assert SentAlert.objects.get().sent_at


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_was_not_taken_is_tried_again(
    chat_tool: ChatTool, integration: Integration, status: int
) -> None:
    hooks.store(integration, address=chat_tool.address, language="en")
    suspend(integration)
    chat_tool.status = status
    alarms.attend()
    assert f"HTTP {status}" in SentAlert.objects.get().error
    chat_tool.status = 204
    SentAlert.objects.update(due_at=F("due_at") - timedelta(minutes=1))
    alarms.attend()
    assert SentAlert.objects.get().sent_at
    assert len(chat_tool.taken) == 2


def test_at_rest_neither_address_nor_secret_can_be_read(
    chat_tool: ChatTool, integration: Integration
) -> None:
    secret = hooks.store(integration, address=chat_tool.address, language="en")
    stored = AlertHook.objects.get()
    assert b"hooks/abc" not in bytes(stored.address_sealed)
    assert secret.encode() not in bytes(stored.secret_sealed)
    assert stored.host == "127.0.0.1"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "chat",
        "ftp://example.org/x",
        "https://",
        "https://user:password@example.org/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nX-Evil: 1",
        "https://[::1",
        "https://" + "a" * 3_000 + ".org/",
        "javascript:alert(1)",
        "\0https://example.org",
    ],
)
def test_what_is_no_address_is_refused(integration: Integration, address: str) -> None:
    with pytest.raises(BadInput) as raised:
        hooks.store(integration, address=address, language="en")
    assert raised.value.code == hooks.INVALID
    assert raised.value.at == "address"
    assert not AlertHook.objects.exists()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "2130706433",
        "0x7f.1",
    ],
)
def test_the_own_network_is_not_reached(integration: Integration, host: str) -> None:
    with pytest.raises(BadInput) as raised:
        hooks.store(integration, address=f"https://{host}/", language="en")
    assert raised.value.code in (hooks.NOT_PUBLIC, hooks.UNKNOWN_HOST)
    assert not AlertHook.objects.exists()


def test_without_tls_only_where_private_addresses_are_allowed(integration: Integration) -> None:
    with pytest.raises(BadInput) as raised:
        hooks.store(integration, address="http://example.org/", language="en")
    assert raised.value.code == hooks.NOT_SECURE


def test_an_address_that_became_private_is_not_called(
    settings: Settings, chat_tool: ChatTool, integration: Integration
) -> None:
    hooks.store(integration, address=chat_tool.address, language="en")
    settings.PRIVATE_ALERT_HOOKS = False
    suspend(integration)
    alarms.attend()
    assert chat_tool.taken == []
    assert hooks.NOT_PUBLIC in SentAlert.objects.get().error


def test_taken_away_it_is_told_no_more(chat_tool: ChatTool, integration: Integration) -> None:
    hooks.store(integration, address=chat_tool.address, language="en")
    hooks.remove(integration)
    suspend(integration)
    alarms.attend()
    assert chat_tool.taken == []
    assert not SentAlert.objects.exists()
