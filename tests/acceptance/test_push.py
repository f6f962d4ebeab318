"""As a sales representative I change a record; the org tells of it, and the marketer sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from django.db import connection
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.connections.models import FieldMapping
from raccord.connectors import webhook
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, Rule
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.scene import SEED
from tests.integration.posting import Sender, a_sender, event, said
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
PATIENCE = 90.0


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    with Simulator(seed=SEED) as running:
        settings.SIMULATOR_URL = running.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        yield running


@pytest.fixture
def scene(simulator: Simulator) -> Scene:
    """Both ways; nobody asks the org what changed there."""
    made = a_scene(simulator)
    FieldMapping.objects.update(direction=Direction.BOTH, rule=Rule.THEIRS)
    Reading.objects.create(transfer=made.transfer, high=NEVER, safe=NEVER, due_at=NEVER)
    return made


@pytest.fixture
def worker(scene: Scene, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """A worker process of its own, over the test's database."""
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "RACCORD_SIMULATOR_URL": settings.SIMULATOR_URL,
        "RACCORD_VAULT_KEYS": ",".join(settings.VAULT_KEYS),
        "RACCORD_SECRET_KEY": settings.SECRET_KEY,
        "RACCORD_OAUTH_CLIENT_ID": "",
        "RACCORD_OAUTH_CLIENT_SECRET": "",
    }
    started = threading.Event()
    process = subprocess.Popen(
        [sys.executable, "-m", "raccord.cli", "worker"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []

    def read() -> None:
        for line in process.stdout or ():
            lines.append(line)
            if "worker.started" in line:
                started.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert started.wait(PATIENCE), lines
    yield process
    process.terminate()
    process.wait(timeout=PATIENCE)
    reader.join()


def post(sender: Sender, live_server: LiveServer, *events: dict[str, object]) -> httpx.Response:
    """As the plug-in does, over the line."""
    body = said(*events)
    signed = webhook.signature(body, key=sender.secret.encode())
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        return client.post(
            live_server.url + sender.path, content=body, headers={webhook.SIGNATURE: signed}
        )


def test_what_is_told_reaches_the_contact_without_anybody_asking(
    scene: Scene, worker: subprocess.Popen[str], live_server: LiveServer
) -> None:
    contact = scene.contact()
    scene.activate()
    record = wait_until(
        lambda: (
            Link.objects.filter(contact=contact.pk, state="linked")
            .values_list("remote_id", flat=True)
            .first()
        ),
        seconds=PATIENCE,
    )
    sender = a_sender(scene.connection)
    jo = scene.simulator.representative()
    jo.update("Contact", record, {"Title": "Director"})
    # As a trigger in the org writes it: 15 characters.
    told = event(record[:15], object_name="Contact")
    assert post(sender, live_server, told).json()["taken"] == [told["id"]]
    wait_until(
        lambda: Contact.objects.filter(pk=contact.pk, values__title="Director").exists(),
        seconds=PATIENCE,
    )
    wait_until(lambda: not InboxItem.objects.exists(), seconds=PATIENCE)
    assert Reading.objects.get().read_at is None
    assert worker.poll() is None


def test_a_converted_lead_is_told_to_both_data_types(simulator: Simulator) -> None:
    scene = a_scene(simulator, object_names=("Contact", "Lead"))
    FieldMapping.objects.update(direction=Direction.BOTH)
    scene.activate()
    sender = a_sender(scene.connection)
    told = event(
        "00QWs00000AbCdHIAV",
        object_name="Lead",
        kind="converted",
        into="003Ws00000AbCdJIAV",
    )
    assert sender.tell(told).status_code == 202
    hints = set(InboxItem.objects.values_list("transfer__object", "remote_id"))
    assert hints == {("Lead", "00QWs00000AbCdHIAV"), ("Contact", "003Ws00000AbCdJIAV")}


def _database_url() -> str:
    """Of the test's own database."""
    at = connection.settings_dict
    user, password = quote(str(at["USER"])), quote(str(at["PASSWORD"]))
    name, host = quote(str(at["NAME"])), quote(str(at["HOST"]), safe="")
    return f"postgresql://{user}:{password}@/{name}?host={host}&port={at['PORT']}"
