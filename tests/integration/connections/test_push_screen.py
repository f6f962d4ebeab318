"""The connection's page: an address where the other side tells what changed, and its secret."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.connections import rotation, vault
from raccord.connections.models import ReceivingAddress
from raccord.engine.records import Direction
from tests import cast
from tests.integration.posting import Sender, a_sender, event, said
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = re.compile(r'id="shown-secret" value="([^"]*)"')
COMMANDS = re.compile(r"<textarea[^>]*>([^<]*)</textarea>")


@pytest.fixture
def scene() -> Scene:
    scene = a_scene(directions=Direction.BOTH)
    scene.activate()
    return scene


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def at(scene: Scene, name: str) -> str:
    return reverse(name, args=[scene.project.slug, scene.connection.pk])


def page(scene: Scene, marketer: Client) -> str:
    return " ".join(marketer.get(at(scene, "connection")).text.split())


def made(scene: Scene, marketer: Client) -> str:
    """A secret, made on the screen."""
    seen = getattr(ReceivingAddress.objects.first(), "generation", 0)
    answer = marketer.post(at(scene, "connection-secret"), {"seen": seen})
    assert "no-store" in answer.headers["Cache-Control"]
    (secret,) = SECRET.findall(answer.text)
    return str(secret)


def test_without_an_address_it_is_said_how_often_is_asked(scene: Scene, marketer: Client) -> None:
    text = page(scene, marketer)
    assert "its changes every 15 seconds while things happen, and every 5 minutes" in text
    assert text.index('id="data-transfer"') < text.index('id="push"')  # the next step comes first
    assert "Create the address" in text
    assert not ReceivingAddress.objects.exists()


def test_a_source_that_tells_nothing_has_no_such_card(
    scene: Scene, marketer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.connection.source = "gone"
    scene.connection.save()
    assert "Changes told at once" not in page(scene, marketer)
    answer = marketer.post(at(scene, "connection-secret"), {"seen": 0})
    assert answer.status_code == 422
    assert "This source tells nothing by itself." in answer.text


def test_the_secret_is_shown_once_and_signs(scene: Scene, marketer: Client) -> None:
    assert "shown once" in marketer.get(at(scene, "connection-secret")).text
    secret = made(scene, marketer)
    assert re.fullmatch(r"[\w-]{43}", secret)
    sender = Sender(ReceivingAddress.objects.get(), secret)
    assert sender.post(said()).status_code == 202
    for name in ("connection", "connection-secret"):
        assert secret not in marketer.get(at(scene, name)).text
    assert secret.encode() not in bytes(sender.address.secret_sealed)


def test_a_secret_somebody_else_made_meanwhile_keeps_its_worth(
    scene: Scene, marketer: Client
) -> None:
    secret = made(scene, marketer)
    for seen in ("0", "", "x", "-1", "99999999999999999999", "\0", "2"):
        answer = marketer.post(at(scene, "connection-secret"), {"seen": seen})
        assert answer.status_code == 422, seen
        assert "Somebody else made a secret meanwhile; nothing was changed." in answer.text
    address = ReceivingAddress.objects.get()
    assert (address.generation, vault.unseal(address.secret_sealed)) == (1, secret)
    assert marketer.post(at(scene, "connection-secret"), {"seen": 1}).status_code == 200


def test_the_former_secret_and_its_end_are_named(scene: Scene, marketer: Client) -> None:
    made(scene, marketer)
    assert "still holds until" not in page(scene, marketer)
    made(scene, marketer)
    assert "The former one still holds until" in page(scene, marketer)
    assert "it ends at once" in marketer.get(at(scene, "connection-secret")).text
    ReceivingAddress.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    assert "still holds until" not in page(scene, marketer)


def test_what_came_and_what_was_refused_is_said_in_words(scene: Scene, marketer: Client) -> None:
    sender = a_sender(scene.connection)
    assert "Nothing has been received yet." in page(scene, marketer)
    sender.post(said(late=timedelta(minutes=9)))
    text = page(scene, marketer)
    assert "Last refused:" in text
    assert "Compare the clocks of both sides: one of them is wrong." in text
    sender.tell(event("p1"), event("p2"))
    assert "2 changes told today (UTC)." in page(scene, marketer)
    ReceivingAddress.objects.update(events_on=timezone.now().date() - timedelta(days=1))
    assert "No change was told today (UTC)." in page(scene, marketer)


def test_an_address_is_closed_and_opened_again(scene: Scene, marketer: Client) -> None:
    sender = a_sender(scene.connection)
    marketer.post(at(scene, "connection-address-close"))
    assert sender.post(said()).status_code == 410
    text = page(scene, marketer)
    assert "nothing is taken at this address" in text
    assert "Make a new secret" not in text
    marketer.post(at(scene, "connection-address-open"))
    assert sender.post(said()).status_code == 202
    assert marketer.get(at(scene, "connection-address-close")).status_code == 405


def test_where_nothing_flows_in_it_is_said(scene: Scene, marketer: Client) -> None:
    a_sender(scene.connection)
    assert "so what it tells has no effect" not in page(scene, marketer)
    scene.transfer.mappings.update(direction=Direction.OUTBOUND)
    assert "so what it tells has no effect" in page(scene, marketer)


def test_another_projects_connection_is_nobodys(scene: Scene, marketer: Client) -> None:
    elsewhere = cast.a_project("Elsewhere")
    for name in ("connection-secret", "connection-address-close", "connection-address-open"):
        address = reverse(name, args=[elsewhere.slug, scene.connection.pk])
        assert marketer.post(address, {"seen": 0}).status_code == 404


def test_secrets_survive_a_new_vault_key(scene: Scene, settings: Settings) -> None:
    sender = a_sender(scene.connection)
    settings.VAULT_KEYS = ["new", *settings.VAULT_KEYS]
    assert rotation.reseal_all().unreadable == 0
    settings.VAULT_KEYS = ["new"]
    assert sender.post(said()).status_code == 202


def test_the_commands_on_the_screen_send_a_message_that_is_taken(
    scene: Scene, marketer: Client, live_server: LiveServer, settings: Settings
) -> None:
    if not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("needs curl and openssl")
    settings.PUBLIC_URL = live_server.url
    answer = marketer.post(at(scene, "connection-secret"), {"seen": 0})
    (commands,) = COMMANDS.findall(answer.text)
    ran = subprocess.run(
        ["/bin/sh", "-c", unescape(commands)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"taken": []' in ran.stdout, ran
    assert ReceivingAddress.objects.get().received_at
