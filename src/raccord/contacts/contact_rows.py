"""The SQL of `changes.py`: contacts' rows locked, inserted, updated; the change log extended.

A few statements for up to 5,000 contacts, whatever their number. Rows are locked by ascending id
and inserted in the order of their keys, so that writers of the same contacts wait for each other
instead of blocking each other. Rows travel as one JSON document: a driver quotes one long text
many times faster than thousands of array elements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from raccord.contacts.differences import Draft, StoredContact
from raccord.contacts.search_text import search_text
from raccord.contacts.tombstones import freed
from raccord.engine.records import Operation, Origin

Row = dict[str, Any]

_FIND_BY_KEY = """
SELECT id, key, values::text, evidence::text, deleted_at IS NOT NULL FROM contacts_contact
WHERE project_id = %s AND key = ANY(%s::text[])
"""
_LOCK_BY_KEY = f"{_FIND_BY_KEY} ORDER BY id FOR UPDATE"
_LOCK_BY_ID = """
SELECT id, key, values::text, evidence::text, deleted_at IS NOT NULL FROM contacts_contact
WHERE project_id = %s AND id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE
"""
_INSERT = """
INSERT INTO contacts_contact
    (project_id, uid, key, values, evidence, search_text, created_at, updated_at)
SELECT %s, gen_random_uuid(), n.key, n.values, n.evidence, n.search_text,
    clock_timestamp(), clock_timestamp()
FROM jsonb_to_recordset(%s::jsonb)
    AS n (key text, values jsonb, evidence jsonb, search_text text)
ORDER BY n.key
ON CONFLICT (project_id, key) DO NOTHING
RETURNING key, id
"""
_UPDATE = """
UPDATE contacts_contact AS c
SET key = n.key, values = n.values, evidence = n.evidence, search_text = n.search_text,
    updated_at = clock_timestamp(), deleted_at = NULL
FROM jsonb_to_recordset(%s::jsonb)
    AS n (id bigint, key text, values jsonb, evidence jsonb, search_text text)
WHERE c.id = n.id
"""
_DELETE = """
UPDATE contacts_contact SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()
WHERE id = ANY(%s::bigint[])
"""
_FREE_KEYS = """
UPDATE contacts_contact SET key = n.freed
FROM unnest(%s::bigint[], %s::text[]) AS n (id, freed)
WHERE contacts_contact.id = n.id
"""
_LOG = """
INSERT INTO contacts_changelogentry
    (project_id, contact_id, operation, origin, actor, transfer, cause, changes)
SELECT %s, n.contact, n.operation, %s, %s, %s, %s, n.changes
FROM jsonb_to_recordset(%s::jsonb) AS n (contact bigint, operation text, changes jsonb)
"""


class Overtaken(Exception):  # noqa: N818 - nothing is wrong, only late
    """Somebody else made a contact of the same key meanwhile: look again."""


def locked_by_key(project_id: int, keys: Collection[str]) -> dict[str, StoredContact]:
    """The contacts with these keys, tombstones included, locked; by key."""
    return {row.key: row for row in _rows_of(_LOCK_BY_KEY, project_id, list(keys))}


def found_by_key(project_id: int, keys: Collection[str]) -> dict[str, StoredContact]:
    """The same without a lock: as they are now, to look at and not to write."""
    return {row.key: row for row in _rows_of(_FIND_BY_KEY, project_id, list(keys))}


def locked_by_id(project_id: int, ids: Collection[int]) -> dict[int, StoredContact]:
    """The contacts with these ids, tombstones included, locked; by id."""
    return {row.id: row for row in _rows_of(_LOCK_BY_ID, project_id, list(ids))}


def insert(project_id: int, drafts: Sequence[Draft]) -> None:
    """Insert new contacts and give the drafts their ids. Raises Overtaken."""
    if not drafts:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [project_id, _as_json(_rows(drafts))])
        ids = dict(cursor.fetchall())
    if len(ids) < len(drafts):
        raise Overtaken
    for draft in drafts:
        draft.contact = ids[draft.key]


def update(drafts: Sequence[Draft]) -> None:
    """Write the contacts that exist; a tombstone comes back to life by it."""
    if drafts:
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, [_as_json(_rows(drafts))])


def delete(ids: Sequence[int]) -> None:
    """Make tombstones."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [list(ids)])


def free_keys(tombstones: Sequence[int]) -> None:
    """Take the keys from tombstones whose keys somebody else gets now."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE_KEYS, [list(tombstones), [freed(id_) for id_ in tombstones]])


def write_log(project_id: int, drafts: Iterable[Draft], *, origin: Origin) -> None:
    """One entry per contact and operation."""
    entries = [
        {"contact": draft.contact, "operation": operation, "changes": changes}
        for draft in drafts
        for operation, changes in draft.entries.items()
    ]
    _write_log(project_id, entries, origin=origin)


def write_log_of_deleted(project_id: int, ids: Iterable[int], *, origin: Origin) -> None:
    entries = [{"contact": id_, "operation": Operation.DELETED, "changes": {}} for id_ in ids]
    _write_log(project_id, entries, origin=origin)


def _rows_of(statement: str, project_id: int, wanted: list[str] | list[int]) -> list[StoredContact]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [project_id, wanted])
        return [
            StoredContact(id_, key, orjson.loads(values), orjson.loads(evidence), deleted)
            for id_, key, values, evidence, deleted in cursor.fetchall()
        ]


def _rows(drafts: Iterable[Draft]) -> list[Row]:
    return [
        {
            "id": draft.contact,
            "key": draft.key,
            "values": draft.values,
            "evidence": draft.evidence,
            "search_text": search_text(draft.values),
        }
        for draft in drafts
    ]


def _write_log(project_id: int, entries: Sequence[Row], *, origin: Origin) -> None:
    if not entries:
        return
    who = [origin.kind, origin.actor[:255], origin.transfer, origin.cause]
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [project_id, *who, _as_json(entries)])


def _as_json(rows: object) -> str:
    return orjson.dumps(rows).decode()
