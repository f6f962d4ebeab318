"""What the organization wrote down: every state of every record, in order, and who made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soak.people import THEIRS
from soak.stage import REMOTE

OPTED_OUT = "HasOptedOutOfEmail"
WATCHED = (*REMOTE.values(), OPTED_OUT, "Email", "LastName")


@dataclass(frozen=True, slots=True)
class Written:
    """One record, before and after somebody saved it. before: None when it was created."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    def by(self, user: str) -> bool:
        return bool(self.after["LastModifiedById"] == user)

    def changed(self) -> dict[str, Any]:
        """The fields that the flow moves and that are not as they were, with what they are now."""
        before = self.before or {}
        return {
            name: self.after.get(name)
            for name in WATCHED
            if (self.after.get(name) or None) != (before.get(name) or None)
        }


def written(journals: Iterable[Path]) -> Iterator[Written]:
    """Every save of a contact over there."""
    known: dict[str, Mapping[str, Any]] = {}
    for journal in journals:
        for row in _rows(journal):
            before = known.get(row["Id"])
            # A journal begins with what the one before it ended with.
            if before != row:
                known[row["Id"]] = row
                yield Written(before, row)


def echoes(saves: Iterable[Written], *, our_user: str) -> list[str]:
    """What Raccord wrote though it came from there, or was there already."""
    found = []
    for save in saves:
        if not save.by(our_user):
            continue
        changed = save.changed()
        if not changed:
            found.append(f"{save.after['Id']}: written without a change")
        found += [
            f"{save.after['Id']}: {name} := {value}, which came from there"
            for name, value in changed.items()
            if str(value).startswith(THEIRS)
        ]
    return found


def consents_lifted(saves: Iterable[Written], *, our_user: str) -> list[str]:
    """Opt-outs that Raccord took away."""
    return [
        f"{save.after['Id']}: opted in again over there"
        for save in saves
        if save.by(our_user)
        and save.before is not None
        and save.before.get(OPTED_OUT) is True
        and save.after.get(OPTED_OUT) is not True
    ]


def _rows(journal: Path) -> Iterator[Mapping[str, Any]]:
    with journal.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # cut short by a kill, so nobody was answered
            yield from entry.get("rows", {}).get("Contact", [])
