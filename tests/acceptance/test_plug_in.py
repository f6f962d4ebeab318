"""As a marketer I press “Install the plug-in in my org”; from then on the org tells by itself."""

from __future__ import annotations

import html
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.accounts.models import User
from raccord.connections import describing, mappings, receiving_address
from raccord.connections.mappings import MappingLine
from raccord.connections.models import FieldMapping, ReceivingAddress
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.metadata.component import Component
from salesforce_simulator.metadata.components import content_of
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.plug_in_runs import looked_after, may_not, to_the_end, turn
from tests.integration.connections.scene import SEED
from tests.integration.contacts import child
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

DIES_ASKING = """
from raccord.connections.plug_in import carrying_out
from raccord.connectors.salesforce.plug_in.org import OrgPlugIn
def die(*question):
    os.kill(os.getpid(), signal.SIGKILL)
OrgPlugIn.progress = die
for _turn in range(100):
    carrying_out.work({run})
    from raccord.connections.plug_in.models import Installation
    from django.db.models.functions import Now
    Installation.objects.update(due_at=Now())
"""
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


def test_while_raccord_is_away_nothing_is_lost_and_nothing_doubled(
    scene: Scene, marketer: Client
) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    receiving_address.close(scene.connection)
    scene.simulator.representative().update("Contact", record, {"Title": "Head"})
    plug_in = scene.simulator.org.plug_in
    wait_until(lambda: plug_in.attempts >= 2, seconds=PATIENCE)
    assert not InboxItem.objects.exists()
    jo = scene.simulator.representative()
    stranger = jo.create("Contact", {"LastName": "Meanwhile", "Email": "meanwhile@example.org"})
    receiving_address.reopen(scene.connection)
    wait_until(lambda: not plug_in.waiting, seconds=PATIENCE)
    told(scene)
    assert value(contact, "title") == "Head"
    # Each record once, however often it was told of.
    looked_at = list(Link.objects.values_list("remote_id", flat=True))
    assert len(looked_at) == len(set(looked_at)) and record in looked_at
    assert Contact.objects.filter(values__email="meanwhile@example.org").count() <= 1
    assert stranger


