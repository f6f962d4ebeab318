"""What a field may be by itself: its key, labels, choices and length. Before: `fields.py`.

Whether the contacts that exist allow it is asked in `field_changes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from raccord.contacts import labels
from raccord.contacts.models import Field
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

KEY_FORM = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Columns that a contact has anyway; a field of the same name could not be told from them.
RESERVED = frozenset(
    {"id", "uid", "key", "project", "values", "created_at", "updated_at", "deleted_at"}
)
WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})
WITH_LENGTH = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL, FieldType.EMAIL})
LONGEST_TEXT = 32_000
MOST_FIELDS = 500
MOST_CHOICES = 1_000


def key_problems(field: Field) -> Iterator[BadInput]:
    """Why a new field cannot have this key."""
    others = Field.objects.filter(project_id=field.project_id)
    if not KEY_FORM.fullmatch(field.key):
        yield BadInput("raccord.field.key", at="key")
    elif field.key in RESERVED:
        yield BadInput("raccord.field.key_reserved", at="key", params={"key": field.key})
    elif others.filter(key=field.key).exists():
        yield BadInput("raccord.field.key_taken", at="key", params={"key": field.key})
    elif others.count() >= MOST_FIELDS:
        yield BadInput("raccord.field.too_many", at="key", params={"most": str(MOST_FIELDS)})


def shape_problems(field: Field) -> Iterator[BadInput]:
    """Why no field of this project can look like this."""
    if not labels.is_label(field.label):
        yield BadInput("raccord.field.label", at="label")
    if not labels.fit(field.labels):
        yield BadInput("raccord.field.label", at="labels")
    if field.group is not None and field.group.project_id != field.project_id:
        yield BadInput("raccord.field.group", at="group")
    yield from _choice_problems(field)
    if field.max_length is not None and (
        field.type not in WITH_LENGTH or not 0 < field.max_length <= LONGEST_TEXT
    ):
        yield BadInput("raccord.field.max_length", at="max_length")


def _choice_problems(field: Field) -> Iterator[BadInput]:
    if field.type in WITH_CHOICES and not field.choices:
        yield BadInput("raccord.field.choices_missing", at="choices")
    if field.type not in WITH_CHOICES and (field.choices or field.choice_labels):
        yield BadInput("raccord.field.choices_not_for_type", at="choices")
    if len(field.choices) > MOST_CHOICES:
        params = {"most": str(MOST_CHOICES)}
        yield BadInput("raccord.field.too_many_choices", at="choices", params=params)
    for choice in field.choices:
        if not _is_code(choice):
            yield BadInput("raccord.field.choice", at="choices", params={"choice": choice[:60]})
    if twice := _repeated(field.choices):
        yield BadInput("raccord.field.choice_twice", at="choices", params={"choice": twice})
    for code, own in field.choice_labels.items():
        everyone = {"": own[""]} if "" in own else {}
        fits = labels.fit({each: own[each] for each in own if each}) and all(
            map(labels.is_label, everyone.values())
        )
        if code not in field.choices or not fits:
            params = {"choice": code[:60]}
            yield BadInput("raccord.field.choice_label", at="choice_labels", params=params)


def _is_code(choice: str) -> bool:
    """A semicolon separates the values of a multiple choice."""
    return (
        0 < len(choice) <= 255
        and choice == choice.strip()
        and ";" not in choice
        and labels.is_one_line(choice)
    )


def _repeated(choices: list[str]) -> str:
    seen: set[str] = set()
    for choice in choices:
        if choice.casefold() in seen:
            return choice
        seen.add(choice.casefold())
    return ""
