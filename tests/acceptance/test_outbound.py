"""As a marketer I save a contact and find it in Salesforce, whatever happens on the way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from raccord.connections.models import DataTransfer
from raccord.contacts import changes
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.engine.records import Origin, OriginKind
from raccord.sync.models import Link, LinkState
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import Scene, a_scene, a_simulator
from tests.integration.contacts import child

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = r"/composite/sobjects"
DIES_BEFORE_SETTLING = """
from raccord.sync import outbound
def die(*answer):
    os.kill(os.getpid(), signal.SIGKILL)
outbound.settle = die
outbound.deliver({transfer})
"""


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    yield from a_simulator(settings, monkeypatch)


@pytest.fixture
def scene(simulator: Simulator) -> Scene:
    return a_scene(simulator)


def test_the_cast_is_found_in_the_org_as_it_was_typed(scene: Scene) -> None:
    scene.activate()
    contacts = cast.the_cast(scene.project)
    scene.deliver()
    assert scene.record(contacts["accents"])["LastName"] == "Lefèvre-Núñez"
    assert scene.record(contacts["apostrophe"])["LastName"] == "O'Brien"
    assert scene.record(contacts["emoji"])["FirstName"] == "🎉 Mia"
    assert scene.record(contacts["right_to_left"])["LastName"] == "الخطيب"
    assert scene.record(contacts["leap_day"])["Birthdate"] == "2000-02-29"
    assert scene.record(contacts["opted_out"])["HasOptedOutOfEmail"] is True
    assert scene.record(contacts["upper_case"])["Email"] == "hans.muller@example.org"
    assert scene.record(contacts["formula"])["LastName"] == "=SUM(A1:A9)"
    refused = {item.contact for item in OutboxItem.objects.all()}
    assert refused == {contacts["no_last_name"].pk, contacts["long_name"].pk}


def test_second_look_at_everything_writes_nothing(scene: Scene) -> None:
    """What the org made of the values (lower case, trimmed ends) is no change of theirs."""
    scene.activate()
    contacts = cast.the_cast(scene.project)
    scene.deliver()
    stamps = {row["Id"]: row["SystemModstamp"] for row in scene.records()}
    linked = {link.contact for link in Link.objects.filter(state=LinkState.LINKED)}
    for contact in contacts.values():
        if contact.pk not in linked:
            continue  # those that the org refused are sent again whenever they change
        scene.edit(contact, title="Dr")
        scene.edit(contact, title="")
    scene.simulator.calls.clear()
    scene.deliver()
    assert {row["Id"]: row["SystemModstamp"] for row in scene.records()} == stamps
    written = [call for call in scene.simulator.calls.all() if call.method == "PATCH"]
    assert written == []


def test_representative_edits_other_fields_and_keeps_them(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    representative = scene.simulator.representative()
    representative.update("Contact", scene.record(contact)["Id"], {"Department": "Sales"})
    scene.edit(contact, first_name="Janet")
    scene.deliver()
    record = scene.record(contact)
    assert (record["FirstName"], record["Department"]) == ("Janet", "Sales")


@pytest.mark.parametrize("edited", [False, True], ids=["creation", "update"])
def test_worker_killed_between_call_and_settle_with_a_newer_edit_waiting(
    scene: Scene, edited: bool
) -> None:
    scene.activate()
    contact = scene.contact()
    if edited:
        scene.deliver()
        scene.edit(contact, first_name="Older")
    died = child.run("changes", DIES_BEFORE_SETTLING.format(transfer=scene.transfer.pk))
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert len(scene.records()) == 1  # it arrived, and nobody noted it
    assert Link.objects.get().in_flight is not None
    scene.edit(contact, first_name="Newer")
    assert scene.deliver() == 0  # the dead worker's lease still stands
    scene.deliver_all()
    assert len(scene.records()) == 1
    assert scene.record(contact)["FirstName"] == "Newer"
    assert scene.count() == 0


FAULTS: dict[str, dict[str, Any]] = {
    "expired session": {"what": "expired_session"},
    "unavailable": {"what": "unavailable"},
    "server error": {"what": "server_error", "path": WRITES},
    "request limit": {"what": "request_limit", "path": WRITES},
    "reset before commit": {"what": "reset_before", "path": WRITES},
    "reset after commit": {"what": "reset_after", "path": WRITES},
    "broken in the answer": {"what": "reset_in_answer", "path": WRITES},
    "malformed answer": {"what": "malformed_json", "path": WRITES},
    "busy row": {"what": "row_lock", "path": WRITES, "row": 3},
    "late commit": {"what": "late_commit", "path": WRITES, "milliseconds": 50},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_after_any_fault_everybody_is_there_once(scene: Scene, fault: dict[str, Any]) -> None:
    scene.activate()
    people = [{"email": f"p{n}@example.org", "last_name": f"P{n}"} for n in range(450)]
    rows = [changes.ContactChange(person) for person in people]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    scene.simulator.faults.add(times=2, **fault)
    scene.deliver()
    scene.deliver_all()
    assert sorted(row["Email"] for row in scene.records()) == sorted(p["email"] for p in people)
    assert scene.count() == 0
    for row in Link.objects.all():
        assert row.state == LinkState.LINKED
    edited = [changes.ContactChange({**person, "title": "Dr"}) for person in people]
    changes.apply_many(scene.project, edited, origin=Origin(OriginKind.IMPORT))
    scene.simulator.faults.add(times=2, **fault)
    scene.deliver()
    scene.deliver_all()
    assert {row["Title"] for row in scene.records()} == {"Dr"}
    assert len(scene.records()) == len(people)


def test_person_who_is_a_lead_does_not_become_a_contact_too(simulator: Simulator) -> None:
    scene = a_scene(simulator, object_names=("Contact", "Lead"))
    representative = simulator.representative()
    lead = representative.create(
        "Lead", {"LastName": "Smith", "Company": "Acme", "Email": "jane.smith@example.org"}
    )
    scene.activate()
    known, new = scene.contact(company="Acme"), scene.contact("accents", company="Evry SA")
    for transfer in DataTransfer.objects.all():
        scene.deliver(transfer)
    assert [row["Email"] for row in scene.records("Contact")] == ["zoe.lefevre@example.org"]
    assert [row["Id"] for row in scene.records("Lead")] == [lead]
    links = {link.contact: link.transfer.object for link in Link.objects.select_related("transfer")}
    assert links == {known.pk: "Lead", new.pk: "Contact"}
    assert scene.count() == 0


def test_known_people_are_linked_and_ambiguous_ones_refused(scene: Scene) -> None:
    representative = scene.simulator.representative()
    there = representative.create(
        "Contact", {"LastName": "Smith", "Email": "Jane.Smith@Example.org"}
    )
    for name in ("Lefèvre", "Lefebvre"):
        representative.create("Contact", {"LastName": name, "Email": "zoe.lefevre@example.org"})
    contact, twice = scene.contact(), scene.contact("accents")
    scene.activate()
    scene.deliver()
    assert len(scene.records()) == 3
    assert scene.record(contact)["Id"] == there
    item = OutboxItem.objects.get()
    assert (item.contact, item.state) == (twice.pk, OutboxState.PARKED)
    assert item.reason == "raccord.plan.match_ambiguous"
    scene.simulator.representative().delete("Contact", scene.records()[-1]["Id"])


def test_new_people_cost_a_look_up_and_a_write_per_200(scene: Scene) -> None:
    scene.activate()
    rows = [
        changes.ContactChange({"email": f"p{n}@example.org", "last_name": f"P{n}"})
        for n in range(600)
    ]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    scene.deliver()
    scene.simulator.calls.clear()
    rows = [changes.ContactChange({**dict(row.values), "title": "Dr"}) for row in rows]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    more = [
        changes.ContactChange({"email": f"q{n}@example.org", "last_name": f"Q{n}"})
        for n in range(400)
    ]
    changes.apply_many(scene.project, more, origin=Origin(OriginKind.IMPORT))
    scene.deliver()
    assert len(scene.records()) == 1000
    # 600 changed: one look, three writes. 400 new: two look-ups, two writes.
    metered = [call for call in scene.simulator.calls.all() if "describe" not in call.path]
    assert len(metered) == 1 + 3 + 2 + 2
