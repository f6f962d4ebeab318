"""The plug-in is put there, put there again, and taken away, whatever happens in the middle."""

from __future__ import annotations

import signal

import pytest
from django.test import Client

from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.sync.models import InboxItem
from salesforce_simulator.metadata.component import Component
from salesforce_simulator.metadata.components import content_of
from tests.acceptance.outbound_scene import Scene
from tests.acceptance.plug_in_scene import (
    PATIENCE,
    ask,
    install,
    linked,
    marketer,
    page,
    press,
    quiet,
    remove,
    run_to_its_end,
    scene,
    simulator,
    told,
    value,
)
from tests.integration.connections.plug_in_runs import looked_after, may_not, to_the_end, turn
from tests.integration.contacts import child
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["marketer", "scene", "simulator"]

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
