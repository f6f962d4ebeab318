"""What is tried again, with whom, and how few at first: locks by parent, probes, unknown codes."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from raccord.connectors.memory.connector import MemoryConnector
from raccord.connectors.memory.organization import Fault
from raccord.contacts.models import OutboxItem
from raccord.engine.errors import RecordRejected, RowBusy
from raccord.engine.records import Outcome, Status
from raccord.engine.retry import PROBE_ROWS
from raccord.sync.parked import groups
from tests.integration.sync.scene import Scene
from tests.integration.sync.test_faults import end_pause

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pushes(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The contacts of each call that writes, as the calls were made."""
    made: list[list[int]] = []
    push = MemoryConnector.push

    def noted(self: MemoryConnector, writes: object) -> list[Outcome]:
        made.append([write.ref for write in writes])  # type: ignore[attr-defined]
        return push(self, writes)  # type: ignore[arg-type]

    monkeypatch.setattr(MemoryConnector, "push", noted)
    scene.activate()
    scene.deliver_described()
    return made


def test_rows_behind_one_record_go_in_one_call_and_others_alone(
    scene: Scene, pushes: list[list[int]]
) -> None:
    people = [scene.contact(email=f"p{n}@example.org") for n in range(4)]
    ids = [person.pk for person in people]
    for person, behind in zip(people, ("001A", "001B", "001A", ""), strict=True):
        about = {"alone": True} | ({"behind": behind} if behind else {})
        OutboxItem.objects.filter(contact=person.pk).update(parameters=about)
    scene.deliver()
    assert sorted(map(sorted, pushes)) == [[ids[0], ids[2]], [ids[1]], [ids[3]]]
    assert len(scene.people()) == 4


def test_a_lock_that_names_its_record_brings_the_rows_back_together(
    scene: Scene, pushes: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = MemoryConnector.push

    def busy(self: MemoryConnector, writes: object) -> list[Outcome]:
        monkeypatch.setattr(MemoryConnector, "push", noted)
        failure = RowBusy("memory.locked", records=("001B", "001A"))
        return [Outcome(w.ref, Status.RETRY, w.remote_id, failure) for w in writes]  # type: ignore[attr-defined]

    monkeypatch.setattr(MemoryConnector, "push", busy)
    people = [scene.contact(email=f"p{n}@example.org") for n in range(3)]
    scene.deliver()
    items = list(OutboxItem.objects.order_by("pk"))
    assert [item.parameters["behind"] for item in items] == ["001A"] * 3
    assert len({item.due_at for item in items}) == 1
    scene.make_due()
    scene.deliver()
    assert pushes == [[person.pk for person in people]]


def test_a_few_find_out_whether_the_other_side_is_back(
    scene: Scene, pushes: list[list[int]]
) -> None:
    for number in range(PROBE_ROWS + 30):
        scene.contact(email=f"p{number}@example.org")
    scene.org.fail_next(Fault.UNAVAILABLE)
    scene.deliver()
    end_pause(scene)
    scene.org.fail_next(Fault.UNAVAILABLE)
    pushes.clear()
    scene.deliver()
    assert sum(map(len, pushes)) <= PROBE_ROWS
    end_pause(scene)
    pushes.clear()
    scene.deliver()
    assert sum(map(len, pushes)) == PROBE_ROWS + 30
    assert len(pushes[0]) <= PROBE_ROWS
    assert groups.count(scene.project, up_to=9) == 0


def test_a_code_that_nobody_knows_parks_its_record_and_is_counted(
    scene: Scene, pushes: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def strange(self: MemoryConnector, writes: object) -> list[Outcome]:
        failure = RecordRejected("memory.OF_2031", {"fields": "company"}, "Their own words.")
        return [Outcome(w.ref, Status.REJECTED, w.remote_id, failure) for w in writes]  # type: ignore[attr-defined]

    monkeypatch.setattr(MemoryConnector, "push", strange)
    for number in range(3):
        scene.contact(email=f"p{number}@example.org")
    with capture_logs() as logs:
        scene.deliver()
    counted = [entry for entry in logs if entry["event"] == "outbound.unknown_code"]
    assert [(entry["code"], entry["rows"]) for entry in counted] == [("memory.OF_2031", 3)]
    (group,) = groups.groups(scene.project)
    assert (group.code, group.count, group.detail) == ("memory.OF_2031", 3, "Their own words.")
