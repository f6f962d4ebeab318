"""Monthly partitions of the change log.

A month that nobody prepared still has a home (the default partition), so a missing partition
never refuses a save; the sweep prepares the coming months.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

CHANGE_LOG = "contacts_changelogentry"


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def prepare(today: date, *, months: int = 3) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    start = today.replace(day=1)
    with connection.cursor() as cursor:
        for _ in range(months):
            end = following(start)
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {CHANGE_LOG}_{start:%Y_%m} PARTITION OF {CHANGE_LOG} "
                f"FOR VALUES FROM ('{start:%Y-%m-%d}') TO ('{end:%Y-%m-%d}')"
            )
            start = end
