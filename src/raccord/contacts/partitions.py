"""Monthly partitions of tables that only ever grow: the change log, and whoever else asks.

A month that nobody prepared still has a home (the default partition), so a missing partition
never refuses a save. The first months are prepared by a migration, the coming ones by the sweep;
a month that comes too late takes its rows over from the default partition.

A table `t` that is partitioned by its column `at` has a default partition `t_other`; its months are
called `t_2026_11`.

Both need the table to themselves for a moment. Whoever waits for that keeps all who come later
waiting, too; so it is given up after two seconds and tried again, in the end by the next sweep.
"""

from __future__ import annotations

import re
from datetime import date

import psycopg.errors
import structlog
from django.db import OperationalError, ProgrammingError, connection, transaction

log = structlog.get_logger(__name__)

CHANGE_LOG = "contacts_changelogentry"
TRIES = 3

_DO_NOT_WAIT = "SET LOCAL lock_timeout = '2s'"

# Attached when it is filled: a partition cannot be made while its rows lie in the default one.
_MAKE = """
CREATE TABLE {table}_{month} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
WITH late AS (
    DELETE FROM {table}_other WHERE at >= '{start}' AND at < '{end}' RETURNING *
)
INSERT INTO {table}_{month} SELECT * FROM late;
ALTER TABLE {table} ATTACH PARTITION {table}_{month} FOR VALUES FROM ('{start}') TO ('{end}');
"""
_MONTHS = """
SELECT child.relname FROM pg_inherits
JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
WHERE pg_inherits.inhparent = %s::regclass ORDER BY child.relname
"""


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def prepare(today: date, *, table: str = CHANGE_LOG, months: int = 3) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    start = today.replace(day=1)
    for _ in range(months):
        end = following(start)
        _make(table, start, end)
        start = end


def drop(before: date, *, table: str) -> None:
    """Forget what is older than a day: whole months at once, and what has no month of its own."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [table])
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        if (start := _month_of(name, table)) is not None and following(start) <= before:
            _alone(name, f"DROP TABLE {name}")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}_other WHERE at < %s", [before])  # noqa: S608 - ours


def _month_of(name: str, table: str) -> date | None:
    found = re.fullmatch(rf"{table}_(\d{{4}})_(\d{{2}})", name)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _make(table: str, start: date, end: date) -> None:
    month = f"{start:%Y_%m}"
    name = f"{table}_{month}"
    if _exists(name):
        return
    making = _MAKE.format(table=table, month=month, start=f"{start} 00:00Z", end=f"{end} 00:00Z")
    _alone(name, f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; {making}", made=True)


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        return cursor.fetchone()[0] is not None


def _alone(name: str, statement: str, *, made: bool = False) -> None:
    """Make or drop a partition in a transaction of its own, unless somebody else just has."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_DO_NOT_WAIT)
                cursor.execute(statement)
            return
        except OperationalError as busy:
            if not isinstance(busy.__cause__, psycopg.errors.LockNotAvailable):
                raise
        except ProgrammingError:
            if _exists(name) is not made:
                raise
            return
    log.warning("partitions.busy", partition=name)
