"""What a changed or removed field means for the values that contacts already hold.

Called by `fields.py` inside the exclusive capture barrier, and by the screens, which say the
consequences before anything is changed. Values are rewritten only where the stored form differs
between the two types; nothing here is an edit by anybody, so it leaves no trace in the change log
and makes nothing due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from enum import StrEnum
from typing import Any

import orjson
from django.db import connection, models

from raccord.contacts.models import Contact, Field
from raccord.contacts.search_text import search_text
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

_TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT)
# Every stored value of the first type is, as it stands, a value of the second ones.
_SAME_FORM: Mapping[str, tuple[FieldType, ...]] = {
    FieldType.TEXT: (FieldType.LONG_TEXT,),
    FieldType.EMAIL: _TEXTS,
    FieldType.PHONE: _TEXTS,
    FieldType.URL: _TEXTS,
    FieldType.CHOICE: _TEXTS,
    FieldType.DATE: _TEXTS,
    FieldType.DATETIME: _TEXTS,
    FieldType.DECIMAL: _TEXTS,
}
# The stored form changes: a JSON number becomes text, one choice a list of one.
_REWRITTEN: Mapping[tuple[str, str], str] = {
    (FieldType.INTEGER, FieldType.DECIMAL): "to_jsonb(values ->> %(key)s)",
    (FieldType.INTEGER, FieldType.TEXT): "to_jsonb(values ->> %(key)s)",
    (FieldType.INTEGER, FieldType.LONG_TEXT): "to_jsonb(values ->> %(key)s)",
    (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE): "jsonb_build_array(values -> %(key)s)",
}
# Possible when every value that contacts have is one of the choices.
_IF_AMONG_CHOICES = {(FieldType.TEXT, FieldType.CHOICE)}
# How many values that stand in the way are named.
_NAMED = 10
_BATCH = 5_000


class TypeChange(StrEnum):
    """What another type means for the values that contacts have."""

    KEEPS = "keeps"
    IF_AMONG_CHOICES = "if_among_choices"
    IMPOSSIBLE = "impossible"


def problems(before: Field, after: Field) -> Iterable[BadInput]:
    """Why contacts that exist do not fit the changed field, if so."""
    if after.type != before.type:
        yield from _type_problems(before, after)
    if after.required and not before.required and (count := lacking(before)):
        params = {"count": str(count)}
        yield BadInput("raccord.field.required_too_early", at="required", params=params)
    if (
        after.max_length is not None
        and (before.max_length is None or after.max_length < before.max_length)
        and (longest := _longest(before)) > after.max_length
    ):
        params = {"longest": str(longest)}
        yield BadInput("raccord.field.longer_values", at="max_length", params=params)
    if after.choices and (gone := _gone(before, after)):
        told = ", ".join(f"{choice} ({count})" for choice, count in gone[:_NAMED])
        told += " …" if len(gone) > _NAMED else ""
        yield BadInput("raccord.field.choice_in_use", at="choices", params={"choices": told})


def type_change(field: Field, to: FieldType) -> TypeChange:
    """What the values that contacts have in `field` would meet in another type."""
    if to == field.type or to in _SAME_FORM.get(field.type, ()) or (field.type, to) in _REWRITTEN:
        return TypeChange.KEEPS
    if (field.type, to) in _IF_AMONG_CHOICES:
        return TypeChange.IF_AMONG_CHOICES
    return TypeChange.IMPOSSIBLE


def restore_values(before: Field, after: Field) -> None:
    """Bring stored values into the form of the new type, where it is another one."""
    if rewritten := _REWRITTEN.get((before.type, after.type)):
        _execute(
            f"UPDATE contacts_contact SET values = jsonb_set(values, ARRAY[%(key)s], {rewritten}) "  # noqa: S608 - one of ours
            "WHERE project_id = %(project)s AND values ? %(key)s",
            before,
        )


def drop_values(project_id: int, key: str) -> None:
    """Forget a removed field's values and evidence in every contact, tombstones included.

    Nobody is found by them any more either.
    """
    touched = connection.connection.cursor(name="removed_values")
    touched.execute(
        "SELECT id, (values - %(key)s)::text FROM contacts_contact "
        "WHERE project_id = %(project)s AND (values ? %(key)s OR evidence ? %(key)s)",
        {"project": project_id, "key": key},
    )
    with closing(touched), connection.cursor() as cursor:
        while rows := touched.fetchmany(_BATCH):
            texts = [search_text(orjson.loads(values)) for _, values in rows]
            cursor.execute(
                "UPDATE contacts_contact AS c SET values = c.values - %(key)s, "
                "evidence = c.evidence - %(key)s, search_text = n.search_text "
                "FROM unnest(%(ids)s::bigint[], %(texts)s::text[]) AS n (id, search_text) "
                "WHERE c.id = n.id",
                {"key": key, "ids": [id_ for id_, _ in rows], "texts": texts},
            )


def holders(field: Field) -> int:
    """How many living contacts have a value."""
    return _living(field).filter(values__has_key=field.key).count()


def lacking(field: Field) -> int:
    """How many living contacts have none."""
    return _living(field).exclude(values__has_key=field.key).count()


def used_choices(field: Field) -> dict[str, int]:
    """Every value that living contacts have, each choice by itself, with how many have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT choice, count(*) FROM contacts_contact, "
            "jsonb_array_elements_text(CASE jsonb_typeof(values -> %(key)s) WHEN 'array' "
            "THEN values -> %(key)s ELSE jsonb_build_array(values -> %(key)s) END) AS choice "
            "WHERE project_id = %(project)s AND deleted_at IS NULL AND values ? %(key)s "
            "GROUP BY choice ORDER BY count(*) DESC, choice",
            {"project": field.project_id, "key": field.key},
        )
        return dict(cursor.fetchall())


def is_mapped(field: Field) -> bool:
    """Whether something that contacts know nothing of keeps the field from being removed."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: field}).exists()
        for relation in Field._meta.related_objects
        if relation.on_delete is models.PROTECT
    )


def _type_problems(before: Field, after: Field) -> Iterable[BadInput]:
    if is_mapped(before):
        yield BadInput("raccord.field.type_of_mapped", at="type")
    elif before.key_position is not None and _holders_ever(before):
        # The normal form of the key would change with the type.
        yield BadInput("raccord.field.type_of_key", at="type")
    elif type_change(before, FieldType(after.type)) is TypeChange.IMPOSSIBLE and (
        count := _holders_ever(before)
    ):
        yield BadInput("raccord.field.type_in_use", at="type", params={"count": str(count)})


def _gone(before: Field, after: Field) -> list[tuple[str, int]]:
    """The values that contacts have and the choices no longer allow."""
    if before.type == after.type and set(before.choices) <= set(after.choices):
        return []
    return [each for each in used_choices(before).items() if each[0] not in after.choices]


def _living(field: Field) -> models.QuerySet[Contact]:
    return Contact.objects.filter(project_id=field.project_id, deleted_at=None)


def _holders_ever(field: Field) -> int:
    """Tombstones included: revived, they must fit."""
    return Contact.objects.filter(project_id=field.project_id, values__has_key=field.key).count()


def _longest(field: Field) -> int:
    longest = _execute(
        "SELECT coalesce(max(char_length(values ->> %(key)s)), 0) FROM contacts_contact "
        "WHERE project_id = %(project)s AND values ? %(key)s",
        field,
    )
    return int(longest or 0)


def _execute(statement: str, field: Field) -> Any:
    """Run one statement about a field's values; gives the first column of a query's row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"project": field.project_id, "key": field.key})
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
