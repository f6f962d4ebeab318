"""What people do on either side, and what each field was last given, by whom.

Every value is given once in a whole run, and says who gave it: so a value that turns up where it
does not belong can be told.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soak.stage import REMOTE, Stage

if TYPE_CHECKING:
    from raccord.engine.records import Origin

OURS = "ours"
THEIRS = "theirs"


@dataclass
class Memory:
    """What was done, and what must be found again.

    agreed: (e-mail, field) -> the value both sides held when they last came to rest. last: side ->
    (e-mail, field) -> what that side gave it since. refused: who opted out, on whichever side.
    lifted: of those, whose refusal somebody took back over there, which a person has to confirm.
    binned: e-mail -> record that is deleted over there for the moment. merged: e-mail -> that of
    the record theirs was merged into. remapped: fields that were not mapped for a while, of which
    nothing is promised but that both sides end equal.
    """

    agreed: dict[tuple[str, str], object] = field(default_factory=dict)
    last: dict[str, dict[tuple[str, str], object]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    people: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    lifted: set[str] = field(default_factory=set)
    binned: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    remapped: set[str] = field(default_factory=set)
    changes: int = 0

    def may_end_with(self, email: str, key: str) -> set[object]:
        """What a field may hold at rest: the last of either side, or what it held before."""
        about = (email, key)
        given = {side[about] for side in self.last.values() if about in side}
        return given or {self.agreed.get(about)}

    def begin_anew(self, held: dict[tuple[str, str], object]) -> None:
        """Both sides are at rest and agree on this; what they do not is still to be decided."""
        self.agreed = held
        for given in self.last.values():
            for about in held.keys() & given.keys():
                del given[about]


class People:
    """Both sides' people, who act one after the other."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.memory = Memory()
        self._stage = stage
        self._chance = chance
        self._number = 0

    def act(self) -> None:
        """Somebody does something."""
        self.memory.changes += 1
        acts = [self._edit_ours] * 5 + [self._edit_theirs] * 5
        acts += [self._create_ours, self._create_theirs, self._refuse_ours, self._refuse_theirs]
        acts += [self._accept_ours, self._lift_theirs]
        acts += [self._delete_theirs, self._undelete_theirs, self._merge_theirs]
        self._chance.choice(acts)()

    def tidy_up(self) -> None:
        """Whoever is in the bin comes out of it, so that in the end everybody is on both sides."""
        while self.memory.binned:
            self._undelete_theirs()

    def begin(self, number: int) -> None:
        """Some people to begin with, on each side."""
        for _ in range(number):
            self._create_ours()
            self._create_theirs()

    def _create_ours(self) -> None:
        from raccord.contacts import changes

        email, values = self._newcomer(OURS)
        contact = changes.create(
            self._stage.project, {"email": email, "last_name": "Doe", **values}, origin=_marketer()
        )
        self.memory.people[email] = str(contact.pk)

    def _create_theirs(self) -> None:
        email, values = self._newcomer(THEIRS)
        there = {REMOTE[key]: value for key, value in values.items()}
        self._stage.organization.create({"Email": email, "LastName": "Doe", **there})
        self.memory.people[email] = ""

    def _edit_ours(self) -> None:
        email = self._chance.choice(sorted(self.memory.people))
        key = self._chance.choice(sorted(REMOTE))
        value = self._value(OURS)
        if self._change_ours(email, {key: value}):
            self.memory.last[OURS][email, key] = value

    def _edit_theirs(self) -> None:
        email = self._chance.choice(sorted(self.memory.people))
        key = self._chance.choice(sorted(REMOTE))
        value = self._value(THEIRS)
        if self._change_theirs(email, {REMOTE[key]: value}):
            self.memory.last[THEIRS][email, key] = value

    def _refuse_ours(self) -> None:
        email = self._chance.choice(sorted(self.memory.people))
        if self._change_ours(email, {"newsletter": "no"}):
            self.memory.refused.add(email)

    def _refuse_theirs(self) -> None:
        email = self._chance.choice(sorted(self.memory.people))
        if self._change_theirs(email, {"HasOptedOutOfEmail": True}):
            self.memory.refused.add(email)

    def _accept_ours(self) -> None:
        """Somebody opts in who never refused: of a refusal that was seen, a person may be sure."""
        willing = sorted(self.memory.people.keys() - self.memory.refused)
        if willing:
            self._change_ours(self._chance.choice(willing), {"newsletter": "yes"})

    def _lift_theirs(self) -> None:
        """A refusal is taken back over there, after it was heard of here."""
        from raccord.contacts.models import Contact

        heard = Contact.objects.filter(project=self._stage.project, values__newsletter="no")
        known = sorted(self.memory.refused & set(heard.values_list("key", flat=True)))
        if not known:
            return
        email = self._chance.choice(known)
        if self._change_theirs(email, {"HasOptedOutOfEmail": False}):
            self.memory.lifted.add(email)

    def _delete_theirs(self) -> None:
        if (pair := self._one_pair()) is not None:
            email, record = pair
            self._stage.organization.delete(record)
            self.memory.binned[email] = record

    def _undelete_theirs(self) -> None:
        if self.memory.binned:
            email = self._chance.choice(sorted(self.memory.binned))
            self._stage.organization.undelete(self.memory.binned.pop(email))

    def _merge_theirs(self) -> None:
        """Two records become one over there: one person, or so somebody thinks."""
        loser, master = self._one_pair(), self._one_pair()
        if loser is not None and master is not None and loser != master:
            self._stage.organization.merge(loser[1], into=master[1])
            self.memory.merged[loser[0]] = master[0]

    def _one_pair(self) -> tuple[str, str] | None:
        """Somebody who is known on both sides: e-mail and record. Of a record that was created a
        moment ago, and is gone before we know of it, nothing would tell us."""
        from raccord.sync.models import Link

        linked = Link.objects.filter(transfer=self._stage.transfer, state="linked")
        known = set(linked.values_list("remote_id", flat=True))
        pairs = sorted(
            (str(row["Email"]), str(row["Id"]))
            for row in self._stage.organization.records()
            if row["Id"] in known
        )
        return self._chance.choice(pairs) if pairs else None

    def _change_ours(self, email: str, values: dict[str, object]) -> bool:
        """Whether there was somebody here to be changed."""
        from raccord.contacts import changes
        from raccord.contacts.models import Contact

        known = Contact.objects.filter(project=self._stage.project, key=email, deleted_at=None)
        contact = known.values_list("pk", flat=True).first()
        if contact is None:
            return False
        changes.edit(self._stage.project, contact, values, origin=_marketer())
        return True

    def _change_theirs(self, email: str, values: dict[str, object]) -> bool:
        """Whether there was somebody over there to be changed."""
        found = [row["Id"] for row in self._stage.organization.records() if row["Email"] == email]
        if not found:
            return False
        self._stage.organization.update(found[0], values)
        return True

    def _newcomer(self, side: str) -> tuple[str, dict[str, object]]:
        """An address that nobody has, and what the newcomer comes with."""
        self._number += 1
        email = f"p{self._number}@example.org"
        values: dict[str, object] = {
            key: self._value(side) for key in sorted(REMOTE) if self._chance.random() < 0.7
        }
        for key, value in values.items():
            self.memory.last[side][email, key] = value
        return email, values

    def _value(self, side: str) -> str:
        self._number += 1
        return f"{side} {self._number}"


def _marketer() -> Origin:
    from raccord.engine.records import Origin, OriginKind

    return Origin(OriginKind.PERSON, actor="soak")
