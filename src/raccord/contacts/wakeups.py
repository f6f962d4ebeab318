"""Wake-up calls for the workers, after a commit.

The tables say what there is to do; a job only says "look now". So a wake-up may be lost (the sweep
of each minute wakes what it left), must never fail the write it follows, and is deferred in a
transaction of its own: that one is already waiting breaks the transaction it is said in.
Tasks are called by name, since this app does not know who does the work.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

OUTBOUND = "raccord.outbound"
IMPORTS = "raccord.imports"
EXPORTS = "raccord.exports"
BULK = "raccord.bulk"
LIST_INDEXES = "raccord.list_indexes"

log = structlog.get_logger("raccord.contacts")


def outbound_after_commit(transfers: Iterable[int]) -> None:
    """Wake the flow of these data transfers once the current transaction is committed."""
    for transfer in sorted(set(transfers)):
        after_commit(OUTBOUND, transfer=transfer)


def import_after_commit(run_id: int) -> None:
    """Wake a worker for this import once the current transaction is committed."""
    after_commit(IMPORTS, run=run_id)


def after_commit(task: str, **arguments: int) -> None:
    """Wake the task of that name, with these arguments, once the transaction is committed."""
    transaction.on_commit(lambda: _defer(task, arguments), robust=True)


def _defer(task: str, arguments: dict[str, int]) -> None:
    lock = "-".join([task, *map(str, arguments.values())])
    try:
        app.configure_task(task, queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        return
    except Exception:
        # Whatever it was, the write before it stands and the sweep will wake the worker.
        log.exception("wakeup.failed", task=task, **arguments)
