"""Taking one entry of a contact's history back.

`planned` says, without writing, what that would do to the contact as it is now; `undo` does it,
through `changes.py` like every other edit, which is logged as an edit of its own.

An undo never overwrites what came later: a field that was changed since the entry is only set back
where the person who asks has seen what it holds now and chosen so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from raccord.contacts import changes
from raccord.contacts.changes import ContactChange, RowResult
from raccord.contacts.keepers import NOTHING, Kept
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.contacts.project_fields import ProjectFields, typed_value
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Operation, Origin, Value
from raccord.engine.values import Stored, equal, missing

UNDOABLE = frozenset({Operation.UPDATED, Operation.CONSENT_CHANGED})
"""A creation is taken back by deleting the contact, a deletion by restoring it."""

CAUSE = "undo"


@dataclass(frozen=True, slots=True)
class SetBack:
    """One field that can be set back.

    now: what it holds. back: what it held before the entry. after: what the entry made of it.
    """

    spec: FieldSpec
    now: Value
    back: Value
    after: Value

    @property
    def changed_since(self) -> bool:
        """Somebody changed it again after the entry."""
        return not equal(self.spec.type, self.now, self.after)

    @property
    def lifts(self) -> bool:
        """It would take a person's "no" away, which somebody has to answer for."""
        return self.spec.type is FieldType.CONSENT and self.now == "no"


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back of an entry, and why the rest cannot; `at` names a problem's field.

    Fields that already hold what they held before are in neither.
    """

    entry: ChangeLogEntry
    fields: tuple[SetBack, ...]
    problems: tuple[BadInput, ...]


def entry_of(contact: Contact, entry: int) -> ChangeLogEntry | None:
    """An entry of the contact's history that is of a kind that can be taken back."""
    return ChangeLogEntry.objects.filter(contact=contact, id=entry, operation__in=UNDOABLE).first()


def planned(
    entry: ChangeLogEntry,
    *,
    fields: ProjectFields,
    now: Mapping[str, Stored],
    kept: Kept = NOTHING,
) -> Undo:
    """What taking the entry back would mean for a contact with these stored values.

    kept: the fields that are kept elsewhere, which nobody sets back here.
    """
    found: list[SetBack] = []
    problems = [*kept.refusals(entry.contact_id, entry.changes, specs=fields.specs)]
    refused = {problem.at for problem in problems}
    for key in _in_order(entry, fields):
        if key in refused:
            continue
        before, after = entry.changes[key]
        try:
            back = _set_back(key, before, after, fields=fields, now=now)
        except BadInput as problem:
            problems.append(problem)
        else:
            found += [back] if not equal(back.spec.type, back.now, back.back) else []
    return Undo(entry, tuple(found), tuple(problems))


def undo(
    project: Project,
    contact: Contact,
    entry: ChangeLogEntry,
    *,
    chosen: Mapping[str, tuple[Value, Value]],
    origin: Origin,
) -> RowResult:
    """Set the chosen fields back: field key -> (what it held before, what it is known to hold).

    A field that holds something else by now is a clash, and nothing is written. The entry in the
    log says what it took back.
    """
    change = ContactChange(
        {key: back for key, (back, _known) in chosen.items()},
        contact.pk,
        rendered={key: known for key, (_back, known) in chosen.items()},
    )
    caused = Origin(origin.kind, origin.actor, origin.transfer, f"{CAUSE}:{entry.id}")
    (result,) = changes.apply_by_id(project, [change], origin=caused)
    return result


def _in_order(entry: ChangeLogEntry, fields: ProjectFields) -> list[str]:
    """The entry's fields in the project's order, those that are gone last."""
    there = [key for key in fields.specs if key in entry.changes]
    return [*there, *sorted(entry.changes.keys() - fields.specs.keys())]


def _set_back(
    key: str,
    before: Stored,
    after: Stored,
    *,
    fields: ProjectFields,
    now: Mapping[str, Stored],
) -> SetBack:
    """Raises BadInput where the field cannot hold that value any more."""
    spec = fields.specs.get(key)
    if spec is None:
        raise BadInput("raccord.contact.field_gone", at=key, params={"field": key})
    if before is None and spec.required:
        raise missing(spec)
    back = fields.parsers[key](typed_value(spec, before))
    return SetBack(
        spec, now=typed_value(spec, now.get(key)), back=back, after=typed_value(spec, after)
    )
