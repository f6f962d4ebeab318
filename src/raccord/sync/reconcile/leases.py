"""Who works on a run, and how far it is: a lease, and a position that only its holder moves.

A run that is paused or cancelled is nobody's: the next advance finds that out and changes nothing.
One run at a time works on a connection, so that live work has the other slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from raccord.engine.retry import GIVE_UP_AFTER
from raccord.sync.reconcile.models import Phase, Reconciliation
from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE

log = structlog.get_logger(__name__)

TASK = "raccord.reconcile"
INTERRUPTED = "raccord.reconcile.interrupted"

_TAKE = """
UPDATE sync_reconciliation AS run
SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s, claims = run.claims + 1
FROM connections_datatransfer AS transfer
WHERE run.id = %(run)s AND run.state = 'running' AND run.due_at <= clock_timestamp()
  AND (run.claim IS NULL OR run.lease_until < clock_timestamp())
  AND transfer.id = run.transfer_id
  AND NOT EXISTS (
      SELECT FROM sync_reconciliation AS other
      JOIN connections_datatransfer AS beside ON beside.id = other.transfer_id
      WHERE beside.connection_id = transfer.connection_id AND other.id <> run.id
        AND other.claim IS NOT NULL AND other.lease_until >= clock_timestamp()
  )
"""
# A worker that dies says nothing, so this is said for it.
_GIVE_UP = """
UPDATE sync_reconciliation
SET state = 'failed', reason = %(reason)s, finished_at = clock_timestamp(),
    claim = NULL, lease_until = NULL
WHERE id = %(run)s AND state = 'running' AND claims >= %(most)s
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""
_HOLD = """
UPDATE sync_reconciliation
SET claims = 0, lease_until = clock_timestamp() + %(lease)s
WHERE id = %(run)s AND claim = %(token)s AND state = 'running' AND lease_until > clock_timestamp()
"""
_LET_GO = """
UPDATE sync_reconciliation
SET claim = NULL, lease_until = NULL, claims = 0, due_at = clock_timestamp() + %(wait)s
WHERE id = %(run)s AND claim = %(token)s
"""
_UNFINISHED = """
SELECT run.id FROM sync_reconciliation AS run
JOIN connections_datatransfer AS transfer ON transfer.id = run.transfer_id AND transfer.active
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_integration AS integration ON integration.connection_id = connection.id
WHERE run.state = 'running' AND run.due_at <= clock_timestamp()
  AND (run.claim IS NULL OR run.lease_until < clock_timestamp())
  AND integration.state = 'active'
  AND coalesce(connection.paused_until, '-infinity') <= clock_timestamp()
ORDER BY run.id
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A run under our lease."""

    run: int
    token: UUID


def take(run_id: int) -> Taken | None:
    """Lease a run that is due and that nobody works on; None if there is nothing to do."""
    if change(_GIVE_UP, run=run_id, most=GIVE_UP_AFTER, reason=INTERRUPTED):
        log.error("reconcile.given_up", run=run_id)
    taken = Taken(run_id, uuid4())
    return taken if change(_TAKE, run=run_id, token=taken.token, lease=LEASE) else None


def hold(taken: Taken) -> Reconciliation | None:
    """The run, locked and still ours; None if not. Begins the transaction's part that advances."""
    if not change(_HOLD, run=taken.run, token=taken.token, lease=LEASE):
        return None
    return Reconciliation.objects.get(pk=taken.run)


def let_go(taken: Taken, *, wait: timedelta) -> None:
    """Give the run back where it stands; due again after `wait`."""
    change(_LET_GO, run=taken.run, token=taken.token, wait=wait)


def begin_phase(run: Reconciliation, phase: Phase) -> None:
    """Go on with the next phase, from its beginning."""
    run.phase, run.position, run.place = phase, 0, ""


def unfinished() -> list[int]:
    """Runs that nobody works on at the moment, though they could go on."""
    return [run for (run,) in fetch(_UNFINISHED)]
