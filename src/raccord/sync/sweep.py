"""Once a minute: wake whatever a lost job left, and do the small housekeeping.

Jobs are wake-up calls and may be lost; the tables say what there is to do. Nothing here does the
work itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import structlog
from django.conf import settings

from raccord.alerts import alarms
from raccord.connections import authorize
from raccord.connections.plug_in import carrying_out, installing, looking_after, runs
from raccord.contacts import activity, bulk, exports, imports, partitions, wakeups
from raccord.contacts.lists import sort_indexes
from raccord.contacts.models import BulkRun, ExportRun, ImportRun, Run, RunState
from raccord.installation import starting
from raccord.sync import activate, backfill, deliveries, delivery_log, guards, inbox, poll, receive
from raccord.sync.erasure import finishing
from raccord.sync.parked import replaying
from raccord.sync.reconcile import leases, timetable
from raccord.sync.statements import fetch

log = structlog.get_logger(__name__)

_UNDER_WAY = (RunState.CHECKING, RunState.WAITING, RunState.RUNNING)

# One index range per subscription, ended at the first item that is due.
_DUE = """
SELECT subscription.transfer FROM contacts_subscription AS subscription
JOIN connections_datatransfer AS transfer ON transfer.id = subscription.transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_integration AS integration ON integration.connection_id = connection.id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
WHERE subscription.active AND transfer.active AND integration.state = 'active'
  AND authorization_.state = 'active'
  AND coalesce(connection.paused_until, '-infinity') <= clock_timestamp()
  AND EXISTS (
      SELECT FROM contacts_outboxitem AS item
      WHERE item.subscription_id = subscription.id AND item.state = 'due'
        AND item.due_at <= statement_timestamp()
        AND (item.claim IS NULL OR item.lease_until < statement_timestamp())
  )
ORDER BY subscription.transfer
"""


def sweep() -> None:
    """Every step for itself: one that fails must not keep the others from being done."""
    for step in (
        starting.tick,
        _wake_outbound,
        _wake_inbound,
        _wake_backfills,
        timetable.begin_due,
        _wake_comparisons,
        _wake_replays,
        _wake_plug_ins,
        _wake_imports,
        _wake_runs,
        _wake_list_indexes,
        _capture,
        _prepare_partitions,
        activity.sum_up,
        deliveries.sum_up,
        receive.forget,
        delivery_log.prepare_and_forget,
        guards.forget,
        authorize.forget_stale,
        finishing.finish_waiting,
        imports.drop_stale,
        bulk.forget,
        exports.drop_expired,
        alarms.attend,
    ):
        _attempt(step)


# What they hinted at, and whose changes are to be read now.
_TO_RECEIVE = """
SELECT transfer.id, reading.id IS NULL OR reading.due_at <= clock_timestamp(),
       EXISTS (
           SELECT FROM sync_inboxitem AS item
           WHERE item.transfer_id = transfer.id AND item.state = 'due'
             AND item.due_at <= statement_timestamp()
             AND (item.claim IS NULL OR item.lease_until < statement_timestamp())
       )
FROM connections_datatransfer AS transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_integration AS integration ON integration.connection_id = connection.id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
LEFT JOIN sync_reading AS reading ON reading.transfer_id = transfer.id
WHERE transfer.active AND integration.state = 'active' AND authorization_.state = 'active'
  AND coalesce(connection.paused_until, '-infinity') <= clock_timestamp()
  AND (reading.id IS NOT NULL OR transfer.only_there = 'create' OR EXISTS (
      SELECT FROM connections_fieldmapping AS pair
      WHERE pair.transfer_id = transfer.id AND pair.direction <> 'outbound'
  ))
ORDER BY transfer.id
"""


def transfers_with_work() -> list[int]:
    """Data transfers over which something could be delivered now."""
    return [row[0] for row in fetch(_DUE)]


def _attempt(step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:
        log.exception("sweep.step_failed", step=f"{step.__module__}.{step.__name__}")


def _wake_outbound() -> None:
    wakeups.outbound_after_commit(transfers_with_work())


def _wake_inbound() -> None:
    for transfer, read, hinted in fetch(_TO_RECEIVE):
        if read:
            wakeups.after_commit(poll.POLL, transfer=transfer)
        if hinted:
            wakeups.after_commit(inbox.INBOUND, transfer=transfer)


def _wake_backfills() -> None:
    for unfinished in backfill.unfinished():
        wakeups.after_commit(backfill.TASK, backfill=unfinished)


def _wake_replays() -> None:
    for replay in replaying.unfinished():
        wakeups.after_commit(replaying.TASK, replay=replay)


def _wake_comparisons() -> None:
    for run in leases.unfinished():
        wakeups.after_commit(leases.TASK, run=run)


def _wake_plug_ins() -> None:
    for run in carrying_out.unfinished():
        wakeups.after_commit(runs.INSTALL, run=run)
    for connection in looking_after.due():
        wakeups.after_commit(installing.LOOK_AFTER, connection=connection)


def _wake_imports() -> None:
    waiting = ImportRun.objects.filter(state__in=imports.UNFINISHED)
    for run in waiting.order_by("pk").values_list("pk", flat=True):
        wakeups.import_after_commit(run)


def _wake_runs() -> None:
    kinds: tuple[tuple[type[Run], str], ...] = (
        (BulkRun, wakeups.BULK),
        (ExportRun, wakeups.EXPORTS),
    )
    for kind, task in kinds:
        waiting = kind._base_manager.filter(state__in=_UNDER_WAY).order_by("pk")
        for run in waiting.values_list("pk", flat=True):
            wakeups.after_commit(task, run=run)


def _wake_list_indexes() -> None:
    if sort_indexes.is_behind():
        wakeups.after_commit(wakeups.LIST_INDEXES)


def _capture() -> None:
    """What a screen or file switched on is captured, even if whoever did it stopped half-way."""
    for integration in activate.out_of_line():
        log.warning("sweep.subscriptions_out_of_line", integration=integration.pk)
        activate.refresh(integration)


def _prepare_partitions() -> None:
    today: date = fetch("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")[0][0]
    partitions.prepare(today)
    if settings.HISTORY_DAYS:
        before = today - timedelta(days=settings.HISTORY_DAYS)
        partitions.drop(before, table=partitions.CHANGE_LOG)
