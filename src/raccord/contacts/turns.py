"""A worker's turn at a run: take its lease, do step after step for a while, give the lease back.

Bulk acts and exports differ in what a step does; that they are woken, leased, taken over after a
death and ended the same way stands here. A step is one short transaction that moves the run's
position together with what it did, and ends the run itself when nothing is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, transaction

from raccord.contacts import leases, wakeups
from raccord.contacts.invalid import InvalidInput
from raccord.contacts.models import Run
from raccord.engine.errors import BadInput

SECONDS = 20.0
"""Then others have their turn."""

R = TypeVar("R", bound=Run)

log = structlog.get_logger("raccord.contacts")


def take(
    model: type[R],
    run_id: int,
    *,
    step: Callable[[R, UUID], bool],
    wakeup: str,
    seconds: float = SECONDS,
) -> bool:
    """Do step after step for about so many seconds; `wakeup` is the task that goes on.

    step: gives True while work is left. What it raises ends the run with a reason, but for the
    loss of the lease or of the database: then another worker goes on.
    Gives True if work is left (the next worker is then woken), False if the run is over or
    somebody else is at it.
    """
    claim = uuid4()
    if not leases.claim(model, run_id, claim):
        return False
    until = time.monotonic() + seconds
    run = model._base_manager.select_related("project").get(pk=run_id)
    kind = wakeup.removeprefix("raccord.")
    try:
        work_left = _go_on(run, claim, step, until=until, kind=kind)
    except leases.LeaseLost:
        log.info(f"{kind}.lease_lost", run=run_id)
        return False
    if work_left:
        _let_go(run, claim, wakeup)
    return work_left


def _go_on(
    run: R, claim: UUID, step: Callable[[R, UUID], bool], *, until: float, kind: str
) -> bool:
    """Step after step; False once the run is over. Raises LeaseLost."""
    try:
        while step(run, claim):
            if time.monotonic() > until:
                return True
            leases.renew(run, claim)
    except (BadInput, InvalidInput) as refused:
        problem = refused if isinstance(refused, BadInput) else refused.problems[0]
        leases.refuse(run, problem, claim)
        log.info(f"{kind}.refused", run=run.pk, reason=problem.code)
    except (leases.LeaseLost, OperationalError, InterfaceError):
        raise  # whether the lease or the database went away: another worker goes on
    except Exception:
        log.exception(f"{kind}.failed", run=run.pk)
        leases.refuse(run, BadInput("raccord.run.internal"), claim)
    else:
        log.info(f"{kind}.turn_ended", run=run.pk)
    return False


def _let_go(run: Run, claim: UUID, wakeup: str) -> None:
    with transaction.atomic():
        leases.let_go(run, claim)
        wakeups.after_commit(wakeup, run=run.pk)
