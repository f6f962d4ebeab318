"""Run one set-based statement of the flow.

Each step keeps its SQL beside the function that runs it; no row of the hot path becomes an ORM
object. Rows travel to the database as one JSON array, read with `jsonb_to_recordset`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction


def fetch(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows that the statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def change(statement: str, **parameters: Any) -> int:
    """How many rows the statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def database_time() -> datetime:
    """The database's clock, which all of the flow goes by. Asked for once: a time that each row of
    a large answer carried would be parsed for each."""
    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    return now


def copy(statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Add rows by a COPY … FROM STDIN, in the transaction that is open."""
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def as_json(rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as one JSON array."""
    return orjson.dumps(list(rows)).decode()


@contextmanager
def snapshot() -> Iterator[None]:
    """Let several statements see the database as it was at one moment; a transaction of its own."""
    with transaction.atomic(durable=True):
        change("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
