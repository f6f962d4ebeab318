"""One seed from its beginning to its end."""

from __future__ import annotations

import multiprocessing
import random
from dataclasses import dataclass

from soak import checks, history
from soak.checks import Findings
from soak.people import People
from soak.pushes import Pushes
from soak.rest import come_to_rest, look_at_everything
from soak.stage import Stage, staged
from soak.storm import storm

PEOPLE_TO_BEGIN_WITH = 10


@dataclass(frozen=True)
class Told:
    """What one seed came to: changes that people made, what must not be, and the story."""

    changes: int
    findings: Findings
    story: list[str]


def run(seed: int, *, rounds: int, seconds: float) -> Told:
    """Play one seed in a process of its own, since the settings are read once per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_play, args=(seed, rounds, seconds))


def _play(seed: int, rounds: int, seconds: float) -> Told:
    chance = random.Random(seed)
    story: list[str] = []
    findings = Findings()
    with staged() as stage:
        people = People(stage, chance)
        pushes = Pushes(stage, chance)
        people.begin(PEOPLE_TO_BEGIN_WITH)
        for number in range(rounds):
            story += storm(stage, people, pushes, chance, seconds=seconds)
            people.tidy_up()
            if not come_to_rest(stage):
                findings.diverged.append(f"round {number + 1} never came to rest")
                break
            sides = checks.read(stage)
            findings.add(checks.compare(sides, people.memory))
            people.memory.begin_anew(checks.agreed(sides))
        if findings.none():
            findings.add(_look_again(stage))
        findings.add(_what_was_written(stage))
    return Told(people.memory.changes, findings, story)


def _look_again(stage: Stage) -> Findings:
    """A look at everything, once all is at rest, writes nothing on either side."""
    found = Findings()
    before = _writes(stage)
    ours_before = _our_entries()
    look_at_everything(stage)
    if not come_to_rest(stage):
        found.diverged.append("a further look never came to rest")
    found.echoes += [f"{each} writes at rest" for each in [_writes(stage) - before] if each]
    if _our_entries() != ours_before:
        found.diverged.append("a further look changed contacts")
    return found


def _what_was_written(stage: Stage) -> Findings:
    saves = list(history.written(stage.organization.journals()))
    return Findings(
        echoes=history.echoes(saves, our_user=stage.our_user),
        consent_violations=[
            *history.consents_lifted(saves, our_user=stage.our_user),
            *_consents_lifted_here(),
        ],
    )


def _writes(stage: Stage) -> int:
    """Saves that Raccord made over there."""
    saves = history.written(stage.organization.journals())
    return sum(save.by(stage.our_user) for save in saves)


def _our_entries() -> int:
    from raccord.contacts.models import ChangeLogEntry

    return ChangeLogEntry.objects.count()


def _consents_lifted_here() -> list[str]:
    """Only people say yes here, and never to somebody who refused; no entry of a sync may."""
    from raccord.contacts.models import ChangeLogEntry
    from raccord.engine.records import OriginKind

    changed = ChangeLogEntry.objects.filter(changes__has_key=checks.CONSENT, origin=OriginKind.SYNC)
    return [
        f"contact {entry.contact_id}: {entry.changes[checks.CONSENT]}"
        for entry in changed
        if entry.changes[checks.CONSENT][1] == "yes"
    ]
