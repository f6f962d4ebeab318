"""What may be done to one field of many contacts: set it, empty it, add or remove a choice.

Pure. Refused here, before anything is written: a field of the unique key (everybody would become
the same contact), emptying what is required, and a change of a consent without a reason. What
depends on the single contact (somebody who opted out) is refused when its turn comes, and counted
beforehand by `foreseeing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from raccord.contacts.invalid import InvalidInput
from raccord.contacts.models import BulkRun
from raccord.contacts.project_fields import ProjectFields, unknown_field
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Value, Values
from raccord.engine.values import Stored, from_json, to_json

LONGEST_GROUNDS = 1_000


class EditHow(StrEnum):
    """ADD, REMOVE: one or several choices of a multiple choice; the others stay."""

    SET = "set"
    CLEAR = "clear"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """What to do to one field. value: in stored form; None with CLEAR."""

    field: str
    how: EditHow
    value: Stored = None

    def to_json(self) -> dict[str, Any]:
        return {"how": str(self.how), "value": self.value}

    @classmethod
    def from_json(cls, field: str, stored: Mapping[str, Any]) -> Self:
        return cls(field, EditHow(stored["how"]), stored["value"])

    @property
    def needs_present_value(self) -> bool:
        """Whether the outcome depends on what the contact holds."""
        return self.how in (EditHow.ADD, EditHow.REMOVE)


class InvalidEdit(InvalidInput):
    """An edit of many contacts that cannot be; `at` is a field's key, "grounds" or ""."""


def editable(fields: ProjectFields) -> tuple[FieldSpec, ...]:
    """The fields that many contacts can be edited in."""
    return tuple(spec for spec in fields.specs.values() if spec not in fields.key_specs)


def ways(spec: FieldSpec) -> tuple[EditHow, ...]:
    """What can be done to such a field."""
    found = [EditHow.SET]
    if spec.type is FieldType.MULTIPLE_CHOICE:
        found += [EditHow.ADD, EditHow.REMOVE]
    if not spec.required:
        found.append(EditHow.CLEAR)
    return tuple(found)


def checked(
    given: Mapping[str, tuple[EditHow, object]], *, grounds: str, fields: ProjectFields
) -> tuple[FieldEdit, ...]:
    """The edits that were meant: field key -> how, and the value as text or typed.

    Raises InvalidEdit with every problem.
    """
    edits: list[FieldEdit] = []
    problems: list[BadInput] = []
    for key, (how, value) in given.items():
        try:
            edits.append(_edit(key, how, value, fields=fields))
        except BadInput as problem:
            problems.append(problem)
    if not given:
        problems.append(BadInput("raccord.bulk.nothing"))
    if len(grounds) > LONGEST_GROUNDS:
        most = {"most": str(LONGEST_GROUNDS)}
        problems.append(BadInput("raccord.bulk.grounds_long", params=most, at="grounds"))
    if fields.consents & given.keys() and not grounds:
        problems.append(BadInput("raccord.bulk.grounds", at="grounds"))
    if problems:
        raise InvalidEdit(problems)
    return tuple(edits)


def edits_of(run: BulkRun) -> tuple[FieldEdit, ...]:
    """What was decided for a run, in the order of the fields' keys."""
    return tuple(FieldEdit.from_json(key, run.changes[key]) for key in sorted(run.changes))


def rechecked(run: BulkRun, *, fields: ProjectFields) -> tuple[FieldEdit, ...]:
    """What was decided, if the project's fields still allow it. Raises BadInput."""
    given = {edit.field: (edit.how, edit.value) for edit in edits_of(run)}
    try:
        return checked(given, grounds=run.grounds, fields=fields)
    except InvalidEdit as refused:
        raise BadInput("raccord.bulk.fields_changed") from refused


def outcome(edits: Iterable[FieldEdit], *, now: Values, fields: ProjectFields) -> dict[str, Value]:
    """The values one contact is to have after these edits. now: its values, where they count."""
    return {edit.field: _after(edit, now.get(edit.field), fields=fields) for edit in edits}


def _edit(key: str, how: EditHow, value: object, *, fields: ProjectFields) -> FieldEdit:
    spec = fields.specs.get(key)
    if spec is None:
        raise unknown_field(key)
    if spec in fields.key_specs:
        raise BadInput("raccord.bulk.key_field", at=key)
    if how not in ways(spec):
        kind = "required" if how is EditHow.CLEAR else "unfit"
        raise BadInput(f"raccord.bulk.{kind}", at=key)
    if how is EditHow.CLEAR:
        return FieldEdit(key, how)
    parsed = fields.parsers[key](value)
    if parsed is None:
        raise BadInput("raccord.bulk.no_value", at=key)
    return FieldEdit(key, how, to_json(parsed))


def _after(edit: FieldEdit, now: Value, *, fields: ProjectFields) -> Value:
    spec = fields.specs[edit.field]
    given = from_json(spec.type, edit.value)
    if not edit.needs_present_value:
        return given
    have, named = _choices(now), _choices(given)
    if edit.how is EditHow.REMOVE:
        return tuple(choice for choice in have if choice not in named) or None
    # In the order of the field's own list, as a form would give them. What the field does not offer
    # any more is refused when it is written, with the reason: dropping it would lose a value.
    chosen = [choice for choice in spec.choices if choice in have or choice in named]
    return (*chosen, *(choice for choice in have if choice not in spec.choices))


def _choices(value: Value) -> Sequence[str]:
    return value if isinstance(value, tuple) else ()
