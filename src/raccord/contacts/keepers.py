"""Fields that somebody else keeps: what a connection only brings here is not written here.

Contacts know nothing of connections, so whoever brings values registers a `Keeper` when the
application starts (`sync.apps` does). Asked by `writing.py` for every write, so that a screen, an
import, a bulk edit, an undo and the API are all held to it; what is pulled in is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec

KEPT_ELSEWHERE = "raccord.contact.kept_elsewhere"

ByField = Mapping[str, str]
"""Field key -> the name of the connection that the value comes from."""


@dataclass(frozen=True, slots=True)
class Kept:
    """of_new: for contacts that are being made. of_known: by contact, for those that exist."""

    of_new: ByField = field(default_factory=dict)
    of_known: Mapping[int, ByField] = field(default_factory=dict)

    def refusals(
        self, contact: int | None, keys: Iterable[str], *, specs: Mapping[str, FieldSpec]
    ) -> tuple[BadInput, ...]:
        """Why fields among `keys` are not written: for the contact, or for a new one (None).

        A new contact may be given what it cannot be without.
        """
        kept = self.of_new if contact is None else self.of_known.get(contact, {})
        if not kept:
            return ()
        return tuple(
            refusal(specs[key], connection=kept[key])
            for key in sorted(kept.keys() & specs.keys() & set(keys))
            if contact is not None or not specs[key].required
        )


NOTHING = Kept()

Keeper = Callable[[int, Collection[int]], Kept]
"""(project, contacts that exist) -> what is kept of them."""

_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Let fields be kept; once per keeper, when the application starts."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def kept(project_id: int, contacts: Collection[int] = ()) -> Kept:
    """What is kept elsewhere in this project, by all who keep anything."""
    told = [keeper(project_id, contacts) for keeper in _keepers]
    of_new: dict[str, str] = {}
    of_known: dict[int, dict[str, str]] = {}
    for each in told:
        of_new |= each.of_new
        for contact, fields in each.of_known.items():
            of_known.setdefault(contact, {}).update(fields)
    return Kept(of_new, of_known)


def kept_of_new(project: Project) -> dict[str, str]:
    """What a new contact waits for: all that is kept elsewhere but what it cannot be without."""
    needed = {spec.key for spec in project.specs() if spec.required}
    needed |= {spec.key for spec in project.key_specs()}
    found = kept(project.pk).of_new
    return {key: connection for key, connection in found.items() if key not in needed}


def refusal(spec: FieldSpec, *, connection: str) -> BadInput:
    """Why the field is not written here."""
    params = {"field": spec.label or spec.key, "connection": connection}
    return BadInput(KEPT_ELSEWHERE, params, at=spec.key)
