"""Both sides compared once they are at rest: what was lost, doubled, or left apart unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from soak import history
from soak.people import Memory
from soak.stage import REMOTE, Stage

CONSENT = "newsletter"


@dataclass
class Findings:
    """What must not be, each in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)
    echoes: list[str] = field(default_factory=list)
    consent_violations: list[str] = field(default_factory=list)

    def add(self, other: Findings) -> None:
        for kind in vars(self):
            getattr(self, kind).extend(getattr(other, kind))

    def counts(self) -> dict[str, int]:
        return {kind: len(found) for kind, found in vars(self).items()}

    def none(self) -> bool:
        return not any(vars(self).values())


@dataclass(frozen=True)
class BothSides:
    """All there is, by e-mail. open: contact -> the fields that wait for a person."""

    ours: Mapping[str, Mapping[str, Any]]
    theirs: Mapping[str, Mapping[str, Any]]
    twice_ours: list[str]
    twice_theirs: list[str]
    linked: Mapping[int, str]
    open: Mapping[int, set[str]]
    parked_records: set[str]


def read(stage: Stage) -> BothSides:
    from raccord.contacts.models import Contact, OutboxItem
    from raccord.sync.models import InboxItem, Link

    contacts = Contact.objects.filter(project=stage.project, deleted_at=None)
    ours = [{**each.values, "id": each.pk} for each in contacts]
    theirs = stage.organization.records()
    waiting = OutboxItem.objects.exclude(state="due")
    return BothSides(
        ours={row["email"]: row for row in ours},
        theirs={row["Email"]: row for row in theirs},
        twice_ours=_twice(row["email"] for row in ours),
        twice_theirs=_twice(row["Email"] for row in theirs),
        linked={
            link.contact: link.remote_id or ""
            for link in Link.objects.filter(transfer=stage.transfer, state="linked")
        },
        open={item.contact: _fields(item.parameters) for item in waiting},
        parked_records=set(
            InboxItem.objects.exclude(state="due").values_list("remote_id", flat=True)
        ),
    )


def compare(sides: BothSides, memory: Memory) -> Findings:
    """Every person on both sides, once, equal, and with what somebody gave them last."""
    found = Findings()
    found.doubled += [f"{email}: two contacts" for email in sides.twice_ours]
    found.doubled += [f"{email}: two records" for email in sides.twice_theirs]
    for email in memory.people:
        ours, theirs = sides.ours.get(email), sides.theirs.get(email)
        if email in memory.merged:
            found.lost += _not_told(sides, email, ours, theirs)
            continue
        if ours is None or theirs is None:
            if not _waits(sides, ours, theirs):
                found.lost.append(f"{email}: {'not here' if ours is None else 'not over there'}")
            continue
        if sides.linked.get(ours["id"]) != theirs["Id"]:
            found.diverged.append(f"{email}: the two are no pair")
        _compare_pair(email, ours, theirs, sides=sides, memory=memory, found=found)
    return found


def agreed(sides: BothSides) -> dict[tuple[str, str], object]:
    """(e-mail, field) -> what both sides hold."""
    return {
        (email, key): ours.get(key)
        for email, ours in sides.ours.items()
        for key, name in REMOTE.items()
        if email in sides.theirs and ours.get(key) == sides.theirs[email].get(name)
    }


def _not_told(
    sides: BothSides,
    email: str,
    ours: Mapping[str, Any] | None,
    theirs: Mapping[str, Any] | None,
) -> list[str]:
    """Whose record was merged into another has none any more, and a person is asked about it."""
    told = theirs is None and ours is not None and ours["id"] in sides.open
    return [] if told else [f"{email}: merged over there, and nobody is asked"]


def _compare_pair(
    email: str,
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    sides: BothSides,
    memory: Memory,
    found: Findings,
) -> None:
    open_fields = sides.open.get(ours["id"], set())
    for key, name in REMOTE.items():
        here, there = ours.get(key), theirs.get(name)
        if here != there and key not in open_fields:
            found.diverged.append(f"{email}: {key} is {here!r} here and {there!r} there")
        if key in memory.remapped:
            continue
        allowed = memory.may_end_with(email, key)
        for place, value in (("here", here), ("there", there)):
            if value not in allowed:
                found.lost.append(f"{email}: {key} is {value!r} {place}, given was {allowed}")
    if email in memory.refused:
        if ours.get(CONSENT) != "no":
            found.consent_violations.append(f"{email}: opted out, and {ours.get(CONSENT)} here")
        asked = email in memory.lifted and CONSENT in open_fields
        if theirs.get(history.OPTED_OUT) is not True and not asked:
            found.consent_violations.append(f"{email}: opted out, and not over there")


def _waits(
    sides: BothSides, ours: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None
) -> bool:
    """Whether the one without a counterpart is in sight of a person."""
    if ours is not None:
        return ours["id"] in sides.open
    return theirs is not None and theirs["Id"] in sides.parked_records


def _fields(parameters: Mapping[str, Any]) -> set[str]:
    return set(str(parameters.get("fields", "")).split(", "))


def _twice(emails: Any) -> list[str]:
    return [email for email, count in Counter(emails).items() if count > 1]
