"""How much happened in a project, counted as it happens: what the charts are drawn from.

`writing.py` calls `count` in the transaction of the write, so that a count is never there without
what it counts. Each write adds rows of its own, since a row that everybody adds to would make
writers wait for one another; the sweep sums them up later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from raccord.contacts.models import Project
from raccord.engine.records import Operation, Origin

KEPT_DAYS = 400

# A contact is counted once per write, under the first of these that happened to it.
WEIGHTIEST = (
    Operation.CREATED,
    Operation.DELETED,
    Operation.UPDATED,
    Operation.CONSENT_CHANGED,
)

_COUNT = """
INSERT INTO contacts_activitycount (project_id, what, origin, contacts)
SELECT %s, n.what, %s, n.contacts
FROM unnest(%s::text[], %s::integer[]) AS n (what, contacts)
"""
# By quarters of an hour: whatever its time zone, a project's day begins with one of them.
# A transaction that ends late adds a row to a quarter that was summed up before; it stays loose
# until the next sweep. Only the last week is looked at, project by project, through the index.
_SUM_UP = """
WITH loose AS (
    DELETE FROM contacts_activitycount AS row
    USING contacts_project AS project
    WHERE row.project_id = project.id
      AND row.at >= statement_timestamp() - interval '7 days'
      AND row.at < date_bin('15 minutes', statement_timestamp(), 'epoch') - interval '15 minutes'
      AND row.at <> date_bin('15 minutes', row.at, 'epoch')
    RETURNING row.project_id, row.at, row.what, row.origin, row.contacts
)
INSERT INTO contacts_activitycount (project_id, at, what, origin, contacts)
SELECT project_id, date_bin('15 minutes', at, 'epoch'), what, origin, sum(contacts)
FROM loose GROUP BY 1, 2, 3, 4
"""
_FORGET = """
DELETE FROM contacts_activitycount AS row USING contacts_project AS project
WHERE row.project_id = project.id AND row.at < statement_timestamp() - %s * interval '1 day'
"""
_BY_DAY = """
SELECT (at AT TIME ZONE %s)::date AS day, what, sum(contacts) FROM contacts_activitycount
WHERE project_id = %s AND at >= %s GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class DayOfContacts:
    """How many contacts were touched on one day of the project's time zone."""

    day: date
    added: int = 0
    changed: int = 0
    deleted: int = 0


def count(project_id: int, touched: Iterable[Collection[Operation]], *, origin: Origin) -> None:
    """Count the contacts of one write; what happened to each of them is an entry of `touched`."""
    counted = Counter(
        next(operation for operation in WEIGHTIEST if operation in operations)
        for operations in touched
        if operations
    )
    if counted:
        with connection.cursor() as cursor:
            cursor.execute(
                _COUNT, [project_id, origin.kind, list(counted.keys()), list(counted.values())]
            )


def sum_up() -> None:
    """Make one row of the many that a quarter of an hour has left, and forget old ones."""
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP)
        cursor.execute(_FORGET, [KEPT_DAYS])


def by_day(project: Project, *, since: datetime) -> list[DayOfContacts]:
    """The days since then on which anything happened, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, [project.time_zone, project.pk, since])
        rows = cursor.fetchall()
    days: dict[date, Counter[str]] = {}
    for day, what, contacts in rows:
        days.setdefault(day, Counter())[what] += contacts
    return [
        DayOfContacts(
            day,
            added=counted[Operation.CREATED],
            changed=counted[Operation.UPDATED] + counted[Operation.CONSENT_CHANGED],
            deleted=counted[Operation.DELETED],
        )
        for day, counted in days.items()
    ]
