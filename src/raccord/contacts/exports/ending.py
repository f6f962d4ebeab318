"""How an export ends before or after its time: cancelled, its file deleted, or grown old."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from raccord.contacts.exports import files
from raccord.contacts.exports.starting import UNFINISHED
from raccord.contacts.models import ExportPart, ExportRun, RunState

log = structlog.get_logger("raccord.contacts")


def has_file(run: ExportRun) -> bool:
    """Whether there is something to download."""
    return (
        run.state == RunState.DONE
        and run.expires_at is not None
        and run.expires_at > timezone.now()
    )


def cancel(run: ExportRun) -> bool:
    """Stop an export that is under way; gives False if it was over already."""
    with transaction.atomic():
        stopped = ExportRun.objects.filter(pk=run.pk, state__in=UNFINISHED).update(
            state=RunState.CANCELLED, claim=None, lease_until=None, finished_at=Now()
        )
        if stopped:
            files.forget(run)
    run.refresh_from_db()
    log.info("export.cancelled", run=run.pk, stopped=bool(stopped))
    return bool(stopped)


def delete_file(run: ExportRun) -> bool:
    """Drop the file before its time; gives False if there was none any more. The row stays."""
    with transaction.atomic():
        had_one = ExportRun.objects.filter(
            pk=run.pk, state=RunState.DONE, expires_at__gt=Now()
        ).update(expires_at=Now())
        if had_one:
            files.forget(run)
    run.refresh_from_db()
    log.info("export.file_deleted", run=run.pk, had_one=bool(had_one))
    return bool(had_one)


def drop_expired() -> int:
    """Drop the files that are old, and what exports left that came to nothing; gives their number.

    Called by the sweep of each minute.
    """
    old = Q(state=RunState.DONE, expires_at__lte=Now())
    nothing = Q(state__in=[RunState.FAILED, RunState.CANCELLED])
    with_parts = ExportPart.objects.values("run").distinct()
    runs = list(ExportRun.objects.filter(old | nothing, pk__in=with_parts))
    for run in runs:
        files.forget(run)
    if runs:
        log.info("export.files_dropped", exports=len(runs))
    return len(runs)
