"""As a sales representative I change a record in Salesforce; the marketer sees it in Raccord."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bench import idle
from raccord.connections.models import FieldMapping
from raccord.connectors.salesforce import schemas
from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine import polling
from raccord.engine.records import Rule
from raccord.sync.models import Link, Reading
from tests import cast
from tests.acceptance.inbound_scene import linked, receive, scene, simulator, stored
from tests.acceptance.outbound_scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["scene", "simulator"]


def writes(scene: Scene) -> list[str]:
    """The writes that were sent to the org."""
    return [call.path for call in scene.simulator.calls.all() if call.method == "PATCH"]


def test_an_edit_in_the_org_arrives_and_nothing_is_written_back(scene: Scene) -> None:
    contact = linked(scene)
    jo = scene.simulator.representative()
    scene.simulator.calls.clear()
    jo.update("Contact", scene.record(contact)["Id"], {"Phone": "+1 514 555 0188"})
    receive(scene)
    assert stored(contact)["phone"] == "+1 514 555 0188"
    assert writes(scene) == []
    assert receive(scene).news == 0


def test_the_same_records_come_again_for_a_minute_and_mean_nothing(scene: Scene) -> None:
    contact = linked(scene)
    scene.simulator.representative().update("Contact", scene.record(contact)["Id"], {"Title": "x"})
    assert receive(scene).news == 1
    entries = ChangeLogEntry.objects.count()
    again = receive(scene)
    assert again.records >= 1
    assert again.news == 0
    assert ChangeLogEntry.objects.count() == entries


def test_people_of_the_org_become_contacts_once(scene: Scene) -> None:
    jo = scene.simulator.representative()
    for number in range(5):
        jo.create("Contact", {"LastName": f"N{number}", "Email": f"n{number}@example.org"})
    scene.activate()
    receive(scene)
    receive(scene)
    made = Contact.objects.filter(project=scene.project)
    assert sorted(each.values["last_name"] for each in made) == [f"N{n}" for n in range(5)]
    assert len(scene.records()) == 5
    assert Link.objects.filter(state="linked").count() == 5
    assert writes(scene) == []


def test_a_deletion_and_what_comes_out_of_the_bin_again(scene: Scene) -> None:
    contact = linked(scene)
    jo = scene.simulator.representative()
    record = scene.record(contact)["Id"]
    jo.delete("Contact", record)
    receive(scene)
    assert Link.objects.get(contact=contact.pk).state == "gone"
    assert Contact.objects.get(pk=contact.pk).deleted_at is None
    jo.undelete("Contact", record)
    jo.update("Contact", record, {"Title": "Back"})
    receive(scene)
    assert Link.objects.get(contact=contact.pk).state == "linked"
    assert stored(contact)["title"] == "Back"


def test_somebody_deleted_here_stays_deleted_whatever_happens_there(scene: Scene) -> None:
    contact = linked(scene)
    record = scene.record(contact)["Id"]
    scene.integration.update_types.update(operations=["created", "updated"])
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.simulator.representative().update("Contact", record, {"Title": "x"})
    receive(scene)
    assert Contact.objects.get(pk=contact.pk).deleted_at is not None


def test_an_opt_out_in_the_org_holds_here_whatever_the_rule(scene: Scene) -> None:
    FieldMapping.objects.update(rule=Rule.OURS)
    contact = scene.contact("plain", newsletter="yes")
    scene.activate()
    scene.deliver()
    receive(scene)
    jo = scene.simulator.representative()
    jo.update("Contact", scene.record(contact)["Id"], {"HasOptedOutOfEmail": True})
    receive(scene)
    assert stored(contact)["newsletter"] == "no"
    assert scene.record(contact)["HasOptedOutOfEmail"] is True


def test_reading_costs_few_calls_while_nothing_happens(scene: Scene) -> None:
    linked(scene)
    scene.simulator.calls.clear()
    for _ in range(10):
        receive(scene)
    made = [call.path for call in scene.simulator.calls.all() if "composite" in call.path]
    assert len(made) == 10
    reading = Reading.objects.get()
    assert reading.idle >= 5
    assert polling.interval(reading.idle) == polling.LATEST


def test_while_nothing_changes_no_more_calls_are_made_than_the_screen_promises(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(scene)
    # As if each reading were another worker's, which remembers nothing of the ones before.
    monkeypatch.setattr(schemas, "FRESH_FOR", timedelta(0))
    span = timedelta(hours=4)  # a day takes long, and goes on like this
    promised = polling.calls_when_idle(read=1, described=1, span=span)
    made = idle.calls_when_idle(scene.transfer.pk, span=span)
    assert promised - 10 <= made <= promised


def test_a_reading_that_fails_goes_on_where_it_stood(scene: Scene) -> None:
    contact = linked(scene)
    record = scene.record(contact)["Id"]
    scene.simulator.representative().update("Contact", record, {"Title": "Dr"})
    scene.simulator.faults.add("reset_before", path="composite", times=1)
    receive(scene)
    assert stored(contact).get("title") != "Dr"
    scene.time_passes()
    receive(scene)
    assert stored(contact)["title"] == "Dr"
