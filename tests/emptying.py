"""Empty the database after a test whose commits were real, at the price of what the test wrote.

Django truncates every table of a managed model, each with its indexes, and lets every app write its
content types and permissions again: a quarter of a second after each of some 900 tests, most of
which wrote a few dozen rows. Here rows are deleted, in all tables there are, also those of the job
queue, which Django passes over. As with TRUNCATE, whoever still has a transaction open is waited
for: each table is locked first, so that nothing of one test appears in the next one.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

# What the migrations leave behind, and nothing of ours ever writes.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
# Deleted rows stay in the files until they are vacuumed: past this a table begins anew.
LARGEST = 256 * 1024

TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname), pg_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> ALL(%s)
ORDER BY c.oid
"""


def use() -> None:
    """Let it end every test with real commits, of pytest's and of Django's own kind."""
    TransactionTestCase._fixture_teardown = _empty_all  # type: ignore[attr-defined]


def empty(alias: str) -> None:
    """Leave no row in any table but those that migrations fill."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        tables = _tables(cursor)
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        sizes = _tables(cursor)  # as they are, now that nobody writes
        cursor.execute("SHOW is_superuser")
        largest = LARGEST if cursor.fetchone() == ("on",) else 0
        if few := [table for table, size in sizes.items() if 0 < size <= largest]:
            # All rows go: there is nothing that foreign keys and triggers would have to look after.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in few))  # noqa: S608
        if many := [table for table, size in sizes.items() if size > largest]:
            cursor.execute(f"TRUNCATE {', '.join(many)} CASCADE")


def _tables(cursor: CursorWrapper) -> dict[str, int]:
    """The size of each table's rows in bytes; of a partitioned table, each part's."""
    cursor.execute(TABLES, [list(KEPT)])
    return dict(cursor.fetchall())


def _empty_all(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        empty(alias)
