"""What the jobs call; three lines each.

A job is a wake-up call: it catches everything, and what it could not do is still in the tables.
Whoever has work left when its time is over goes to the back of the queue, so that connections
take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import close_old_connections
from procrastinate import App

from raccord.connections.plug_in import carrying_out, installing, looking_after, runs
from raccord.contacts import bulk, exports, imports, wakeups
from raccord.contacts.lists import sort_indexes
from raccord.sync import backfill as first_load
from raccord.sync import inbound, inbox, next_time, outbound, poll, sweep
from raccord.sync.counterparts import REMOTE_RECORDS
from raccord.sync.list_conditions import STANDINGS
from raccord.sync.parked import replaying
from raccord.sync.reconcile import comparing, leases

log = structlog.get_logger(__name__)

SWEEP = "raccord.sweep"


def register(app: App) -> None:
    """Add every task to the job queue's application."""
    app.task(name=wakeups.OUTBOUND)(deliver)
    app.task(name=inbox.INBOUND)(take_in)
    app.task(name=poll.POLL)(read_changes)
    app.task(name=wakeups.IMPORTS)(take_import)
    app.task(name=wakeups.BULK)(act_on_many)
    app.task(name=wakeups.EXPORTS)(write_export)
    app.task(name=wakeups.LIST_INDEXES)(keep_list_indexes)
    app.task(name=first_load.TASK)(bring_existing)
    app.task(name=leases.TASK)(compare_sides)
    app.task(name=replaying.TASK)(try_group_again)
    app.task(name=runs.INSTALL)(install_plug_in)
    app.task(name=installing.LOOK_AFTER)(look_after_plug_in)
    app.periodic(cron="* * * * *")(app.task(name=SWEEP, queueing_lock=SWEEP)(sweep_up))


def deliver(transfer: int) -> None:
    """Deliver what is due over a data transfer."""
    with _caught(wakeups.OUTBOUND, transfer=transfer):
        run = outbound.deliver(transfer)
        next_time.wake(transfer, at_once=run.work_left)


def take_in(transfer: int) -> None:
    """Work on what the other side of a data transfer hinted at."""
    with _caught(inbox.INBOUND, transfer=transfer):
        run = inbound.take_in(transfer)
        next_time.wake_inbound(transfer, at_once=run.work_left)


def read_changes(transfer: int) -> None:
    """Read what changed on the other side of a data transfer."""
    with _caught(poll.POLL, transfer=transfer):
        run = poll.read_changes(transfer)
        next_time.wake_reading(transfer, at_once=run.work_left)


def take_import(run: int) -> None:
    """Go on with an import; it wakes the next worker by itself."""
    with _caught(wakeups.IMPORTS, run=run):
        imports.work(run)


def act_on_many(run: int) -> None:
    """Go on with an act on many contacts; it wakes the next worker by itself."""
    with _caught(wakeups.BULK, run=run):
        bulk.work(run, elsewhere=STANDINGS)


def write_export(run: int) -> None:
    """Go on with an export; it wakes the next worker by itself."""
    with _caught(wakeups.EXPORTS, run=run):
        exports.work(run, elsewhere=STANDINGS, counterparts=REMOTE_RECORDS)


def keep_list_indexes() -> None:
    """Make and drop the indexes that lists want."""
    with _caught(wakeups.LIST_INDEXES):
        sort_indexes.keep()


def bring_existing(backfill: int) -> None:
    """Go on with a first load."""
    with _caught(first_load.TASK, backfill=backfill):
        if first_load.work(backfill):
            wakeups.after_commit(first_load.TASK, backfill=backfill)


def try_group_again(replay: int) -> None:
    """Go on trying again what was refused for one cause."""
    with _caught(replaying.TASK, replay=replay):
        next_time.wake_later(replaying.TASK, wait=replaying.work(replay), replay=replay)


def compare_sides(run: int) -> None:
    """Go on comparing both sides of a data transfer."""
    with _caught(leases.TASK, run=run):
        next_time.wake_comparison(run, at_once=comparing.work(run))


def install_plug_in(run: int) -> None:
    """Go on with the installation or removal of a plug-in."""
    with _caught(runs.INSTALL, run=run):
        next_time.wake_later(runs.INSTALL, wait=carrying_out.work(run), run=run)


def look_after_plug_in(connection: int) -> None:
    """Ask a plug-in how it is doing, and let it know which fields are mapped."""
    with _caught(installing.LOOK_AFTER, connection=connection):
        if looking_after.look_after(connection):
            wakeups.after_commit(installing.LOOK_AFTER, connection=connection)


def sweep_up(timestamp: int) -> None:
    """Wake what lost jobs left; `timestamp` is the minute it is for."""
    with _caught(SWEEP, timestamp=timestamp):
        sweep.sweep()


@contextmanager
def _caught(task: str, **arguments: int) -> Iterator[None]:
    """A bug ends the job and nothing else: what it hit is due again when its lease ends."""
    close_old_connections()
    try:
        yield
    except Exception:
        log.exception("task.failed", task=task, **arguments)
    finally:
        close_old_connections()
