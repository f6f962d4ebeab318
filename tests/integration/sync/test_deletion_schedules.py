"""Deletions and restorations on both sides, in any order, with losses and deaths.

Under the rule "nothing", in both directions and with "deleted" not ticked, whoever is deleted was
deleted by a person of that side; and who lives on both sides in the end is a pair that agrees.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from raccord.connectors.memory.organization import OUR_USER
from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import Direction, Operation, OriginKind, Rule
from raccord.sync import activate
from raccord.sync.models import Link
from tests import cast
from tests.integration.sync.scene import a_scene
from tests.integration.sync.test_two_way_schedules import TwoWaySchedule

STEPS = 40
WITHOUT_DELETIONS = (Operation.CREATED, Operation.UPDATED, Operation.CONSENT_CHANGED)


@pytest.mark.parametrize("seed", range(8))
def test_under_the_rule_nothing_nobody_is_deleted_by_a_sync(
    transactional_db: None, seed: int
) -> None:
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.update(rule=Rule.THEIRS)
    activate.change_operations(scene.integration, {scene.transfer.pk: WITHOUT_DELETIONS})
    scene.activate()
    schedule = DeletionSchedule(scene, random.Random(seed))
    schedule.play(STEPS)
    story = "\n".join([*schedule.story, *map(str, Link.objects.values())])
    by_sync = ChangeLogEntry.objects.filter(origin=OriginKind.SYNC, operation=Operation.DELETED)
    assert not by_sync.exists(), story
    dead = {person.id for person in scene.org.people.values() if person.deleted}
    assert dead == schedule.dead_there, story
    assert all(scene.org.people[each].modified_by != OUR_USER for each in dead), story
    ours = Contact.objects.filter(project=scene.project)
    assert set(ours.exclude(deleted_at=None).values_list("key", flat=True)) == schedule.dead_here
    for contact in ours.filter(deleted_at=None):
        link = Link.objects.get(contact=contact.pk)
        assert (link.state == "gone") is (link.remote_id in dead), story
        if link.state == "linked":
            there = scene.org.people[str(link.remote_id)].values.get("company")
            assert there == contact.values.get("company"), story
    # A record that was deleted before we heard of it is made again: nothing told us.
    emails = [person.values["email"] for person in scene.people()]
    assert len(emails) == len(set(emails)), story


class DeletionSchedule(TwoWaySchedule):
    """What may happen, deletions and restorations by people of either side included."""

    def __init__(self, scene: object, chance: random.Random) -> None:
        super().__init__(scene, chance)
        self.dead_here: set[str] = set()
        self.dead_there: set[str] = set()

    def step(self) -> None:
        happenings: list[Callable[[], None]] = [
            self.edit,
            self.edit,
            self.they_edit,
            self.delete_here,
            self.restore_here,
            self.they_delete,
            self.they_undelete,
            self.read,
            self.take_in,
            self.deliver,
            self.deliver,
            self.lose_an_answer,
            self.worker_dies,
            self.reader_dies,
            self.a_call_is_slow,
            self.leases_end,
            self.let_the_slow_call_end,
            self.time_passes,
        ]
        happening = self.chance.choice(happenings)
        self.story.append(happening.__name__)
        happening()

    def edit(self) -> None:
        super().edit()
        living = Contact.objects.filter(project=self.scene.project, deleted_at=None)
        self.dead_here -= set(living.values_list("key", flat=True))

    def delete_here(self) -> None:
        if contact := self._one(dead=False):
            changes.delete(self.scene.project, [contact.pk], origin=cast.BY_MARKETER)
            self.dead_here.add(contact.key)

    def restore_here(self) -> None:
        if contact := self._one(dead=True):
            changes.restore(self.scene.project, contact.pk, origin=cast.BY_MARKETER)
            self.dead_here.discard(contact.key)

    def they_delete(self) -> None:
        if people := sorted(person.id for person in self.scene.people()):
            gone = self.chance.choice(people)
            self.scene.org.delete(gone)
            self.dead_there.add(gone)

    def they_undelete(self) -> None:
        if self.dead_there:
            back = self.chance.choice(sorted(self.dead_there))
            self.scene.org.undelete(back)
            self.dead_there.discard(back)

    def _one(self, *, dead: bool) -> Contact | None:
        ours = Contact.objects.filter(project=self.scene.project, deleted_at__isnull=not dead)
        found = list(ours.order_by("key"))
        return self.chance.choice(found) if found else None
