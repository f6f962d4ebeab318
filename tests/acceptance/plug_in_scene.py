"""A project whose org may get the plug-in, and a person who presses the buttons of its page."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.accounts.models import User
from raccord.connections.models import FieldMapping
from raccord.connections.plug_in.models import Installation
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.plug_in_runs import looked_after, to_the_end
from tests.integration.connections.scene import SEED
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
PATIENCE = 90.0


@pytest.fixture
def simulator(settings: Settings, live_server: LiveServer) -> Iterator[Simulator]:
    """An org without our field: the plug-in brings it."""
    with Simulator(seed={"apps": SEED["apps"]}) as running:
        settings.SIMULATOR_URL = running.url
        settings.PUBLIC_URL = live_server.url
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
def marketer(scene: Scene) -> Client:
    person = User.objects.create_superuser("ana@example.org", "correct horse battery staple")
    client = Client()
    client.force_login(person)
    return client


def page(scene: Scene, marketer: Client, name: str = "plug-in") -> str:
    """What a page says, without its line breaks."""
    answer = marketer.get(reverse(name, args=[scene.project.slug, scene.connection.pk]))
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.text).split())


def press(scene: Scene, marketer: Client, name: str, **form: str) -> str:
    """Press a button of the plug-in's page; what is said then."""
    where = reverse(name, args=[scene.project.slug, scene.connection.pk])
    answer = marketer.post(where, form, follow=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.text).split())


def run_to_its_end() -> Installation:
    return to_the_end(Installation.objects.order_by("-pk")[0])


def install(scene: Scene, marketer: Client) -> None:
    assert "Install the plug-in in my org" in page(scene, marketer)
    press(scene, marketer, "plug-in-install")
    run = run_to_its_end()
    assert run.state == "done", run.outcomes
    looked_after(scene.connection)
    after = page(scene, marketer)
    assert "Version 1.0.0" in after and 'data-step="failed"' not in after


def remove(scene: Scene, marketer: Client, **form: str) -> Installation:
    assert "What stays:" in page(scene, marketer, "plug-in-remove")
    press(scene, marketer, "plug-in-remove", **form)
    return run_to_its_end()


def linked(scene: Scene) -> tuple[Contact, str]:
    contact = scene.contact()
    scene.activate()
    scene.deliver()
    return contact, str(Link.objects.get(contact=contact.pk).remote_id)


def told(scene: Scene) -> None:
    """The org has told of something: work on it."""
    wait_until(InboxItem.objects.exists, seconds=PATIENCE)
    _work(scene)


def value(contact: Contact, key: str) -> object:
    return Contact.objects.get(pk=contact.pk).values.get(key)


def quiet(scene: Scene) -> None:
    """What our own writes made it tell is over."""
    wait_until(lambda: not scene.simulator.org.plug_in.waiting, seconds=PATIENCE)
    InboxItem.objects.all().delete()


def ask(scene: Scene) -> None:
    """Raccord asks the org for its changes, as it does every few minutes."""
    Reading.objects.update(high=LONG_AGO, safe=LONG_AGO, due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    _work(scene)


def _work(scene: Scene) -> None:
    InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.deliver_all()
