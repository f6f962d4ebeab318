"""Step 3 of a bulk act: what was decided is kept, then confirmed once; or all of it is cancelled.

Each is one conditional update: of two clicks, or two windows, one counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson
import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.contacts import wakeups
from raccord.contacts.bulk.edits import EditHow, checked
from raccord.contacts.models import BulkAct, BulkRun, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput

CANCELLABLE = (RunState.CHECKING, RunState.READY, RunState.WAITING, RunState.RUNNING)

log = structlog.get_logger("raccord.contacts")


def decide(run: BulkRun, given: Mapping[str, tuple[EditHow, object]], *, grounds: str = "") -> None:
    """Keep what an edit is to do: field key -> how, and the value as text or typed.

    Raises InvalidEdit with every problem, BadInput if the run is not to be decided any more.
    """
    grounds = grounds.strip()
    edits = checked(given, grounds=grounds, fields=ProjectFields.of(run.project_id))
    changes = {edit.field: edit.to_json() for edit in edits}
    undecided = BulkRun.objects.filter(pk=run.pk, act=BulkAct.EDIT, state=RunState.READY)
    if not undecided.update(changes=changes, grounds=grounds):
        raise BadInput("raccord.bulk.not_ready")
    run.refresh_from_db()


def stamp(run: BulkRun) -> str:
    """What was decided, in a few characters: whoever confirms has seen just this."""
    decided = [run.changes, run.grounds, run.total]
    told = orjson.dumps(decided, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()[:16]


def confirm(run: BulkRun, *, seen: str) -> None:
    """Let the act begin. seen: the `stamp` of what the person was shown.

    Raises BadInput if that is not what would be done, or if it was confirmed or cancelled already.
    """
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().get(pk=run.pk)
        if run.state != RunState.READY:
            raise BadInput("raccord.bulk.not_ready")
        if stamp(run) != seen or (run.act == BulkAct.EDIT and not run.changes):
            raise BadInput("raccord.bulk.decided_anew")
        run.state = RunState.WAITING
        run.save(update_fields=["state"])
        wakeups.after_commit(wakeups.BULK, run=run.pk)
    log.info("bulk.confirmed", run=run.pk, act=run.act, contacts=run.total)


def cancel(run: BulkRun) -> bool:
    """Stop the act after the contacts that are under way; what was done stays done.

    Gives False if it was over already. The run's counts say how far it came.
    """
    stopped = BulkRun.objects.filter(pk=run.pk, state__in=CANCELLABLE).update(
        state=RunState.CANCELLED, claim=None, lease_until=None, finished_at=Now()
    )
    run.refresh_from_db()
    log.info("bulk.cancelled", run=run.pk, stopped=bool(stopped), done=run.done)
    return bool(stopped)
