"""Finds out what an import would do, chunk after chunk, and writes nothing but that.

Step 3 of an import. The lines are read and the contacts compared by the code of the real run
(`chunks.read`, `foresight.py`); only the run itself is written, so a check that was killed goes
on with the next chunk. The counters and the keys it met are dropped before the import itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import structlog
from django.db import transaction

from raccord.contacts import leases
from raccord.contacts.differences import Draft
from raccord.contacts.foresight import foresee
from raccord.contacts.imports import chunks
from raccord.contacts.imports.csv_layout import Layout
from raccord.contacts.imports.csv_records import Record
from raccord.contacts.imports.preview import Preview
from raccord.contacts.imports.tally import add
from raccord.contacts.models import ImportRun, RunState
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

log = structlog.get_logger("raccord.contacts")

_COUNTED = ("read", "created", "updated", "unchanged", "rejected")

NOT_BEGUN: Mapping[str, int] = {"position": 0, "next_line": 1, **dict.fromkeys(_COUNTED, 0)}
"""Where a run stands that nothing was done for yet."""


def look(
    run: ImportRun,
    records: Sequence[Record],
    *,
    layout: Layout,
    claim: UUID,
    place: tuple[int, int],
) -> None:
    """Count what would become of the records and move the check to `place`, in one transaction.

    Raises leases.LeaseLost.
    """
    with transaction.atomic():
        chunk = chunks.read(run, records, layout=layout, claim=claim)
        mode = layout.options.mode
        verdicts = foresee(run.project, chunk.changes, origin=chunks.origin(run), mode=mode)
        results = [v.result() if isinstance(v, Draft) else v for v in verdicts]
        chunks.note_problems(run, chunk, results, mode=mode)
        preview = Preview.from_json(run.preview)
        add(preview, chunk, verdicts)
        run.preview = preview.to_json()
        outcomes = [result.outcome for result in results]
        rejects = chunk.reader.rejects
        chunks.move(
            run, outcomes, read=len(records), rejects=rejects, place=place, preview=run.preview
        )


def finish(run: ImportRun, claim: UUID) -> None:
    """All was looked at: a person may confirm. Raises leases.LeaseLost."""
    with transaction.atomic():
        leases.renew(run, claim)
        run.refresh_from_db()
        counted = {name: getattr(run, name) for name in _COUNTED}
        preview = run.preview | counted | {"token": uuid4().hex}
        run.keys.all().delete()
        _let_go(run, state=RunState.READY, preview=preview, **NOT_BEGUN)
    log.info("import.checked", run=run.pk, lines=counted["read"], rejected=counted["rejected"])


def give_back(run: ImportRun, claim: UUID, problem: BadInput) -> None:
    """The file cannot be read by these options: the person corrects them.

    Raises leases.LeaseLost.
    """
    with transaction.atomic():
        leases.renew(run, claim)
        run.keys.all().delete()
        told = {name: shortened(str(value), 2_000) for name, value in problem.params.items()}
        why = {"reason": problem.code, "parameters": told}
        _let_go(run, state=RunState.DRAFT, preview={}, **why, **NOT_BEGUN)
    log.info("import.check_refused", run=run.pk, reason=problem.code)


def _let_go(run: ImportRun, **values: object) -> None:
    ImportRun.objects.filter(pk=run.pk).update(claim=None, lease_until=None, **values)
