"""Both sides are edited, in any order of runs, losses and deaths: in the end the two are equal.

Every pair of fields flows both ways and theirs wins where both changed it, so nothing is left to
ask. What each field ends with is the last edit of one of the two sides, of ours where they never
touched it; and once all is quiet, another look at everything writes nothing: no change comes back
to where it was made.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Direction, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from tests.integration.sync.scene import LONG_AGO, a_scene
from tests.integration.sync.test_faults import once
from tests.integration.sync.test_random_schedules import WHO, Schedule, WorkerDied

STEPS = 40
FIELDS = ("first_name", "company", "notes")


@pytest.mark.seeds([*range(10), 39, 57])
def test_both_sides_end_equal_whoever_edited_when(transactional_db: None, seed: int) -> None:
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.update(rule=Rule.THEIRS)
    scene.activate()
    schedule = TwoWaySchedule(scene, random.Random(seed))
    schedule.play(STEPS)
    story = "\n".join([*schedule.story, *map(str, Link.objects.values())])
    assert not OutboxItem.objects.exists(), story
    assert not InboxItem.objects.exists(), story
    for contact in Contact.objects.filter(project=scene.project, deleted_at=None):
        person = scene.org.people[str(Link.objects.get(contact=contact.pk).remote_id)]
        for field in FIELDS:
            value = contact.values.get(field)
            assert person.values.get(field) == value, story
            assert value in schedule.last_edits(contact.key, field), f"{field}\n{story}"
    stamps = {person.id: person.modified_at for person in scene.people()}
    Link.objects.update(as_known_until=None)
    schedule.read_everything_again()
    assert {person.id: person.modified_at for person in scene.people()} == stamps, story


class TwoWaySchedule(Schedule):
    """What may happen, the other side's people included. Nobody is deleted here."""

    def __init__(self, scene: object, chance: random.Random) -> None:
        super().__init__(scene, chance)  # type: ignore[arg-type]
        self.ours: dict[tuple[str, str], object] = {}
        self.theirs: dict[tuple[str, str], object] = {}

    def last_edits(self, key: str, field: str) -> set[object]:
        """What a field may end with: the last that either side wrote, if it wrote anything."""
        return {side[key, field] for side in (self.ours, self.theirs) if (key, field) in side}

    def step(self) -> None:
        happenings: list[Callable[[], None]] = [
            self.edit,
            self.edit,
            self.they_edit,
            self.they_edit,
            self.read,
            self.read,
            self.take_in,
            self.deliver,
            self.deliver,
            self.lose_an_answer,
            self.worker_dies,
            self.reader_dies,
            self.connection_fails,
            self.a_call_is_slow,
            self.leases_end,
            self.let_the_slow_call_end,
            self.time_passes,
        ]
        happening = self.chance.choice(happenings)
        self.story.append(happening.__name__)
        happening()

    def edit(self) -> None:
        who = self.chance.choice(WHO)
        self._number += 1
        field, value = self.chance.choice(FIELDS), f"ours {self._number}"
        contact = self._contact(who)
        if contact is None:
            contact = self.scene.contact(who, **{field: value})
            self.ours |= {(contact.key, name): contact.values.get(name) for name in FIELDS}
        else:
            self.scene.edit(contact, **{field: value})
        self.ours[contact.key, field] = value
        self.story.append(f"  {contact.key} {field} := {value}")

    def they_edit(self) -> None:
        people = self.scene.people()
        if not people:
            return
        person = self.chance.choice(sorted(people, key=lambda each: str(each.values["email"])))
        self._number += 1
        field, value = self.chance.choice(FIELDS), f"theirs {self._number}"
        self.scene.org.edit(person.id, {field: value})
        self.theirs[str(person.values["email"]), field] = value
        self.story.append(f"  {person.values['email']} {field} := {value}")

    def read(self) -> None:
        Reading.objects.update(due_at=LONG_AGO)
        poll.read_changes(self.scene.transfer.pk)

    def take_in(self) -> None:
        InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
        inbound.take_in(self.scene.transfer.pk)

    def reader_dies(self) -> None:
        """Before its answer is stored; the lease it held ends some time later."""
        if self._slow is not None:
            return
        self.scene.org.on_look = once(WorkerDied())
        try:
            self.chance.choice([self.read, self.take_in])()
        except WorkerDied:
            self.story.append("  died")
        finally:
            self.scene.org.on_look = lambda: None

    def leases_end(self) -> None:
        super().leases_end()
        Reading.objects.update(lease_until=LONG_AGO)
        InboxItem.objects.filter(claim__isnull=False).update(lease_until=LONG_AGO)

    def come_to_rest(self) -> None:
        for _ in range(8):
            self.leases_end()
            super().come_to_rest()
            self.read()
            self.take_in()
            if not OutboxItem.objects.exists() and not InboxItem.objects.exists():
                return

    def read_everything_again(self) -> None:
        from raccord.sync import readings

        readings.read_everything(self.scene.transfer.pk)
        self.come_to_rest()
