"""Takes a file in and works on its import, chunk after chunk. Steps 1 and 2 of an import.

Whoever calls `work` takes one lease on the run. Any worker on any machine may go on with a run
whose lease has ended. A fully blank line is no record and not counted.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, transaction

from raccord.contacts import leases, wakeups
from raccord.contacts.imports import chunks, files
from raccord.contacts.imports.csv_layout import Layout, layout
from raccord.contacts.imports.csv_lines import LONGEST_LINE
from raccord.contacts.imports.files import Readable
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

OBJECTS_PER_COLLECTION = 100_000

UNFINISHED = (RunState.WAITING, RunState.RUNNING)

log = structlog.get_logger("raccord.contacts")


def start(
    project: Project,
    file: Readable | Path,
    *,
    file_name: str,
    started_by: str = "",
    encoding: str | None = None,
) -> ImportRun:
    """Store a file and wake a worker for it; everything is in the database when this returns.

    file: opened in binary, or its path. encoding: of the file, where it is neither UTF-8 nor
    UTF-16 with a byte order mark. A file that cannot be taken gives a run in the state FAILED
    with its `reason`, and no contact is touched.
    """
    with transaction.atomic():
        run = ImportRun(
            project=project,
            file_name=shortened(file_name, 255),
            started_by=started_by,
        )
        run.save()
        try:
            with transaction.atomic():
                files.store(run, file, encoding=encoding or "")
                _layout(run)
        except BadInput as problem:
            _refuse(run, problem)
        else:
            run.save(update_fields=["size", "encoding"])
            wakeups.import_after_commit(run.pk)
    log.info("import.started", run=run.pk, size=run.size, state=str(run.state))
    return run


def work(run_id: int, *, seconds: float = 20.0) -> bool:
    """Take a lease on the run and import chunk after chunk, for about so many seconds.

    Gives True if work is left (it has then woken the next worker itself), False if the run is
    over or somebody else is at it.
    """
    claim = uuid4()
    if not leases.claim(ImportRun, run_id, claim):
        return False
    until = time.monotonic() + seconds
    run = ImportRun.objects.select_related("project").get(pk=run_id)
    try:
        with _rare_collections():
            finished = _work(run, claim, until)
    except leases.LeaseLost:
        log.warning("import.lease_lost", run=run_id)
        return False
    except BadInput as problem:
        # The project's fields changed since the file was accepted.
        _refuse(run, problem)
        return False
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease ends and another worker goes on
    except Exception:
        log.exception("import.failed", run=run_id)
        _refuse(run, BadInput("raccord.import.internal"))
        return False
    if not finished:
        _let_go(run, claim)
    return not finished


def run_now(run: ImportRun, *, progress: Callable[[ImportRun], None] | None = None) -> ImportRun:
    """Import in this process until the run is over; waits where a worker has it already."""
    while run.state in UNFINISHED:
        at_it = work(run.pk, seconds=1.0)
        run.refresh_from_db()
        if progress:
            progress(run)
        if not at_it and run.state in UNFINISHED:
            time.sleep(0.2)
    return run


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage less often while rows by the thousand are made and dropped as a whole.

    The collector would walk through them hundreds of times per chunk and find none: a fifth of
    the time an import takes in Python.
    """
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _work(run: ImportRun, claim: UUID, until: float) -> bool:
    """Import until the file's end (True) or until the time is over (False)."""
    found = _layout(run)
    reader = chunks.ChunkReader(run, found)
    while records := reader.next():
        chunks.write(run, records, layout=found, claim=claim, place=reader.place)
        log.info("import.chunk", run=run.pk, lines=len(records), position=run.position)
        if time.monotonic() > until:
            return False
        leases.renew(run, claim)
    _finish(run, claim)
    return True


def _layout(run: ImportRun) -> Layout:
    """The header of the stored file. Raises BadInput."""
    head = b""
    for piece in files.pieces(run):
        head += piece
        if len(head) > LONGEST_LINE:
            break
    if not head.strip():
        raise BadInput("raccord.import.empty")
    return layout(head, fields=ProjectFields.of(run.project_id))


def _let_go(run: ImportRun, claim: UUID) -> None:
    with transaction.atomic():
        leases.let_go(run, claim)
        wakeups.import_after_commit(run.pk)


def _finish(run: ImportRun, claim: UUID) -> None:
    with transaction.atomic():
        leases.end(run, claim, state=RunState.DONE)
        ImportRun.objects.filter(pk=run.pk).update(position=run.size)
        files.forget(run)
    log.info("import.done", run=run.pk)


def _refuse(run: ImportRun, problem: BadInput) -> None:
    """End the run: the file, or what is left of it, is not taken."""
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(size=run.size)
        leases.refuse(run, problem)
        files.forget(run)
    log.info("import.refused", run=run.pk, reason=run.reason)
