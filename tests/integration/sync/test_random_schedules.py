"""Any order of edits, runs, lost answers, dead workers and slow calls ends with both sides equal.

Contacts flow outbound only here and nobody edits over there, so the end is known: each living
contact has one record that holds its last values, each deleted one has none.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from raccord.connections.models import Connection
from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.errors import OutcomeUnknown, Transient
from raccord.sync.models import Link
from tests import cast
from tests.integration.sync.meanwhile import Gate
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene
from tests.integration.sync.test_faults import once
from tests.integration.sync.test_two_at_work import a_lease_later, when_it_can_no_longer_arrive

WHO = ("plain", "accents", "apostrophe")
STEPS = 40
PLACES = ("on_arrival", "on_answer")


class WorkerDied(BaseException):
    """Nothing of ours catches it, as nothing catches kill -9."""


@pytest.mark.seeds([0, 1, 3, 165, 275, 1200, 3118])
def test_random_schedule_ends_with_both_sides_equal(transactional_db: None, seed: int) -> None:
    scene = a_scene()
    scene.activate()
    schedule = Schedule(scene, random.Random(seed))
    schedule.play(STEPS)
    left = [*OutboxItem.objects.values(), *Link.objects.values()]
    story = "\n".join([*schedule.story, *map(str, left)])
    assert OutboxItem.objects.count() == 0, story
    living = {c.pk: c for c in Contact.objects.filter(project=scene.project, deleted_at=None)}
    emails = sorted(str(person.values["email"]) for person in scene.people())
    assert emails == sorted(contact.values["email"] for contact in living.values()), story
    for contact in living.values():
        person = scene.person(contact.values["email"])
        assert Link.objects.get(contact=contact.pk).remote_id == person.id, story
        for field in ("first_name", "company", "notes"):
            assert person.values.get(field) == contact.values.get(field), story
        refused = contact.values.get("newsletter") == "no"
        assert person.values["opted_out"] is refused, story


class Schedule:
    """What may happen, in the order that chance gives."""

    pool: ThreadPoolExecutor

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        self.scene = scene
        self.chance = chance
        self.story: list[str] = []
        self._gate: Gate | None = None
        self._slow: Future[None] | None = None
        self._outlived_its_lease = False
        self._number = 0

    def play(self, steps: int) -> None:
        """Take so many steps, and see that nothing is left to be done."""
        with ThreadPoolExecutor(1) as pool:
            self.pool = pool
            try:
                for _ in range(steps):
                    self.step()
            finally:
                self.let_the_slow_call_end()
        self.come_to_rest()

    def step(self) -> None:
        happenings: list[Callable[[], None]] = [
            self.edit,
            self.edit,
            self.edit,
            self.delete,
            self.deliver,
            self.deliver,
            self.lose_an_answer,
            self.worker_dies,
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
        """Change a contact, or make it, or bring it back."""
        who = self.chance.choice(WHO)
        self._number += 1
        values: dict[str, object] = {
            self.chance.choice(["first_name", "company", "notes"]): f"v{self._number}"
        }
        if self.chance.random() < 0.1:
            values["newsletter"] = "no"
        contact = self._contact(who)
        if contact is None:
            # Nobody says yes here: a yes that comes back over a no is a conflict, by intent.
            self.scene.contact(who, **{"newsletter": "", **values})
        else:
            self.scene.edit(contact, **values)

    def delete(self) -> None:
        contact = self._contact(self.chance.choice(WHO))
        if contact is not None:
            changes.delete(self.scene.project, [contact.pk], origin=cast.BY_MARKETER)

    def deliver(self) -> None:
        self.scene.deliver()

    def lose_an_answer(self) -> None:
        self._at(OutcomeUnknown("http.no_answer"))

    def worker_dies(self) -> None:
        self._at(WorkerDied())

    def connection_fails(self) -> None:
        self._at(Transient("http.reset"), places=("on_arrival",))
        Connection.objects.update(paused_until=LONG_AGO)

    def a_call_is_slow(self) -> None:
        """It stands before it takes effect, and other things go on."""
        if self._slow is not None or not OutboxItem.objects.filter(claim=None).exists():
            return
        self._gate = gate = Gate()
        self.scene.org.on_arrival = gate
        self._slow = self.pool.submit(self._deliver_in_thread)
        while not gate.stands() and not self._slow.done():
            gate.glance()
        if not gate.stands():
            self.let_the_slow_call_end()  # there was nothing to send

    def leases_end(self) -> None:
        """Once while a call is slow: after two leases it could not take effect any more."""
        if self._slow is None or not self._outlived_its_lease:
            self._outlived_its_lease = self._slow is not None
            a_lease_later()

    def let_the_slow_call_end(self) -> None:
        self.scene.org.on_arrival = self.scene.org.on_answer = lambda: None
        if self._slow is not None and self._gate is not None:
            self._gate.open()
            self._slow.result()
        self._slow = self._gate = None
        self._outlived_its_lease = False

    def time_passes(self) -> None:
        """No call outlives the time after which it can no longer take effect."""
        self.let_the_slow_call_end()
        when_it_can_no_longer_arrive()

    def come_to_rest(self) -> None:
        for _ in range(8):
            a_lease_later()
            when_it_can_no_longer_arrive()
            Connection.objects.update(paused_until=LONG_AGO)
            self.scene.deliver()
            if not OutboxItem.objects.exists():
                return

    def _at(
        self, failure: BaseException, places: tuple[str, ...] = ("on_arrival", "on_answer")
    ) -> None:
        if self._slow is not None:
            return  # its gate stands where the failure would
        setattr(self.scene.org, self.chance.choice(places), once(failure))
        try:
            self.scene.deliver()
        except WorkerDied:
            self.story.append("  died")
        finally:
            self.scene.org.on_arrival = self.scene.org.on_answer = lambda: None

    def _deliver_in_thread(self) -> None:
        try:
            self.scene.deliver()
        finally:
            connection.close()

    def _contact(self, who: str) -> Contact | None:
        email = str(cast.CONTACTS[who]["email"]).lower()
        return Contact.objects.filter(
            project=self.scene.project, key=email, deleted_at=None
        ).first()