def test_a_wrong_secret_is_refused_and_waits(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    plug_in = scene.simulator.org.plug_in
    plug_in.secrets["RaccordEndpoint", "Raccord"] = {"SigningKey": "another"}
    scene.simulator.representative().update("Contact", record, {"Title": "Nobody"})
    wait_until(lambda: plug_in.last == 401, seconds=PATIENCE)
    assert plug_in.waiting and not InboxItem.objects.exists()
    looked_after(scene.connection)
    assert "they are signed with another secret" in page(scene, marketer)
    assert "Last message refused" in page(scene, marketer, "connection")
    press(scene, marketer, "plug-in-install")
    assert run_to_its_end().state == "done"
    told(scene)
    assert value(contact, "title") == "Nobody"


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
    looked_after(scene.connection)
    jo.update("Contact", record, {"Title": "Told"})
    told(scene)
    assert value(contact, "title") == "Told"


def test_removed_it_is_silent_and_raccord_asks_as_before(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    run = remove(scene, marketer)
    assert run.state == "done", run.outcomes
    after = page(scene, marketer, "connection")
    assert "Not installed" in after and "Address closed" in after
    scene.simulator.representative().update("Contact", record, {"Title": "Asked for"})
    assert not scene.simulator.org.plug_in.waiting and not InboxItem.objects.exists()
    ask(scene)
    assert value(contact, "title") == "Asked for"
    # Raccord's own id of the person stayed where it was.
    assert scene.record(contact)["Raccord_Id__c"]


def test_with_everything_the_field_goes_and_contacts_are_still_sent(
    scene: Scene, marketer: Client
) -> None:
    install(scene, marketer)
    contact, _record = linked(scene)
    assert remove(scene, marketer, everything="on").state == "done"
    assert "Raccord_Id__c" not in scene.record(contact)
    scene.edit(contact, first_name="Ida")
    other = scene.contact("accents")
    scene.deliver_all()
    assert scene.record(contact)["FirstName"] == "Ida" and scene.record(other)


def test_a_new_secret_reaches_the_org_by_itself(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    said = press(scene, marketer, "connection-secret", seen="1")
    assert "The new secret" in said
    looked_after(scene.connection)
    address = ReceivingAddress.objects.get()
    assert scene.simulator.org.plug_in.secret == receiving_address.present_secret(address)
    # The former one holds no more, and nothing depends on it.
    ReceivingAddress.objects.update(former_until=LONG_AGO)
    scene.simulator.representative().update("Contact", record, {"Title": "Renewed"})
    told(scene)
    assert value(contact, "title") == "Renewed"


def test_where_the_secret_may_not_be_stored_it_is_said_what_to_do(
    scene: Scene, marketer: Client
) -> None:
    install(scene, marketer)
    may_not(scene.simulator, "ManageNamedCredentials")
    press(scene, marketer, "connection-secret", seen="1")
    looked_after(scene.connection)
    said = page(scene, marketer)
    assert "lacks the permission “Manage Named Credentials”" in said
    assert "still taken with the former secret" in said and "SigningKey" in said
    assert "The new secret is not over there yet." in page(scene, marketer, "connection")
    press(scene, marketer, "plug-in-secret")
    assert "The new secret is not over there yet." not in page(scene, marketer)


def test_installed_twice_each_change_comes_once(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    press(scene, marketer, "plug-in-install")
    assert run_to_its_end().state == "done"
    contact, record = linked(scene)
    quiet(scene)
    scene.simulator.representative().update("Contact", record, {"Title": "Once"})
    wait_until(InboxItem.objects.exists, seconds=PATIENCE)
    assert InboxItem.objects.count() == 1
    assert len(scene.simulator.org.store("PermissionSetAssignment").live) == 1
    told(scene)
    assert value(contact, "title") == "Once"


def test_one_that_was_installed_by_hand_is_found_and_fed(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    InstalledPlugIn.objects.all().delete()
    Installation.objects.all().delete()
    scene.simulator.org.plug_in.watched["Contact"] = []
    assert "Not installed" in page(scene, marketer)
    assert "The plug-in is there, in version 1.0.0." in press(scene, marketer, "plug-in-look")
    looked_after(scene.connection)
    contact, record = linked(scene)
    quiet(scene)
    scene.simulator.representative().update("Contact", record, {"Title": "Found"})
    told(scene)
    assert value(contact, "title") == "Found"


def test_an_older_version_is_offered_the_update_and_gets_it(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    org = scene.simulator.org
    older = org.components.get("ApexClass", "RaccordVersion")
    assert older is not None
    files = {path: body.replace(b"'1.0.0'", b"'0.9.0'") for path, body in content_of(older).items()}
    with org.lock:
        org.components.put(
            Component(type=older.type, full_name=older.full_name, path=older.path, files=files),
            user_id=org.users.first(),
        )
    looked_after(scene.connection)
    assert "Version 1.0.0 can be installed." in page(scene, marketer, "connection")
    assert "Update the plug-in" in page(scene, marketer)
    press(scene, marketer, "plug-in-install")
    assert run_to_its_end().state == "done"
    looked_after(scene.connection)
    assert org.plug_in.version == "1.0.0"
    assert "can be installed" not in page(scene, marketer)


def test_without_the_right_the_permission_is_named_and_nothing_changed(
    scene: Scene, marketer: Client
) -> None:
    may_not(scene.simulator, "ModifyMetadata")
    press(scene, marketer, "plug-in-install")
    assert run_to_its_end().state == "failed"
    said = page(scene, marketer)
    assert "“Modify Metadata Through Metadata API Functions”" in said
    assert "Ask a Salesforce administrator to give these permissions" in said
    assert not scene.simulator.org.plug_in.is_installed
    assert "Not installed" in page(scene, marketer, "connection")


@pytest.mark.parametrize("removal", [False, True], ids=["install", "remove"])
def test_a_deployment_that_somebody_cancels_half_way_can_be_repeated(
    scene: Scene, marketer: Client, removal: bool
) -> None:
    if removal:
        install(scene, marketer)
    name = "plug-in-remove" if removal else "plug-in-install"
    org = scene.simulator.org
    press(scene, marketer, name)
    run = Installation.objects.order_by("-pk")[0]
    org.deployments.hold()
    wait_until(lambda: turn(run) or run.ticket, seconds=PATIENCE)
    org.deployments.cancel(org.deployments.get(run.ticket), user_id=org.users.first())
    org.deployments.resume()
    assert to_the_end(run).state == "failed"
    assert org.plug_in.is_installed == removal
    said = page(scene, marketer)
    assert ("did not let go of the plug-in" if removal else "did not take the plug-in") in said
    press(scene, marketer, name)
    assert run_to_its_end().state == "done"
    assert org.plug_in.is_installed != removal


@pytest.mark.parametrize("removal", [False, True], ids=["install", "remove"])
def test_raccord_killed_in_the_middle_goes_on_where_it_was(
    scene: Scene, marketer: Client, monkeypatch: pytest.MonkeyPatch, removal: bool
) -> None:
    if removal:
        install(scene, marketer)
    monkeypatch.setenv("RACCORD_SIMULATOR_URL", scene.simulator.url)
    press(scene, marketer, "plug-in-remove" if removal else "plug-in-install")
    run = Installation.objects.order_by("-pk")[0]
    died = child.run("changes", DIES_ASKING.format(run=run.pk), seconds=PATIENCE)
    assert died.returncode == -signal.SIGKILL, died.stderr
    run.refresh_from_db()
    assert run.ticket and run.claim  # it was under way, and nobody noted what became of it
    assert not turn(run)  # the dead worker's lease still stands
    Installation.objects.update(lease_until=LONG_AGO)
    assert to_the_end(run).state == "done"
    assert scene.simulator.org.plug_in.is_installed != removal
    assert Installation.objects.count() == 1 + removal


def test_paused_resumed_and_tested_from_its_page(scene: Scene, marketer: Client) -> None:
    install(scene, marketer)
    contact, record = linked(scene)
    quiet(scene)
    assert "The plug-in is paused." in press(scene, marketer, "plug-in-act", act="pause")
    scene.simulator.representative().update("Contact", record, {"Title": "Later"})
    assert not InboxItem.objects.exists()
    looked_after(scene.connection)
    assert "Changes waiting to be told: 1." in page(scene, marketer)
    press(scene, marketer, "plug-in-act", act="resume")
    told(scene)
    assert value(contact, "title") == "Later"
    assert "The test message arrived." in press(scene, marketer, "plug-in-act", act="test")
    receiving_address.close(scene.connection)
    said = press(scene, marketer, "plug-in-act", act="test")
    assert "The test message did not arrive." in said and "an address that is closed" in said


def ask(scene: Scene) -> None:
    """Raccord asks the org for its changes, as it does every few minutes."""
    Reading.objects.update(high=LONG_AGO, safe=LONG_AGO, due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    told(scene)
