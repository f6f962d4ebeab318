"""Leases on runs: any worker on any machine may go on with one whose lease has ended.

A run is an import, an export or a bulk act (`models.Run`). The table says what there is to do; a
wake-up only says "look now".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from raccord.contacts.models import Run, RunState
from raccord.contacts.models.runs import OVER
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

SECONDS = 60
"""Renewed with each chunk, which takes a second or two."""

BESIDE = "lease"
"""The name of threads that renew one."""

_CLAIM = """
UPDATE {table}
SET claim = %s, lease_until = clock_timestamp() + make_interval(secs => %s),
    state = CASE state WHEN 'waiting' THEN 'running' ELSE state END
WHERE id = %s AND state IN ('checking', 'waiting', 'running')
    AND (claim IS NULL OR claim = %s OR lease_until < clock_timestamp())
RETURNING id
"""
_RENEW = """
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND claim = %s AND state IN ('checking', 'running')
RETURNING id
"""

log = structlog.get_logger("raccord.contacts")


class LeaseLost(Exception):  # noqa: N818 - nothing went wrong, another worker goes on
    """Somebody else has the run now, or a person cancelled it; nothing more is written for it."""


def claim(model: type[Run], run_id: int, token: UUID) -> bool:
    """Take or renew the lease; False if somebody else has it or the run is not under way."""
    with connection.cursor() as cursor:
        statement = _CLAIM.format(table=model._meta.db_table)
        cursor.execute(statement, [token, SECONDS, run_id, token])
        return cursor.fetchone() is not None


def renew(run: Run, token: UUID) -> None:
    """Keep the lease for another chunk. Raises LeaseLost, also where nobody has it any more: the
    run was given back meanwhile, and may be another one by now."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW.format(table=run._meta.db_table), [SECONDS, run.pk, token])
        if cursor.fetchone() is None:
            raise LeaseLost


@contextmanager
def kept(run: Run, token: UUID) -> Iterator[None]:
    """Renew the lease from beside, for work that cannot stop to do it; for as long as it takes.

    Whether it was lost meanwhile shows when the work is written, which asks for it as always.
    """
    ended = Event()
    renewing = Thread(target=_renew_until, args=(ended, run, token), name=BESIDE, daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def let_go(run: Run, token: UUID) -> None:
    """Give the lease back, so that the next worker need not wait for its end."""
    type(run)._base_manager.filter(pk=run.pk, claim=token).update(claim=None, lease_until=None)


def end(run: Run, token: UUID, *, state: RunState) -> None:
    """Finish a run, or one phase of it. Raises LeaseLost."""
    ended = {"finished_at": Now()} if state in OVER else {}
    _write_last(run, token, state=state, **ended)


def refuse(run: Run, problem: BadInput, token: UUID | None = None) -> None:
    """End a run that cannot go on; what it did before stays.

    token: of the worker that says so; none for a run that no worker has been at. Raises LeaseLost.
    """
    told = {name: shortened(str(each), 2_000) for name, each in problem.params.items()}
    _write_last(
        run,
        token,
        state=RunState.FAILED,
        reason=problem.code,
        parameters=told,
        finished_at=Now(),
    )
    run.refresh_from_db()


def _renew_until(ended: Event, run: Run, token: UUID) -> None:
    """In a thread, thus over a connection of its own, which is only made if the work is long."""
    try:
        while not ended.wait(SECONDS / 3):
            try:
                renew(run, token)
            except (OperationalError, InterfaceError):
                connection.close()  # tried again while the lease lasts
    except LeaseLost:
        log.info("lease.lost_from_beside", run=run.pk)
    finally:
        connection.close()


def _write_last(run: Run, token: UUID | None, **values: Any) -> None:
    """Nothing more comes from whoever has the lease, which ends with it."""
    mine = type(run)._base_manager.filter(pk=run.pk).exclude(state__in=OVER)
    if token is not None:
        mine = mine.filter(claim=token)
    if not mine.update(claim=None, lease_until=None, **values):
        raise LeaseLost
