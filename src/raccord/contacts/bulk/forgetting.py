"""Housekeeping of bulk acts: what nobody confirmed ends, what is over keeps no selection.

Called by the sweep of each minute; a piece at a time, so that a million ids go in short bites.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from raccord.contacts.models import BulkRun, RunState

KEPT_UNCONFIRMED = timedelta(days=2)
"""A selection older than that is no longer what its person has in mind."""

AT_A_TIME = 100_000

_FORGET = """
DELETE FROM contacts_bulkitem WHERE (run_id, contact) IN (
    SELECT item.run_id, item.contact FROM contacts_bulkitem AS item
    JOIN contacts_bulkrun AS run ON run.id = item.run_id
    WHERE run.state IN ('done', 'failed', 'cancelled') LIMIT %s
)
"""


def forget() -> None:
    """End what waits for a confirmation for too long, and drop selections that are over."""
    stale = BulkRun.objects.filter(state=RunState.READY, created_at__lt=Now() - KEPT_UNCONFIRMED)
    stale.update(state=RunState.CANCELLED, finished_at=Now())
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [AT_A_TIME])
