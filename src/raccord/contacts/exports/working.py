"""The work of an export: gather chunk after chunk, then pack what needs to be packed.

Steps 2 and 3; a turn of `contacts/turns.py` calls them as often as its time allows.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import pgettext

from raccord.contacts import barrier, leases, turns, wakeups
from raccord.contacts.exports import files, gathered_rows, gathering, workbook
from raccord.contacts.exports.columns import Counterparts
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.lists.matching import Elsewhere
from raccord.contacts.models import ExportRun, RunState
from raccord.contacts.project_fields import ProjectFields

KEPT = timedelta(days=7)
"""A file; afterwards it is old news, and personal data that lies about."""

LONGEST_SHEET_NAME = 31

_OWN = """
SELECT position FROM contacts_exportrun
WHERE id = %s AND claim = %s AND position = %s AND state = 'running' FOR UPDATE
"""

log = structlog.get_logger("raccord.contacts")


def work(
    run_id: int,
    *,
    seconds: float = turns.SECONDS,
    elsewhere: Elsewhere | None = None,
    counterparts: Counterparts | None = None,
) -> bool:
    """Go on with a run for about so many seconds; True if work is left.

    elsewhere, counterparts: answer what the list and its columns ask about other systems.
    """

    def step(run: ExportRun, claim: UUID) -> bool:
        with translation.override(run.language):
            if run.gathered:
                _pack(run, claim, counterparts)
                return False
            return _gather(run, claim, elsewhere, counterparts)

    return turns.take(ExportRun, run_id, step=step, wakeup=wakeups.EXPORTS, seconds=seconds)


def _gather(
    run: ExportRun, claim: UUID, elsewhere: Elsewhere | None, counterparts: Counterparts | None
) -> bool:
    """Take one chunk, in one transaction; True if anything is left to do."""
    if not run.position:
        run.total = gathering.count(run, elsewhere=elsewhere)
        ExportRun.objects.filter(pk=run.pk).update(total=run.total)
    with barrier.shared(run.project_id):  # a field does not change its type halfway through
        _own(run, claim)
        added = gathering.gather(run, elsewhere=elsewhere, counterparts=counterparts)
        finished = run.gathered and run.format == FileFormat.CSV
        if finished:
            _end(run, claim)
    log.info("export.chunk", run=run.pk, rows=added)
    return not finished


def _pack(run: ExportRun, claim: UUID, counterparts: Counterparts | None) -> None:
    """Make the workbook of what was gathered. Whoever dies over it leaves everything to do again.

    The lease is renewed meanwhile; it is lost as soon as a person cancels.
    """

    def breathe(rows: int) -> None:
        leases.renew(run, claim)
        ExportRun.objects.filter(pk=run.pk).update(packed=rows)

    columns = gathering.columns_of(run, ProjectFields.of(run.project_id), counterparts=counterparts)
    with tempfile.TemporaryDirectory(prefix="raccord-export-") as folder, leases.kept(run, claim):
        target = Path(folder) / "export.xlsx"
        workbook.pack(
            target,
            sheet=pgettext("name of a sheet", "Contacts")[:LONGEST_SHEET_NAME],
            headings=gathering.headings_of(run, columns),
            rows=gathered_rows.read(files.pieces(run)),
            total=run.written,
            breathe=breathe,
        )
        with transaction.atomic():
            _own(run, claim)
            files.replace(run, target)
            _end(run, claim)


def _own(run: ExportRun, claim: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [run.pk, claim, run.position])
        if cursor.fetchone() is None:
            raise leases.LeaseLost


def _end(run: ExportRun, claim: UUID) -> None:
    ExportRun.objects.filter(pk=run.pk).update(
        size=files.size(run), packed=run.written, expires_at=Now() + KEPT
    )
    leases.end(run, claim, state=RunState.DONE)
