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
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS new_keys (contact bigint, key text) "
            "ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE new_keys")
        with closing(_streamed(project_id, specs)) as contacts:
            while rows := contacts.fetchmany(BATCH):
                cursor.execute(
                    "INSERT INTO new_keys SELECT * FROM unnest(%s::bigint[], %s::text[])",
                    [[contact for contact, _ in rows], [_key(specs, raw) for _, raw in rows]],
                )
        cursor.execute("ANALYZE new_keys")


def _streamed(project_id: int, specs: Sequence[FieldSpec]) -> Any:
    """A cursor that the server keeps, over (id, the key fields' stored values as JSON)."""
    cursor = connection.connection.cursor(name="key_fields")
    cursor.execute(
        "SELECT c.id, (SELECT jsonb_agg(c.values -> part ORDER BY place) "
        "FROM unnest(%s::text[]) WITH ORDINALITY AS parts (part, place))::text "
        "FROM contacts_contact c WHERE c.project_id = %s AND c.deleted_at IS NULL",
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
