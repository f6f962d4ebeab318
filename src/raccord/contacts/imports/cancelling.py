"""The end of an import before its end: by a person, or because a draft was left lying."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.contacts.imports import files
from raccord.contacts.imports.checking import NOT_BEGUN
from raccord.contacts.models import ImportRun, RunState
from raccord.engine.errors import BadInput

KEPT_DAYS = 7
"""How long a draft keeps its file."""

_DRAFTS = (RunState.DRAFT, RunState.READY)

log = structlog.get_logger("raccord.contacts")


def cancel(run: ImportRun) -> ImportRun:
    """Stop the run for good, whatever its state: CANCELLED, and its file forgotten.

    A chunk that is being written is finished first; what was imported stays and is counted in
    the run. Over already: nothing happens.
    """
    with transaction.atomic():
        # Waits for a chunk under way, whose transaction holds this row; afterwards the worker
        # finds the run no longer its own.
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not locked.is_over:
            _end(locked)
            log.info("import.cancelled", run=run.pk, read=locked.read)
    run.refresh_from_db()
    return run


def drop_stale() -> int:
    """Cancel the drafts that nobody came back to; gives how many."""
    left_lying = ImportRun.objects.filter(
        state__in=_DRAFTS, created_at__lt=Now() - timedelta(days=KEPT_DAYS)
    )
    with transaction.atomic():
        # One that a person is at in this moment can wait for the next time.
        runs = list(left_lying.select_for_update(skip_locked=True))
        for run in runs:
            _end(run, BadInput("raccord.import.left_lying", {"days": str(KEPT_DAYS)}))
    if runs:
        log.info("import.drafts_dropped", count=len(runs))
    return len(runs)


def _end(run: ImportRun, reason: BadInput | None = None) -> None:
    checks = run.state == RunState.CHECKING
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.CANCELLED,
        reason=reason.code if reason else "",
        parameters=dict(reason.params) if reason else {},
        claim=None,
        lease_until=None,
        finished_at=Now(),
        # What a check counted did not happen.
        **(NOT_BEGUN if checks else {}),
    )
    files.forget(run)
