"""Projects and their fields: what the screens and `raccord apply` call to shape a database.

What could invalidate contacts that exist is refused with the reason, or done for all of them in
the same transaction. Every change of the fields takes the capture barrier exclusively, so that no
contact is written by yesterday's fields.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import TypedDict, Unpack

from django.conf import settings
from django.db import models, transaction
from django.utils.text import slugify

from raccord.contacts import barrier, field_changes
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Contact, Field, Project
from raccord.contacts.unique_key import set_unique_key
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

__all__ = [
    "RESERVED",
    "FieldOptions",
    "FieldShape",
    "ProjectShape",
    "add_field",
    "change_field",
    "change_project",
    "create_project",
    "remove_field",
    "set_unique_key",
]

KEY_FORM = re.compile(r"[a-z][a-z0-9_]{0,59}")
SLUG_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Columns that a contact has anyway; a field of the same name could not be told from them.
RESERVED = frozenset(
    {"id", "uid", "key", "project", "values", "created_at", "updated_at", "deleted_at"}
)
WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})
WITH_LENGTH = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL, FieldType.EMAIL})


class ProjectShape(TypedDict, total=False):
    """What a project can be changed to."""

    name: str
    slug: str
    languages: Sequence[str]
    time_zone: str


class FieldOptions(TypedDict, total=False):
    """What a field can be given."""

    label: str
    required: bool
    choices: Sequence[str]
    max_length: int | None
    position: int


class FieldShape(FieldOptions, total=False):
    """What a field can be changed to."""

    type: FieldType


def create_project(
    name: str,
    *,
    slug: str = "",
    languages: Sequence[str] = ("en", "fr"),
    time_zone: str = "UTC",
) -> Project:
    """Make an empty project; its short name is made from the name unless it is given.

    Raises InvalidProject (`at`: name, slug, languages or time_zone).
    """
    project = Project(
        name=name.strip(),
        slug=slug or slugify(name)[:60],
        languages=list(languages),
        time_zone=time_zone,
    )
    _refuse(_project_problems(project))
    project.save()
    return project


def change_project(project: Project, **shape: Unpack[ProjectShape]) -> Project:
    """Change a project's name, short name, languages or time zone. Raises InvalidProject."""
    for attribute, value in shape.items():
        setattr(project, attribute, value)
    _refuse(_project_problems(project))
    project.save(update_fields=["name", "slug", "languages", "time_zone"])
    return project


def add_field(
    project: Project,
    *,
    key: str,
    type: FieldType,  # noqa: A002 - the word of the vocabulary
    **shape: Unpack[FieldOptions],
) -> Field:
    """Add a field at the end of the project. Raises InvalidProject (`at`: key, choices, ...)."""
    with barrier.exclusive(project.pk):
        last = project.fields.aggregate(last=models.Max("position"))["last"]
        field = Field(
            project=project,
            key=key,
            type=FieldType(type),
            label=(shape.get("label") or _in_words(key)).strip(),
            required=shape.get("required", False),
            choices=list(shape.get("choices", ())),
            max_length=shape.get("max_length"),
            position=shape.get("position", 0 if last is None else last + 1),
        )
        problems = [*_key_problems(field), *_shape_problems(field)]
        if field.required and Contact.objects.filter(project=project, deleted_at=None).exists():
            # Nobody has a value yet; making it required is a second step, once they have.
            problems.append(BadInput("raccord.field.required_too_early", at="required"))
        _refuse(problems)
        field.save(force_insert=True)
    return field


def change_field(field: Field, **shape: Unpack[FieldShape]) -> Field:
    """Change a field; contacts that exist must still fit, else the reason is given.

    Raises InvalidProject (`at`: type, choices, max_length, required or label).
    """
    with barrier.exclusive(field.project_id):
        before = Field.objects.get(pk=field.pk)
        for attribute, value in shape.items():
            setattr(field, attribute, list(value) if attribute == "choices" else value)  # type: ignore[call-overload]
        _refuse([*_shape_problems(field), *field_changes.problems(before, field)])
        field.save()
        field_changes.restore_values(before, field)
    return field


def remove_field(field: Field) -> None:
    """Remove a field and its values from every contact.

    Refused while it is mapped to another system or part of the unique key (InvalidProject).
    """
    with barrier.exclusive(field.project_id), transaction.atomic():
        if field.key_position is not None:
            raise InvalidProject([BadInput("raccord.field.in_key", at=field.key)])
        key, project_id = field.key, field.project_id
        try:
            field.delete()
        except models.ProtectedError as protected:
            raise InvalidProject([BadInput("raccord.field.mapped", at=key)]) from protected
        field_changes.drop_values(project_id, key)


def _refuse(problems: Iterable[BadInput]) -> None:
    if found := tuple(problems):
        raise InvalidProject(found)


def _project_problems(project: Project) -> Iterable[BadInput]:
    others = Project.objects.exclude(pk=project.pk)
    if not 0 < len(project.name) <= 120:
        yield BadInput("raccord.project.name", at="name")
    elif others.filter(name=project.name).exists():
        yield BadInput("raccord.project.name_taken", at="name")
    if len(project.slug) > 60 or not SLUG_FORM.fullmatch(project.slug):
        yield BadInput("raccord.project.slug", at="slug")
    elif others.filter(slug=project.slug).exists():
        yield BadInput("raccord.project.slug_taken", at="slug")
    if not project.languages or not set(project.languages) <= dict(settings.LANGUAGES).keys():
        yield BadInput("raccord.project.languages", at="languages")
    if project.time_zone not in zoneinfo.available_timezones():
        yield BadInput("raccord.project.time_zone", at="time_zone")


def _key_problems(field: Field) -> Iterable[BadInput]:
    if not KEY_FORM.fullmatch(field.key):
        yield BadInput("raccord.field.key", at="key")
    elif field.key in RESERVED:
        yield BadInput("raccord.field.key_reserved", at="key", params={"key": field.key})
    elif Field.objects.filter(project_id=field.project_id, key=field.key).exists():
        yield BadInput("raccord.field.key_taken", at="key", params={"key": field.key})


def _shape_problems(field: Field) -> Iterable[BadInput]:
    if not 0 < len(field.label) <= 120:
        yield BadInput("raccord.field.label", at="label")
    if field.type in WITH_CHOICES and not field.choices:
        yield BadInput("raccord.field.choices_missing", at="choices")
    if field.type not in WITH_CHOICES and field.choices:
        yield BadInput("raccord.field.choices_not_for_type", at="choices")
    for choice in field.choices:
        # A semicolon separates the values of a multiple choice.
        if not choice.strip() or choice != choice.strip() or ";" in choice or len(choice) > 255:
            yield BadInput("raccord.field.choice", at="choices", params={"choice": choice})
    if len({choice.casefold() for choice in field.choices}) < len(field.choices):
        yield BadInput("raccord.field.choice_twice", at="choices")
    if field.max_length is not None and (
        field.type not in WITH_LENGTH or not 0 < field.max_length <= 32_000
    ):
        yield BadInput("raccord.field.max_length", at="max_length")


def _in_words(key: str) -> str:
    return key.replace("_", " ").capitalize()
