"""How much was delivered, counted as it is settled: for the people who watch it, and for charts.

`settle.py` calls `count` in the transaction that stores an answer. Each call adds a row of its
own, since a row that everybody adds to would make workers wait for one another; the sweep sums
them up later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from raccord.contacts.models import Project
from raccord.engine.records import Outcome, Status
from raccord.sync.statements import change, fetch

KEPT_DAYS = 400
DELIVERED = {Status.CREATED, Status.UPDATED, Status.DELETED}

_COUNT = """
INSERT INTO sync_deliverycount (transfer_id, delivered, refused)
VALUES (%(transfer)s, %(delivered)s, %(refused)s)
"""
# As in `contacts/activity.py`.
_SUM_UP = """
WITH loose AS (
    DELETE FROM sync_deliverycount AS row
    USING connections_datatransfer AS transfer
    WHERE row.transfer_id = transfer.id
      AND row.at >= statement_timestamp() - interval '7 days'
      AND row.at < date_bin('15 minutes', statement_timestamp(), 'epoch') - interval '15 minutes'
      AND row.at <> date_bin('15 minutes', row.at, 'epoch')
    RETURNING row.transfer_id, row.at, row.delivered, row.refused
)
INSERT INTO sync_deliverycount (transfer_id, at, delivered, refused)
SELECT transfer_id, date_bin('15 minutes', at, 'epoch'), sum(delivered), sum(refused)
FROM loose GROUP BY 1, 2
"""
_FORGET = """
DELETE FROM sync_deliverycount AS row USING connections_datatransfer AS transfer
WHERE row.transfer_id = transfer.id AND row.at < statement_timestamp() - %(days)s * interval '1 day'
"""
_BY_DAY = """
SELECT transfer.connection_id, (row.at AT TIME ZONE %(zone)s)::date, sum(row.delivered)::bigint,
       sum(row.refused)::bigint
FROM sync_deliverycount AS row
JOIN connections_datatransfer AS transfer ON transfer.id = row.transfer_id
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
WHERE connection.project_id = %(project)s AND row.at >= %(since)s
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class DayOfConnection:
    """What one connection took, and refused, on one day of the project's time zone."""

    connection: int
    day: date
    delivered: int
    refused: int


def count(transfer: int, outcomes: Sequence[Outcome]) -> None:
    """Count one call's outcomes: records created, changed or deleted there, and refused ones."""
    delivered = sum(outcome.status in DELIVERED for outcome in outcomes)
    refused = sum(outcome.status is Status.REJECTED for outcome in outcomes)
    if delivered or refused:
        change(_COUNT, transfer=transfer, delivered=delivered, refused=refused)


def sum_up() -> None:
    """Make one row of the many that a quarter of an hour has left, and forget old ones."""
    change(_SUM_UP)
    change(_FORGET, days=KEPT_DAYS)


def by_day(project: Project, *, since: datetime) -> list[DayOfConnection]:
    """The days since then on which a connection of the project answered anything, in order."""
    rows = fetch(_BY_DAY, project=project.pk, zone=project.time_zone, since=since)
    return [DayOfConnection(*row) for row in rows]
