"""What a day costs on which nothing happens: counted, with the waiting left out.

The readings of a whole day are made one after the other. Between two of them the time until the
next is due is taken off the rows that know a time, as if it had passed; all else is as it always
is. Nobody else may read meanwhile: what another one calls would be counted along.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE = 180.0


def calls_when_idle(transfer: int, *, span: timedelta = DAY) -> int:
    """API calls that asking for the changes of one data transfer makes in a day without any.

    It begins right after a change, so that the first readings follow one another quickly.
    """
    from raccord.connections.models import Connection
    from raccord.sync import poll
    from raccord.sync.models import Reading

    before = Connection.objects.get().calls
    Reading.objects.filter(transfer_id=transfer).update(idle=0, due_at=LONG_AGO)
    passed = timedelta()
    while (passed := passed + _let_pass(transfer)) < span:
        poll.read_changes(transfer)
    return Connection.objects.get().calls - before


def come_to_rest(transfer: int) -> None:
    """Sweep until nothing is read along that changed before.

    How far their list of changes is complete is told in whole minutes, so this takes up to one.
    """
    from raccord.sync import poll
    from raccord.sync.models import Reading

    ends_at = time.monotonic() + PATIENCE
    records = 1
    while records:
        if time.monotonic() > ends_at:
            raise TimeoutError("what changed long ago is still read along")
        time.sleep(1)
        Reading.objects.filter(transfer_id=transfer).update(due_at=LONG_AGO, sweep_at=LONG_AGO)
        records = poll.read_changes(transfer).records


def _let_pass(transfer: int) -> timedelta:
    """Let the time until the next reading have passed; how long it was."""
    from django.db.models import F

    from raccord.connections.models import DataTransfer
    from raccord.sync.models import Reading
    from raccord.sync.statements import fetch

    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    reading = Reading.objects.get(transfer_id=transfer)
    wait = max(reading.due_at - now, timedelta())
    Reading.objects.filter(pk=reading.pk).update(
        due_at=reading.due_at - wait, sweep_at=reading.sweep_at - wait
    )
    DataTransfer.objects.filter(described_at__isnull=False).update(
        described_at=F("described_at") - wait
    )
    return wait
