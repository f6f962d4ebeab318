"""A comparison taken to its end by whoever waits for it, with or without workers beside."""

from __future__ import annotations

import time

from raccord.sync import inbound, outbound
from raccord.sync.reconcile import comparing
from raccord.sync.reconcile.models import Phase, Reconciliation

PAUSE_SECONDS = 1.0


def to_the_end(run: Reconciliation, *, seconds: float) -> Reconciliation:
    """Work on the run, and on what its repair makes due, until it is over or the time is.

    What is not over then stays for the workers.
    """
    ends_at = time.monotonic() + seconds
    while True:
        at_once = comparing.work(run.pk)
        run.refresh_from_db()
        if not run.is_under_way or time.monotonic() >= ends_at:
            return run
        if run.phase == Phase.PROOF:
            inbound.take_in(run.transfer_id)
            outbound.deliver(run.transfer_id)
        if not at_once:
            time.sleep(PAUSE_SECONDS)
