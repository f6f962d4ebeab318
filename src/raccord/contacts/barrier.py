"""The capture barrier of a project: nobody's save straddles an activation.

Each write of contacts takes it shared, as the first statement of its transaction (see
`changes.py`). Whoever changes *what is captured* (subscriptions, operations, mappings, fields)
takes it exclusively, writes, commits, and only then enumerates the contacts that exist: a save is
then either finished and enumerated, or begins afterwards and is captured.

Both are locks of the transaction: they end with it, also when the process dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

# Tells these locks from others of the same database; the project's id is the second half.
_NAMESPACE = 0x7261


@contextmanager
def shared(project_id: int) -> Iterator[datetime]:
    """A transaction in which contacts of the project may be written; gives its database time."""
    with transaction.atomic():
        yield _lock("pg_advisory_xact_lock_shared", project_id)


@contextmanager
def exclusive(project_id: int) -> Iterator[datetime]:
    """A transaction during which nobody writes contacts of the project; gives its time."""
    with transaction.atomic():
        yield _lock("pg_advisory_xact_lock", project_id)


def _lock(function: str, project_id: int) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_NAMESPACE, project_id])
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
