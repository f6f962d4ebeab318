"""As a sales representative I change a record in Salesforce; the marketer sees it in Raccord."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from raccord.connections.models import FieldMapping
from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine import polling
from raccord.engine.records import Direction, OnlyThere, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.scene import SEED
from tests.integration.sync.scene import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with Simulator(seed=SEED) as running:
        settings.SIMULATOR_URL = running.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        monkeypatch.setenv("RACCORD_SIMULATOR_URL", running.url)
        yield running


@pytest.fixture
def scene(simulator: Simulator) -> Scene:
    made = a_scene(simulator)
    FieldMapping.objects.update(direction=Direction.BOTH, rule=Rule.THEIRS)
    made.transfer.only_there = OnlyThere.CREATE
    made.transfer.save()
    return made


def receive(scene: Scene) -> poll.Read:
    """One reading and all that follows from it."""
    Reading.objects.update(due_at=LONG_AGO)
    read = poll.read_changes(scene.transfer.pk)
    due: QuerySet[InboxItem] = InboxItem.objects.filter(state="due")
    due.update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.deliver_all()
    return read


def stored(contact: Contact) -> dict[str, Any]:
    values: dict[str, Any] = Contact.objects.get(pk=contact.pk).values
    return values


def linked(scene: Scene) -> Contact:
    contact = scene.contact()
    scene.activate()
    scene.deliver()
    receive(scene)
    return contact


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


def test_a_row_that_commits_late_with_an_older_stamp_is_not_missed(scene: Scene) -> None:
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


def test_many_changes_within_one_second_are_read_page_by_page(scene: Scene) -> None:
    simulator = scene.simulator
    simulator.org.time.frozen_at = datetime.now(UTC)
    jo = simulator.representative()
    for number in range(2_100):
        jo.create("Contact", {"LastName": f"N{number}", "Email": f"n{number}@example.org"})
    scene.activate()
    assert poll.read_changes(scene.transfer.pk).records == 2_100
    assert InboxItem.objects.count() == 2_100


def test_a_person_without_an_address_does_not_stop_the_others(scene: Scene) -> None:
    jo = scene.simulator.representative()
    jo.create("Contact", {"LastName": "First", "Email": "first@example.org"})
    nobody = jo.create("Contact", {"LastName": "Nobody"})
    jo.create("Contact", {"LastName": "Last", "Email": "last@example.org"})
    scene.activate()
    receive(scene)
    assert {each.values["last_name"] for each in Contact.objects.all()} == {"First", "Last"}
    (parked,) = InboxItem.objects.all()
    assert (parked.remote_id, parked.state) == (nobody, "parked")


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
    assert polling.calls_per_idle_day() <= 500


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
