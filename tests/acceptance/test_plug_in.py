"""As a marketer I press “Install the plug-in in my org”; from then on the org tells by itself."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.connections import describing, mappings, receiving_address
from raccord.connections.mappings import MappingLine
from raccord.connections.models import ReceivingAddress
from raccord.contacts.models import Contact
from raccord.engine.records import Direction
from raccord.sync.models import InboxItem, Link
from tests.acceptance.outbound_scene import Scene
from tests.acceptance.plug_in_scene import (
    PATIENCE,
    install,
    linked,
    marketer,
    page,
    press,
    quiet,
    run_to_its_end,
    scene,
    simulator,
    told,
    value,
)
from tests.integration.connections.plug_in_runs import looked_after, may_not
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["marketer", "scene", "simulator"]


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
