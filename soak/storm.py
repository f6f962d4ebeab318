"""One stretch of trouble: people act on both sides while calls fail and programs die."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from soak.people import People
from soak.pushes import Pushes
from soak.stage import Stage

PAUSE = 0.05
TROUBLES: Mapping[str, Mapping[str, object]] = {
    "reset_before": {},
    "reset_after": {},
    "reset_in_answer": {},
    "malformed_json": {},
    "server_error": {},
    "unavailable": {"retry_after": 1},
    "too_many_requests": {"retry_after": 1},
    "expired_session": {},
    "row_lock": {"path": "composite/sobjects"},
    "hang_before": {"milliseconds": 4_000},
    "hang_after": {"milliseconds": 4_000},
    "late_commit": {"milliseconds": 3_000, "path": "composite/sobjects"},
    "late_row": {"milliseconds": 2_000, "path": "composite/sobjects"},
}
"""What befalls calls. What hangs does so longer than a call may take (`haste.CALL_DEADLINE`), and
takes effect before a write is given up (`haste.MAX_REQUEST_TIME`)."""


def storm(
    stage: Stage, people: People, pushes: Pushes, chance: random.Random, *, seconds: float
) -> list[str]:
    """Let it happen for so long; what did, for the story of the seed."""
    story: list[str] = []
    happenings: list[Callable[[], str]] = [
        *[lambda: _trouble(stage, chance)] * 6,
        *[lambda: _kill_worker(stage, chance)] * 2,
        *[pushes.tell] * 4,
        lambda: _restart_organization(stage),
        lambda: _latency(stage, chance),
    ]
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        for _ in range(chance.randrange(5, 25)):
            people.act()
            time.sleep(chance.random() * PAUSE)
        story.append(chance.choice(happenings)())
        wake(stage)
    return story


def wake(stage: Stage) -> None:
    """The sweep of each minute, which comes every second or so here."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    from raccord.sync.tasks import SWEEP

    for worker in stage.workers:
        worker.start_again_if_it_ended()
    try:
        app.configure_task(SWEEP, queueing_lock=SWEEP).defer(timestamp=int(time.time()))
    except AlreadyEnqueued:
        return


def _trouble(stage: Stage, chance: random.Random) -> str:
    what = chance.choice(sorted(TROUBLES))
    stage.organization.trouble(what, times=chance.randrange(1, 4), **TROUBLES[what])
    return what


def _kill_worker(stage: Stage, chance: random.Random) -> str:
    worker = chance.choice(stage.workers)
    worker.kill()
    worker.start()
    return f"kill {worker.program.name}"


def _restart_organization(stage: Stage) -> str:
    stage.organization.restart()
    return "the organization restarts"


def _latency(stage: Stage, chance: random.Random) -> str:
    milliseconds = chance.choice([0, 20, 200])
    stage.organization.settings(latency_ms=milliseconds)
    return f"latency of {milliseconds} ms"
