"""Stories of people who lost data to other products, each told against Raccord.

Every test is named by what went wrong elsewhere. The scene is that of `test_inbound`: a simulated
organization, all pairs both ways, people of theirs become contacts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from raccord.connections import describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.contacts import projects
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, FieldType, Rule
from raccord.sync import activate, inbound, meeting, poll
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator import schema_changes
from tests.acceptance.inbound_scene import linked, receive, scene, simulator, stored
from tests.acceptance.outbound_scene import Scene
from tests.integration.sync.meanwhile import meanwhile
from tests.integration.sync.scene import LONG_AGO
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["scene", "simulator"]


def also_mapped(scene: Scene, key: str, kind: FieldType, **remote: Any) -> None:
    """A field that both sides have made for themselves."""
    name = remote["name"]
    schema_changes.put_field(scene.simulator.org, "Contact", remote)
    projects.add_field(scene.project, key=key, label=key.title(), type=kind)
    described = describing.described(scene.transfer, fresh=True)
    line = MappingLine(key, name, Direction.BOTH, Rule.THEIRS)
    lines = [*mappings.stored_lines(scene.transfer), line]
    mappings.save_mappings(scene.transfer, lines, remote=described)


def test_a_record_without_an_address_drops_the_rest_of_its_page(scene: Scene) -> None:
    jo = scene.simulator.representative()
    jo.create("Contact", {"LastName": "First", "Email": "first@example.org"})
    nobody = jo.create("Contact", {"LastName": "Nobody"})
    jo.create("Contact", {"LastName": "Last", "Email": "last@example.org"})
    scene.activate()
    receive(scene)
    assert {each.values["last_name"] for each in Contact.objects.all()} == {"First", "Last"}
    (parked,) = InboxItem.objects.all()
    assert (parked.remote_id, parked.state) == (nobody, "parked")


def test_records_of_one_moment_at_the_border_of_a_page_are_skipped(scene: Scene) -> None:
    simulator = scene.simulator
    simulator.org.time.frozen_at = datetime.now(UTC)
    jo = simulator.representative()
    for number in range(2_100):
        jo.create("Contact", {"LastName": f"N{number}", "Email": f"n{number}@example.org"})
    scene.activate()
    assert poll.read_changes(scene.transfer.pk).records == 2_100
    assert InboxItem.objects.count() == 2_100


def test_a_row_that_commits_late_with_an_older_stamp_is_missed(scene: Scene) -> None:
    """The fast reading has passed it; the sweep begins where the org says that all is shown."""
    contact = linked(scene)
    simulator, record = scene.simulator, scene.record(contact)["Id"]
    began = datetime.now(UTC) - timedelta(minutes=5)
    simulator.org.held_back_at = began
    Reading.objects.update(sweep_at=LONG_AGO)
    receive(scene)
    simulator.org.time.frozen_at = began
    simulator.representative().update("Contact", record, {"Title": "Late"})
    simulator.org.time.frozen_at = None
    simulator.org.held_back_at = None
    Reading.objects.update(high=datetime.now(UTC))
    assert receive(scene).news == 0
    Reading.objects.update(sweep_at=LONG_AGO)
    assert receive(scene).news == 1
    assert stored(contact)["title"] == "Late"


def test_a_field_deleted_over_there_is_silently_unmapped(scene: Scene) -> None:
    also_mapped(scene, "wish", FieldType.TEXT, name="Wish__c", type="string", length=80)
    contact = linked(scene)
    scene.edit(contact, wish="A boat")
    scene.deliver_all()
    schema_changes.remove_field(scene.simulator.org, "Contact", "Wish__c")
    scene.edit(contact, title="Captain")
    jo = scene.simulator.representative()
    jo.update("Contact", scene.record(contact)["Id"], {"MailingCity": "Brest"})
    for _ in range(3):  # it is noticed, that pair pauses, and the others go on
        scene.time_passes()
        receive(scene)
    pair = scene.transfer.mappings.get(remote_field="Wish__c")
    assert pair.paused_reason
    assert scene.record(contact)["Title"] == "Captain"
    assert stored(contact)["city"] == "Brest"
    assert stored(contact)["wish"] == "A boat"


def test_of_several_matches_the_first_is_taken(scene: Scene) -> None:
    scene.transfer.match_fields = [["LastName", "last_name"]]
    scene.transfer.save()
    twins = [scene.contact("plain", email=f"{name}@example.org") for name in ("ann", "amy")]
    jo = scene.simulator.representative()
    nobody = jo.create("Contact", {"LastName": "Smith"})
    activate.activate(scene.integration)
    receive(scene)
    (item,) = InboxItem.objects.all()
    assert (item.remote_id, item.reason) == (nobody, meeting.SEVERAL_CONTACTS)
    assert sorted(item.candidates) == sorted(twin.pk for twin in twins)
    assert not Link.objects.filter(remote_id=nobody).exists()


SEMICOLONS = "Dupont; fils; & Cie;"


def test_semicolons_are_replaced_in_every_text(scene: Scene) -> None:
    contact = scene.contact("plain", city=SEMICOLONS, notes="a;b\n;c")
    scene.activate()
    scene.deliver_all()
    assert scene.record(contact)["MailingCity"] == SEMICOLONS
    assert scene.record(contact)["Description"] == "a;b\n;c"
    jo = scene.simulator.representative()
    jo.update("Contact", scene.record(contact)["Id"], {"Title": SEMICOLONS})
    receive(scene)
    assert stored(contact)["title"] == SEMICOLONS


@pytest.mark.parametrize("there", [None, 0, 1.5])
def test_an_empty_number_becomes_one(scene: Scene, there: float | None) -> None:
    also_mapped(
        scene, "score", FieldType.DECIMAL, name="Score__c", type="double", precision=18, scale=2
    )
    contact = scene.contact()
    scene.activate()
    scene.deliver_all()
    assert scene.record(contact).get("Score__c") is None
    jo = scene.simulator.representative()
    jo.update("Contact", scene.record(contact)["Id"], {"Score__c": 7})
    receive(scene)
    assert Decimal(stored(contact)["score"]) == 7
    jo.update("Contact", scene.record(contact)["Id"], {"Score__c": there})
    receive(scene)
    now = stored(contact).get("score")
    assert (now if now is None else float(now)) == there
    scene.edit(contact, score="")
    scene.deliver_all()
    assert scene.record(contact).get("Score__c") is None


def test_the_echo_arrives_before_the_id_is_known_and_makes_a_second_person(scene: Scene) -> None:
    """Our own creation is read as their news while its answer is still on its way."""
    scene.activate()
    scene.deliver()
    contact = scene.contact()
    scene.simulator.faults.add("hang_after", path="composite/sobjects", milliseconds=600_000)
    with meanwhile(scene.deliver):
        wait_until(lambda: len(scene.records()) == 1)
        Reading.objects.update(due_at=LONG_AGO)
        poll.read_changes(scene.transfer.pk)
        inbound.take_in(scene.transfer.pk)
        assert InboxItem.objects.count() == 1  # it waits for the answer
        scene.simulator.faults.clear()
    receive(scene)
    receive(scene)
    assert len(scene.records()) == 1
    assert [each.pk for each in Contact.objects.all()] == [contact.pk]
    assert Link.objects.get().remote_id == scene.records()[0]["Id"]
    assert not InboxItem.objects.exists()
