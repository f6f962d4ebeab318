"""The unique key of a project: which fields identify a contact, and every contact's key.

A contact's key column holds the normal form of its key fields. Choosing other key fields gives
every contact a new key, or is refused with the number of contacts that stand in the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from django.db import connection

from raccord.contacts import barrier
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Contact, Field, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType

BATCH = 5_000
UNFIT = frozenset({FieldType.CONSENT, FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE})


def set_unique_key(project: Project, keys: Sequence[str]) -> None:
    """Let these fields, in this order, identify a contact.

    Raises InvalidProject (`at` "unique_key"): an unknown or unfit field, none at all, contacts
    that lack a value, or contacts that would no longer differ.
    """
    with barrier.exclusive(project.pk):
        _refuse_unfit(project, keys)
        before = [spec.key for spec in project.key_specs()]
        if before == list(keys):
            return
        project.fields.update(key_position=None)
        for position, key in enumerate(keys):
            project.fields.filter(key=key).update(key_position=position)
        _give_new_keys(project)


def freed(contact_id: int) -> str:
    """The key of a tombstone whose own key went to somebody else; no contact has such a key."""
    return f"\x1f{contact_id}"


def _refuse_unfit(project: Project, keys: Sequence[str]) -> None:
    if not keys:
        raise InvalidProject([BadInput("raccord.key.none", at="unique_key")])
    if len(set(keys)) < len(keys):
        raise InvalidProject([BadInput("raccord.key.twice", at="unique_key")])
    types = dict(Field.objects.filter(project=project).values_list("key", "type"))
    for key in keys:
        if key not in types:
            problem = BadInput("raccord.key.unknown_field", at="unique_key", params={"field": key})
            raise InvalidProject([problem])
        if types[key] in UNFIT:
            problem = BadInput("raccord.key.unfit_type", at="unique_key", params={"field": key})
            raise InvalidProject([problem])


def _give_new_keys(project: Project) -> None:
    """Free every key first: within one statement old and new keys could meet.

    Tombstones keep a freed key: they can no longer be told from the living by the new fields.
    """
    contacts = Contact.objects.filter(project=project)
    if not contacts.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_contact SET key = chr(31) || id WHERE project_id = %s", [project.pk]
        )
        for ids, keys in _new_keys(project):
            cursor.execute(
                "UPDATE contacts_contact AS c SET key = n.key "
                "FROM unnest(%s::bigint[], %s::text[]) AS n (id, key) WHERE c.id = n.id "
                "AND NOT EXISTS (SELECT FROM contacts_contact o "
                "WHERE o.project_id = c.project_id AND o.key = n.key)",
                [ids, keys],
            )
    if doubles := contacts.filter(deleted_at=None, key__startswith="\x1f").count():
        params = {"count": str(doubles)}
        raise InvalidProject([BadInput("raccord.key.collides", at="unique_key", params=params)])


def _new_keys(project: Project) -> Iterator[tuple[list[int], list[str]]]:
    """Batches of (ids, keys) of the living; the first of several equal ones, so none collides."""
    fields = ProjectFields.of(project)
    last = 0
    lacking = 0
    while rows := _batch(project, last):
        last = rows[-1][0]
        batch: dict[str, int] = {}
        for contact_id, values in rows:
            key = fields.unique_key(fields.typed(json.loads(values)))
            if key is None:
                lacking += 1
            else:
                batch.setdefault(key, contact_id)
        yield list(batch.values()), list(batch)
    if lacking:
        params = {"count": str(lacking)}
        raise InvalidProject([BadInput("raccord.key.empty", at="unique_key", params=params)])


def _batch(project: Project, last: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, values::text FROM contacts_contact "
            "WHERE project_id = %s AND deleted_at IS NULL AND id > %s ORDER BY id LIMIT %s",
            [project.pk, last, BATCH],
        )
        return list(cursor.fetchall())
