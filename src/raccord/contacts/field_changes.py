"""What a changed or removed field means for the values that contacts already hold.

Called by `projects.py` inside the exclusive capture barrier. Values are rewritten only where the
stored form differs between the two types; nothing here is an edit by anybody, so it leaves no
trace in the change log and makes nothing due.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from raccord.contacts.models import Contact, Field
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

_TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT)
# Every stored value of the first type is, as it stands, a value of the second ones.
_SAME_FORM: dict[str, tuple[FieldType, ...]] = {
    FieldType.TEXT: (FieldType.LONG_TEXT,),
    FieldType.EMAIL: _TEXTS,
    FieldType.PHONE: _TEXTS,
    FieldType.URL: _TEXTS,
    FieldType.CHOICE: _TEXTS,
    FieldType.DATE: _TEXTS,
    FieldType.DATETIME: _TEXTS,
    FieldType.DECIMAL: _TEXTS,
}
# The stored form changes from a JSON number to text.
_SPELLED_OUT = {FieldType.INTEGER: (FieldType.DECIMAL, *_TEXTS)}


def problems(before: Field, after: Field) -> Iterable[BadInput]:
    """Why contacts that exist do not fit the changed field, if so."""
    if after.type != before.type:
        yield from _type_problems(before, after)
    if after.required and not before.required and _lacking(before) > 0:
        yield BadInput(
            "raccord.field.required_too_early",
            at="required",
            params={"count": str(_lacking(before))},
        )
    if after.max_length is not None and (longest := _longest(before)) > after.max_length:
        yield BadInput(
            "raccord.field.longer_values", at="max_length", params={"longest": str(longest)}
        )
    if gone := sorted(_used_choices(before) - set(after.choices)) if after.choices else []:
        yield BadInput(
            "raccord.field.choice_in_use", at="choices", params={"choices": ", ".join(gone)}
        )


def restore_values(before: Field, after: Field) -> None:
    """Bring stored values into the form of the new type, where it is another one."""
    if after.type in _SPELLED_OUT.get(FieldType(before.type), ()):
        _execute(
            "UPDATE contacts_contact SET values = jsonb_set(values, ARRAY[%(key)s], "
            "to_jsonb(values ->> %(key)s)) WHERE project_id = %(project)s AND values ? %(key)s",
            before,
        )


def drop_values(project_id: int, key: str) -> None:
    """Forget a removed field's values and evidence in every contact, tombstones included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_contact SET values = values - %(key)s, evidence = evidence - %(key)s "
            "WHERE project_id = %(project)s AND values ? %(key)s",
            {"project": project_id, "key": key},
        )


def _type_problems(before: Field, after: Field) -> Iterable[BadInput]:
    if before.key_position is not None and _holders(before):
        # The normal form of the key would change with the type.
        yield BadInput("raccord.field.type_of_key", at="type")
        return
    kept = (*_SAME_FORM.get(before.type, ()), *_SPELLED_OUT.get(FieldType(before.type), ()))
    if after.type not in kept and (count := _holders(before)):
        yield BadInput("raccord.field.type_in_use", at="type", params={"count": str(count)})


def _holders(field: Field) -> int:
    return Contact.objects.filter(project_id=field.project_id, values__has_key=field.key).count()


def _lacking(field: Field) -> int:
    living = Contact.objects.filter(project_id=field.project_id, deleted_at=None)
    return living.exclude(values__has_key=field.key).count()


def _longest(field: Field) -> int:
    return int(
        _execute(
            "SELECT coalesce(max(char_length(values ->> %(key)s)), 0) FROM contacts_contact "
            "WHERE project_id = %(project)s AND values ? %(key)s",
            field,
        )
        or 0
    )


def _used_choices(field: Field) -> set[str]:
    used = _execute(
        "SELECT coalesce(jsonb_agg(DISTINCT choice), '[]')::text FROM contacts_contact, "
        "jsonb_array_elements_text(CASE jsonb_typeof(values -> %(key)s) WHEN 'array' "
        "THEN values -> %(key)s ELSE jsonb_build_array(values -> %(key)s) END) AS choice "
        "WHERE project_id = %(project)s AND deleted_at IS NULL AND values ? %(key)s",
        field,
    )
    return set(json.loads(str(used)))


def _execute(statement: str, field: Field) -> str | int | None:
    """Run one statement about a field's values; gives the first column of a query's row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"project": field.project_id, "key": field.key})
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
