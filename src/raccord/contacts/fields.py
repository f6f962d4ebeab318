"""Add, change, retire and remove the fields of a project.

What could invalidate contacts that exist is refused with the reason, or done for all of them in
the same transaction. Every change of the fields takes the capture barrier exclusively, so that no
contact is written by yesterday's fields, and then the order of the fields. `field_rules.py` says
what a field may be, `field_changes.py` what the contacts allow, `field_order.py` where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import models

from raccord.contacts import barrier, field_changes, field_order
from raccord.contacts.field_rules import key_problems, shape_problems
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Contact, Field, FieldGroup, Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType


class FieldOptions(TypedDict, total=False):
    """What a field can be given. See `models.Field` for their forms."""

    label: str
    labels: Mapping[str, str]
    group: FieldGroup | None
    required: bool
    choices: Sequence[str]
    choice_labels: Mapping[str, Mapping[str, str]]
    max_length: int | None


class FieldShape(FieldOptions, total=False):
    """What a field can be changed to."""

    type: FieldType


def add_field(
    project: Project,
    *,
    key: str,
    type: FieldType,  # noqa: A002 - the word of the vocabulary
    **shape: Unpack[FieldOptions],
) -> Field:
    """Add a field at the end of its group. Raises InvalidProject (`at`: key, choices, ...)."""
    with _alone(project.pk):
        last = project.fields.aggregate(last=models.Max("position"))["last"]
        field = Field(
            project=project,
            key=key,
            type=FieldType(type),
            label=(shape.get("label") or in_words(key)).strip(),
            labels=dict(shape.get("labels", {})),
            group=shape.get("group"),
            required=shape.get("required", False),
            choices=list(shape.get("choices", ())),
            choice_labels={code: dict(o) for code, o in shape.get("choice_labels", {}).items()},
            max_length=shape.get("max_length"),
            position=0 if last is None else last + 1,
        )
        problems = [*key_problems(field), *shape_problems(field)]
        if field.required and (count := _living(project.pk).count()):
            # Nobody has a value yet; making it required is a second step, once they have.
            params = {"count": str(count)}
            problems.append(
                BadInput("raccord.field.required_too_early", at="required", params=params)
            )
        _refuse(problems)
        field.save(force_insert=True)
        field_order.put_in_order(project.pk)
        field.refresh_from_db(fields=["position"])
    return field


def change_field(field: Field, **shape: Unpack[FieldShape]) -> Field:
    """Change a field; contacts that exist must still fit, else the reason is given.

    In another group it goes to the end. Raises InvalidProject (`at`: type, choices, max_length,
    required, label, ...).
    """
    with _alone(field.project_id):
        # As it is now: who changed it before may have been waited for.
        field.refresh_from_db()
        before = copy(field)
        for attribute, value in shape.items():
            setattr(field, attribute, list(value) if attribute == "choices" else value)  # type: ignore[call-overload]
        problems = [*shape_problems(field), *field_changes.problems(before, field)]
        if before.retired_at is not None:
            problems = [BadInput("raccord.field.retired", at="")]
        _refuse(problems)
        moved = field.group_id != before.group_id
        if moved:
            field.position = Field.objects.filter(project_id=field.project_id).count()
        field.save(update_fields=[*shape, "position"] if moved else [*shape])
        field_changes.restore_values(before, field)
        if moved:
            field_order.put_in_order(field.project_id)
            field.refresh_from_db(fields=["position"])
    return field


def retire_field(field: Field) -> Field:
    """Ask nobody for this field any more; what contacts hold in it stays.

    Refused while it is mapped to another system or part of the unique key (InvalidProject). It is
    no longer required: brought back, it may be missing in contacts that came meanwhile.
    """
    with _alone(field.project_id) as now:
        field.refresh_from_db()
        _refuse_while_needed(field)
        if field.retired_at is None:
            field.retired_at, field.required = now, False
            field.save(update_fields=["retired_at", "required"])
    return field


def bring_back_field(field: Field) -> Field:
    """Ask for a retired field again; contacts have the values that they had."""
    with _alone(field.project_id):
        field.retired_at = None
        field.save(update_fields=["retired_at"])
        field_order.put_in_order(field.project_id)
    return field


def remove_field(field: Field) -> None:
    """Remove a field and its values from every contact.

    Refused while it is mapped to another system, part of the unique key, or held by contacts and
    not retired (InvalidProject): nothing that somebody still works with is lost by one click.
    """
    with _alone(field.project_id):
        field.refresh_from_db()
        _refuse_while_needed(field)
        count = 0 if field.retired_at else field_changes.holders(field)
        if count:
            params = {"count": str(count)}
            raise InvalidProject(
                [BadInput("raccord.field.not_retired", at=field.key, params=params)]
            )
        key, project_id = field.key, field.project_id
        field.delete()
        field_changes.drop_values(project_id, key)


def in_words(key: str) -> str:
    """The label of a field that was given none."""
    return key.replace("_", " ").capitalize()


@contextmanager
def _alone(project_id: int) -> Iterator[datetime]:
    """A transaction in which nobody writes contacts or orders fields; gives its time.

    In this order, and before any field is written: `field_order.arrange` locks fields after it.
    """
    with barrier.exclusive(project_id) as now, field_order.alone(project_id):
        yield now


def _refuse_while_needed(field: Field) -> None:
    if field.key_position is not None:
        raise InvalidProject([BadInput("raccord.field.in_key", at=field.key)])
    if field_changes.is_mapped(field):
        raise InvalidProject([BadInput("raccord.field.mapped", at=field.key)])


def _living(project_id: int) -> models.QuerySet[Contact]:
    return Contact.objects.filter(project_id=project_id, deleted_at=None)


def _refuse(problems: Sequence[BadInput]) -> None:
    if problems:
        raise InvalidProject(problems)
