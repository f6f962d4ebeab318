"""What a day costs on which nothing happens: counted, with the waiting left out.

The readings of a whole day are made one after the other. Between two of them the time until the
next is due is taken off the row that says when, as if it had passed; all else is as it always is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

DAY = timedelta(days=1)


def calls_of_a_day(transfer: int) -> int:
    """API calls that reading the changes of one data transfer makes in a day without any."""
    from raccord.connections.models import Connection
    from raccord.sync import poll

    _rest(transfer)
    before = Connection.objects.get().calls
    passed = timedelta()
    while (passed := passed + _skip_to_the_next(transfer)) < DAY:
        poll.read_changes(transfer)
    return Connection.objects.get().calls - before


def _rest(transfer: int) -> None:
    """Begin as after a quiet hour, when nothing is asked more often than it has to be."""
    from raccord.sync.models import Reading

    Reading.objects.filter(transfer_id=transfer).update(idle=100)


def _skip_to_the_next(transfer: int) -> timedelta:
    """Let the time until the next reading have passed; how long it was."""
    from raccord.sync.models import Reading
    from raccord.sync.statements import fetch

    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    reading = Reading.objects.get(transfer_id=transfer)
    wait = max(reading.due_at - now, timedelta())
    Reading.objects.filter(pk=reading.pk).update(
        due_at=reading.due_at - wait, sweep_at=reading.sweep_at - wait
    )
    return wait
