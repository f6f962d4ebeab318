"""As a marketer I press “Install the plug-in in my org”; from then on the org tells by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.accounts.models import User
from raccord.connections import describing, mappings, receiving_address
from raccord.connections.mappings import MappingLine
from raccord.connections.models import FieldMapping, ReceivingAddress
from raccord.connections.plug_in import carrying_out, looking_after
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, Rule
from raccord.sync import inbound
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.scene import SEED
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

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


def install(scene: Scene, marketer: Client) -> None:
    where = [scene.project.slug, scene.connection.pk]
    before = marketer.get(reverse("plug-in", args=where)).content.decode()
    assert "Install the plug-in in my org" in before
    marketer.post(reverse("plug-in-install", args=where))
    run = Installation.objects.get()

    def over() -> bool:
        Installation.objects.update(due_at=timezone.now() - timedelta(hours=1))
        carrying_out.work(run.pk)
        run.refresh_from_db()
        return run.is_over

    wait_until(over, seconds=PATIENCE)
    looking_after.look_after(scene.connection.pk)
    after = marketer.get(reverse("plug-in", args=where)).content.decode()
    assert run.state == "done", run.outcomes
    assert "Version 1.0.0" in after and 'data-step="failed"' not in after


def linked(scene: Scene) -> tuple[Contact, str]:
    contact = scene.contact()
    scene.activate()
    scene.deliver()
    return contact, str(Link.objects.get(contact=contact.pk).remote_id)


def told(scene: Scene) -> None:
    """The org has told of something: work on it."""
    wait_until(InboxItem.objects.exists, seconds=PATIENCE)
    InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.deliver_all()


def value(contact: Contact, key: str) -> object:
    return Contact.objects.get(pk=contact.pk).values.get(key)


def quiet(scene: Scene) -> None:
    """What our own writes made it tell is over."""
    wait_until(lambda: not scene.simulator.org.plug_in.waiting, seconds=PATIENCE)
    InboxItem.objects.all().delete()


def test_what_a_colleague_edits_in_the_org_arrives_by_itself(
    scene: Scene, marketer: Client
) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    scene.simulator.representative().update("Contact", record, {"Title": "Director"})
    told(scene)
    assert value(contact, "title") == "Director"
    assert ReceivingAddress.objects.get().received_at


def test_the_plug_in_brings_the_field_for_our_id_and_it_is_used(
    scene: Scene, marketer: Client
) -> None:
    assert not scene.simulator.org.store("Contact").kind.field("Raccord_Id__c")
    install(scene, marketer)
    contact, _record = linked(scene)
    assert scene.record(contact)["Raccord_Id__c"]


def test_while_raccord_is_away_nothing_is_lost(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    receiving_address.close(scene.connection)
    scene.simulator.representative().update("Contact", record, {"Title": "Head"})
    plug_in = scene.simulator.org.plug_in
    wait_until(lambda: plug_in.attempts >= 2, seconds=PATIENCE)
    assert not InboxItem.objects.exists()
    receiving_address.reopen(scene.connection)
    told(scene)
    assert value(contact, "title") == "Head"


def test_a_wrong_secret_is_refused_and_waits(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    _contact, record = linked(scene)
    quiet(scene)
    plug_in = scene.simulator.org.plug_in
    plug_in.secrets["RaccordEndpoint", "Raccord"] = {"SigningKey": "another"}
    scene.simulator.representative().update("Contact", record, {"Title": "Nobody"})
    wait_until(lambda: plug_in.last == 401, seconds=PATIENCE)
    assert plug_in.waiting and not InboxItem.objects.exists()


def test_a_newly_mapped_field_is_told_from_then_on(scene: Scene, marketer: Client) -> None:
    transfer = scene.transfer
    transfer.mappings.filter(remote_field="Title").delete()
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    jo = scene.simulator.representative()
    jo.update("Contact", record, {"Title": "Untold"})
    assert not scene.simulator.org.plug_in.waiting
    lines = [*mappings.stored_lines(transfer), MappingLine("title", "Title", Direction.BOTH)]
    mappings.save_mappings(transfer, lines, remote=describing.described(transfer))
    InstalledPlugIn.objects.update(due_at=LONG_AGO)
    looking_after.look_after(scene.connection.pk)
    jo.update("Contact", record, {"Title": "Told"})
    told(scene)
    assert value(contact, "title") == "Told"
