"""When a data transfer has something to do next, and a wake-up for then.

Retries are due in seconds, and the sweep comes once a minute: a run that leaves something for
soon asks to be woken for it.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import structlog
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from raccord.contacts import wakeups
from raccord.sync.inbox import INBOUND
from raccord.sync.poll import POLL
from raccord.sync.reconcile import leases
from raccord.sync.statements import fetch

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 60

_SECONDS = """
SELECT extract(epoch FROM greatest(min(item.due_at), min(connection.paused_until))
                          - clock_timestamp())::float
FROM contacts_subscription AS subscription
JOIN connections_datatransfer AS transfer ON transfer.id = subscription.transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_integration AS integration ON integration.connection_id = connection.id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
WHERE subscription.transfer = %(transfer)s AND subscription.active AND transfer.active
  AND integration.state = 'active' AND authorization_.state = 'active'
  AND item.state = 'due'
  AND (item.claim IS NULL OR item.lease_until < clock_timestamp())
"""
# Only where something may be received now: elsewhere hints stay, and nobody is woken for them.
_SECONDS_TO_HINT = """
SELECT extract(epoch FROM greatest(min(item.due_at), min(connection.paused_until))
                          - clock_timestamp())::float
FROM sync_inboxitem AS item
JOIN connections_datatransfer AS transfer ON transfer.id = item.transfer_id
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_integration AS integration ON integration.connection_id = connection.id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
WHERE item.transfer_id = %(transfer)s AND item.state = 'due' AND transfer.active
  AND integration.state = 'active' AND authorization_.state = 'active'
  AND (item.claim IS NULL OR item.lease_until < clock_timestamp())
  AND (transfer.only_there = 'create' OR EXISTS (
      SELECT FROM connections_fieldmapping AS pair
      WHERE pair.transfer_id = transfer.id AND pair.direction <> 'outbound'
  ))
"""
_SECONDS_TO_READING = """
SELECT extract(epoch FROM due_at - clock_timestamp())::float FROM sync_reading
WHERE transfer_id = %(transfer)s AND (claim IS NULL OR lease_until < clock_timestamp())
"""
_SECONDS_TO_COMPARING = """
SELECT extract(epoch FROM due_at - clock_timestamp())::float FROM sync_reconciliation
WHERE id = %(run)s AND state = 'running'
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""


def wake(transfer: int, *, at_once: bool) -> None:
    """Ask for the next run: now, or when the next item is due if that is before the sweep."""
    if at_once:
        wakeups.outbound_after_commit([transfer])
        return
    _wake_in(seconds_left(transfer), wakeups.OUTBOUND, transfer=transfer)


def wake_inbound(transfer: int, *, at_once: bool) -> None:
    """Ask for the next work on their hints: now, or when one is due if before the sweep."""
    if at_once:
        wakeups.after_commit(INBOUND, transfer=transfer)
        return
    _wake_in(fetch(_SECONDS_TO_HINT, transfer=transfer)[0][0], INBOUND, transfer=transfer)


def wake_reading(transfer: int, *, at_once: bool) -> None:
    """Ask for the next reading of their changes: now, or when it is due if before the sweep."""
    if at_once:
        wakeups.after_commit(POLL, transfer=transfer)
        return
    for (seconds,) in fetch(_SECONDS_TO_READING, transfer=transfer):
        _wake_in(seconds, POLL, transfer=transfer)


def wake_comparison(run: int, *, at_once: bool) -> None:
    """Ask for the next steps of a comparison: now, or when they are due if before the sweep."""
    if at_once:
        wakeups.after_commit(leases.TASK, run=run)
        return
    for (seconds,) in fetch(_SECONDS_TO_COMPARING, run=run):
        _wake_in(seconds, leases.TASK, run=run)


def wake_later(task: str, *, wait: timedelta | None, **arguments: int) -> None:
    """Ask for the next turn of a task: at once, or in a while; None for not at all."""
    if wait is None:
        return
    if wait <= timedelta(0):
        wakeups.after_commit(task, **arguments)
    else:
        _wake_in(wait.total_seconds(), task, **arguments)


def seconds_left(transfer: int) -> float | None:
    """Until something may be delivered over the transfer; None if nothing waits for time alone."""
    seconds: float | None = fetch(_SECONDS, transfer=transfer)[0][0]
    return seconds


def _wake_in(seconds: float | None, task: str, **arguments: int) -> None:
    """Wake the task then, unless the sweep comes first; None where nothing waits for time."""
    if seconds is None or seconds >= SWEEP_SECONDS:
        return
    # A lock of its own: a job for later must not swallow the wake-up of an edit made now.
    job = app.configure_task(
        task,
        queueing_lock="-".join([task, "later", *map(str, arguments.values())]),
        schedule_in={"seconds": max(1, ceil(seconds))},
    )
    try:
        job.defer(**arguments)
    except AlreadyEnqueued:
        return
    except Exception:
        log.exception("wakeup.failed", task=task, **arguments)
