"""The unique key that every contact would have by other key fields, worked out without a change.

The normal form of a key is the engine's, so the contacts are streamed through it, into a table
that ends with the transaction: a million of them take seconds and hardly any memory. From that
table `key_report.py` says what stands in the way, and `unique_key.py` makes the change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from django.db import connection

from raccord.engine import values as engine_values
from raccord.engine.records import FieldSpec

BATCH = 10_000


def work_out(project_id: int, specs: Sequence[FieldSpec]) -> None:
    """Fill the table `new_keys` (contact, key; key NULL where a part is empty) with the living.

    To be called in a transaction; what an earlier call in it left is replaced.
    """
    _fill("new_keys", _streamed(project_id, specs, whose="c.deleted_at IS NULL"), specs)


def add_deleted(project_id: int, specs: Sequence[FieldSpec]) -> None:
    """Add the tombstones to `new_keys`: those whose key nobody living has, the oldest of each.

    All of them are in the table `keys_of_deleted`, with the same columns.
    """
    deleted = _streamed(project_id, specs, whose="c.deleted_at IS NOT NULL")
    _fill("keys_of_deleted", deleted, specs)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO new_keys SELECT DISTINCT ON (key) contact, key FROM keys_of_deleted d "
            "WHERE key IS NOT NULL AND NOT EXISTS (SELECT FROM new_keys n WHERE n.key = d.key) "
            "ORDER BY key, contact"
        )


def _fill(table: str, contacts: Any, specs: Sequence[FieldSpec]) -> None:
    with closing(contacts), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} (contact bigint, key text) "
            "ON COMMIT DROP"
        )
        cursor.execute(f"TRUNCATE {table}")
        while rows := contacts.fetchmany(BATCH):
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM unnest(%s::bigint[], %s::text[])",  # noqa: S608 - one of ours
                [[contact for contact, _ in rows], [_key(specs, raw) for _, raw in rows]],
            )
        cursor.execute(f"ANALYZE {table}")


def _streamed(project_id: int, specs: Sequence[FieldSpec], *, whose: str) -> Any:
    """A cursor that the server keeps, over (id, the key fields' stored values as JSON)."""
    cursor = connection.connection.cursor(name="key_fields")
    cursor.execute(
        "SELECT c.id, (SELECT jsonb_agg(c.values -> part ORDER BY place) "  # noqa: S608 - one of ours
        "FROM unnest(%s::text[]) WITH ORDINALITY AS parts (part, place))::text "
        f"FROM contacts_contact c WHERE c.project_id = %s AND {whose}",
        [[spec.key for spec in specs], project_id],
    )
    return cursor


def _key(specs: Sequence[FieldSpec], raw: str) -> str | None:
    stored = json.loads(raw)
    return engine_values.unique_key(
        specs,
        {
            spec.key: engine_values.from_json(spec.type, value)
            for spec, value in zip(specs, stored, strict=True)
        },
    )
