"""Works on an import, chunk after chunk: checks it, or takes its lines. Step 4 of an import.

Whoever calls `work` takes one lease on the run. Any worker on any machine may go on with a run
whose lease has ended. A fully blank line is no record and not counted.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, transaction

from raccord.contacts import leases, wakeups
from raccord.contacts.imports import checking, chunks, files, preparing
from raccord.contacts.models import ImportRun, RunState
from raccord.engine.errors import BadInput

OBJECTS_PER_COLLECTION = 100_000

_at_work_lock = threading.Lock()
_at_work: list[tuple[int, int, int]] = []
"""For each import at work in this process, how often garbage was looked for before the first."""

UNFINISHED = (RunState.CHECKING, RunState.WAITING, RunState.RUNNING)
"""A worker is at it, or will be in a moment."""

log = structlog.get_logger("raccord.contacts")


def work(run_id: int, *, seconds: float = 20.0) -> bool:
    """Take a lease on the run and check or import chunk after chunk, for about so many seconds.

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
    if not finished:
        _let_go(run, claim)
    return not finished


def run_now(run: ImportRun, *, progress: Callable[[ImportRun], None] | None = None) -> ImportRun:
    """Check or import in this process to the end; waits where a worker has the run already."""
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
    the time an import takes in Python. How often is the whole process's affair: the first import
    in it changes that, and the last one changes it back.
    """
    with _at_work_lock:
        usual = _at_work[0] if _at_work else gc.get_threshold()
        _at_work.append(usual)
        gc.set_threshold(OBJECTS_PER_COLLECTION, *usual[1:])
    try:
        yield
    finally:
        with _at_work_lock:
            _at_work.pop()
            if not _at_work:
                gc.set_threshold(*usual)


def _work(run: ImportRun, claim: UUID, until: float) -> bool:
    """Go on until there is nothing left to do (True) or the time is over (False).

    Raises leases.LeaseLost.
    """
    try:
        return _take_chunks(run, claim, until)
    except BadInput as problem:
        # The file does not fit the options, or the project's fields changed meanwhile.
        _give_up(run, claim, problem)
    except (leases.LeaseLost, OperationalError, InterfaceError):
        raise  # without the database the lease ends, and another worker goes on
    except Exception:
        log.exception("import.failed", run=run.pk)
        _give_up(run, claim, BadInput("raccord.import.internal"))
    return True


def _take_chunks(run: ImportRun, claim: UUID, until: float) -> bool:
    checks = run.state == RunState.CHECKING
    layout = preparing.ready(run, claim)
    reader = chunks.ChunkReader(run, layout)
    take = checking.look if checks else chunks.write
    while records := reader.next():
        take(run, records, layout=layout, claim=claim, place=reader.place)
        log.info("import.chunk", run=run.pk, lines=len(records), position=run.position)
        if time.monotonic() > until:
            return False
        leases.renew(run, claim)
    (checking.finish if checks else _finish)(run, claim)
    return True


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


def _give_up(run: ImportRun, claim: UUID, problem: BadInput) -> None:
    """The file, or what is left of it, is not taken. A check leaves the draft to the person."""
    if run.state == RunState.CHECKING:
        checking.give_back(run, claim, problem)
        return
    with transaction.atomic():
        leases.refuse(run, problem, claim)
        files.forget(run)
    log.info("import.refused", run=run.pk, reason=run.reason)
