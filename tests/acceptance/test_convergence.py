"""Whatever happens in whatever order, both sides are equal in the end, or somebody is asked.

Random schedules on the real stack: edits, refusals and consents on both sides, deletions that are
taken back, merges, readings, hints and messages early, late and twice, calls that fail, workers
that die at any commit, a rule or a mapping that changes, an integration that is switched off and
on. The pure model plays the same by the thousand (`tests/unit/engine`), `make soak` with processes
that are really killed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from raccord.connections import describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.connections.models import FieldMapping
from raccord.contacts.models import OutboxItem, Subscription
from raccord.engine.records import Direction, OnlyThere, Rule
from raccord.processes.last_will import LastWill
from raccord.processes.supervisor import Program
from raccord.sync import activate, backfill, due, inbound, inbox, poll, readings
from raccord.sync.inbox import Hint
from raccord.sync.models import Backfill, InboxItem, Link, Reading
from salesforce_simulator.server import Simulator
from soak import checks, history
from soak.organization import Organization
from soak.people import People
from soak.programs import Killable
from soak.pushes import Pushes
from soak.stage import RULES, Stage
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.dying import dying
from tests.integration.connections.scene import CLIENT_ID, SEED
from tests.integration.sync.scene import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 30
TROUBLES = (
    "reset_before",
    "reset_after",
    "reset_in_answer",
    "malformed_json",
    "server_error",
    "unavailable",
    "too_many_requests",
    "expired_session",
    "row_lock",
)
BORDERS = 14
REMAPPED = "country"
_HAS_PASSED = (
    "UPDATE contacts_outboxitem SET due_at = '2020-01-01Z', lease_until = '2020-01-01Z'",
    "UPDATE sync_inboxitem SET due_at = '2020-01-01Z', lease_until = '2020-01-01Z'",
    "UPDATE sync_link SET departed_at = departed_at - interval '1 hour'",
    "UPDATE sync_slot SET lease_until = '2020-01-01Z'",
    "UPDATE sync_reading SET lease_until = '2020-01-01Z'",
    "UPDATE connections_connection SET paused_until = '2020-01-01Z'",
    "UPDATE connections_authorization SET lease_until = '2020-01-01Z'",
)


@pytest.fixture
def stage(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    journal = tmp_path / "organization.journal"
    with Simulator(seed=SEED, data=journal) as simulator:
        settings.SIMULATOR_URL = simulator.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        monkeypatch.setenv("RACCORD_SIMULATOR_URL", simulator.url)
        will = LastWill()
        yield _stage(a_scene(simulator), journal, will)
        will.execute()


def _stage(scene: Scene, journal: Path, will: LastWill) -> Stage:
    FieldMapping.objects.update(direction=Direction.BOTH, rule=Rule.THEIRS)
    for key, rule in RULES.items():
        FieldMapping.objects.filter(field__key=key).update(rule=rule)
    scene.transfer.only_there = OnlyThere.CREATE
    scene.transfer.save()
    scene.integration.failure_limit = 1_000_000
    scene.integration.save()
    scene.activate()
    organization = Organization(
        scene.simulator.url, _never_killed(journal, will), journal=journal, app=CLIENT_ID
    )
    our_user = organization.user_id("integration@simulated.example")
    return Stage(journal.parent, scene.project, scene.transfer, organization, (), our_user)


def _never_killed(journal: Path, will: LastWill) -> Killable:
    return Killable(Program("simulator", ()), output=journal, will=will)


@pytest.mark.seeds(range(12))
def test_both_sides_end_equal_or_somebody_is_asked(stage: Stage, seed: int) -> None:
    schedule = Schedule(stage, random.Random(seed))
    schedule.people.begin(2)
    for _ in range(STEPS):
        schedule.step()
    schedule.come_to_rest()
    found = checks.compare(checks.read(stage), schedule.people.memory)
    found.echoes += schedule.writes_of_another_look()
    saves = list(history.written(stage.organization.journals()))
    found.echoes += history.echoes(saves, our_user=stage.our_user)
    found.consent_violations += history.consents_lifted(saves, our_user=stage.our_user)
    assert found.none(), f"--seed {seed}: {found}\n{'; '.join(schedule.story)}"


class Schedule:
    """What may happen, in the order that chance gives."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.people = People(stage, chance)
        self._pushes = Pushes(stage, chance)
        self.story: list[str] = []
        self._stage = stage
        self._chance = chance
        self._key = stage.transfer.pk

    def step(self) -> None:
        happenings: list[Callable[[], None]] = [
            *[self.people.act] * 8,
            *[self.read] * 2,
            *[self.take_in] * 2,
            *[self.deliver] * 3,
            *[self.worker_dies] * 4,
            *[self.trouble] * 3,
            self.hint,
            *[self.push] * 2,
            self.time_passes,
            self.change_rule,
            self.remap,
            self.switch_off_and_on,
        ]
        happening = self._chance.choice(happenings)
        self.story.append(happening.__name__)
        happening()

    def read(self) -> None:
        Reading.objects.update(due_at=LONG_AGO, sweep_at=LONG_AGO)
        poll.read_changes(self._key)

    def take_in(self) -> None:
        InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
        inbound.take_in(self._key)

    def deliver(self) -> None:
        from raccord.sync import outbound

        outbound.deliver(self._key)

    def hint(self) -> None:
        """Somebody says that records changed: too early, too late, or once more."""
        ids = list(Link.objects.filter(remote_id__isnull=False).values_list("remote_id", flat=True))
        inbox.put(self._key, [Hint(each) for each in ids if each and self._chance.random() < 0.5])

    def push(self) -> None:
        """A message of theirs arrives, twice, later than others, or not at all."""
        self.story.append(f"  {self._pushes.tell()}")

    def worker_dies(self) -> None:
        work = self._chance.choice([self.read, self.take_in, self.deliver, self.deliver])
        border, after = self._chance.randrange(BORDERS), self._chance.random() < 0.5
        with dying(border, after=after) as death:
            work()
        self.story.append(f"  {work.__name__} {'died' if death.struck else 'lived'} at {border}")

    def trouble(self) -> None:
        """The next call goes wrong, whatever it is."""
        what = self._chance.choice(TROUBLES)
        path = {"path": "composite/sobjects"} if what == "row_lock" else {}
        self._stage.organization.trouble(what, times=1, **path)
        self.story.append(f"  {what}")

    def time_passes(self) -> None:
        """Leases end, and no unanswered write can take effect any more."""
        with connection.cursor() as cursor:
            for statement in _HAS_PASSED:
                cursor.execute(statement)

    def change_rule(self) -> None:
        key = self._chance.choice(sorted(RULES))
        rule = self._chance.choice([each for each in Rule if each is not Rule.NEWEST])
        FieldMapping.objects.filter(field__key=key).update(rule=rule)

    def remap(self) -> None:
        """A field is no longer mapped, and comes back later."""
        lines = [*mappings.stored_lines(self._stage.transfer)]
        self.people.memory.remapped.add(REMAPPED)
        if any(line.field == REMAPPED for line in lines):
            self._map([line for line in lines if line.field != REMAPPED])
        else:
            line = MappingLine(REMAPPED, "MailingCountry", Direction.BOTH, Rule.THEIRS)
            self._map([*lines, line])

    def switch_off_and_on(self) -> None:
        integration = self._stage.transfer.connection.integration
        activate.deactivate(integration)
        self.people.act()
        activate.activate(integration)

    def come_to_rest(self) -> None:
        self._stage.organization.no_more_trouble()
        self.people.tidy_up()
        if not any(line.field == REMAPPED for line in mappings.stored_lines(self._stage.transfer)):
            self.remap()
        for _ in range(12):
            self.time_passes()
            for row in Backfill.objects.filter(finished_at=None):
                backfill.work(row.pk)
            self.read()
            self.take_in()
            self.deliver()
            due_here = OutboxItem.objects.filter(state="due").exists()
            if not due_here and not InboxItem.objects.filter(state="due").exists():
                return
        raise AssertionError(f"never at rest: {'; '.join(self.story)}")

    def writes_of_another_look(self) -> list[str]:
        """Everything is read and looked at once more; what that writes over there."""
        before = self._writes()
        readings.read_everything(self._key)
        items = OutboxItem.objects.exclude(state="due")
        asked = set(items.values_list("contact", flat=True))
        linked = Link.objects.filter(state="linked").exclude(contact__in=asked)
        subscription = Subscription.objects.get(transfer=self._key, active=True)
        due.look_at(subscription.pk, list(linked.values_list("contact", flat=True)))
        self.come_to_rest()
        return [f"{number} writes at rest" for number in [self._writes() - before] if number]

    def _writes(self) -> int:
        saves = history.written(self._stage.organization.journals())
        return sum(save.by(self._stage.our_user) for save in saves)

    def _map(self, lines: list[MappingLine]) -> None:
        transfer = self._stage.transfer
        mappings.save_mappings(transfer, lines, remote=describing.described(transfer))
        activate.mappings_changed(transfer)
