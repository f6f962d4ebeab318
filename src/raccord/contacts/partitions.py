"""Monthly partitions of the change log.

A month that nobody prepared still has a home (the default partition), so a missing partition
never refuses a save. The first months are prepared by a migration, the coming ones by the sweep;
a month that comes too late takes its rows over from the default partition.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

CHANGE_LOG = "contacts_changelogentry"

# Attached when it is filled: a partition cannot be made while its rows lie in the default one.
_MAKE = """
CREATE TABLE contacts_changelogentry_{month}
    (LIKE contacts_changelogentry INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
WITH late AS (
    DELETE FROM contacts_changelogentry_other WHERE at >= '{start}' AND at < '{end}' RETURNING *
)
INSERT INTO contacts_changelogentry_{month} SELECT * FROM late;
ALTER TABLE contacts_changelogentry ATTACH PARTITION contacts_changelogentry_{month}
    FOR VALUES FROM ('{start}') TO ('{end}');
"""


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def prepare(today: date, *, months: int = 3) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    start = today.replace(day=1)
    for _ in range(months):
        end = following(start)
        _make(start, end)
        start = end


def _make(start: date, end: date) -> None:
    month = f"{start:%Y_%m}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{CHANGE_LOG}_{month}"])
        if cursor.fetchone()[0] is not None:
            return
        cursor.execute(f"LOCK TABLE {CHANGE_LOG} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(_MAKE.format(month=month, start=f"{start} 00:00Z", end=f"{end} 00:00Z"))
