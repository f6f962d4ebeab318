"""An installation or removal from step to step: begin one, ask how far it is, note its outcome.

Each call to the other side is made under a lease and may be made twice: every step can be repeated
without harm, so a worker that dies loses nothing but the time until its lease ends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from raccord.connections import call_counts, receiving_address
from raccord.connections.models import ReceivingAddress
from raccord.connections.opening import open_plug_in
from raccord.connections.plug_in import leases, removing, runs
from raccord.connections.plug_in.installing import note_installed
from raccord.connections.plug_in.leases import Lease
from raccord.connections.plug_in.models import Installation, InstallationState
from raccord.connectors.plug_in import Endpoint, PlugIn, Progress, Step
from raccord.engine import retry
from raccord.engine.errors import BadInput, Failure, RemoteGone
from raccord.engine.retry import Again, Pause

log = structlog.get_logger(__name__)

REFUSED = "raccord.plug_in.refused"
KEPT = "raccord.plug_in.kept"
INTERRUPTED = "raccord.plug_in.interrupted"
TOO_LONG = "raccord.plug_in.too_long"

POLL = timedelta(seconds=3)
# A turn of the worker; then others have theirs.
TURN_SECONDS = 20.0
GIVE_UP_AFTER = 8
MOST_ATTEMPTS = 10
LONGEST = timedelta(hours=6)

Changes = dict[str, Any]


def work(run_id: int) -> timedelta | None:
    """Go on with a run that is due; after how long to look again, None for not at all."""
    lease = leases.take(
        Installation,
        run_id,
        Q(state=InstallationState.RUNNING, due_at__lte=Now()),
        claims=F("claims") + 1,
    )
    if lease is None:
        return None
    ends = time.monotonic() + TURN_SECONDS
    try:
        while True:
            run = Installation.objects.select_related("connection__authorization").get(pk=run_id)
            changes, wait = _advance(run)
            over = changes.get("state", run.state) != InstallationState.RUNNING
            if over or wait or time.monotonic() > ends:
                return _let_go(run, lease, changes, wait=wait, over=over)
            if not leases.advance(lease, {**changes, "claims": 0}):
                return None
    finally:
        call_counts.store()


def unfinished() -> list[int]:
    """Runs that nobody works on at the moment, though they could go on."""
    rows = Installation.objects.filter(state=InstallationState.RUNNING, due_at__lte=Now())
    return list(rows.filter(leases.FREE).order_by("pk").values_list("pk", flat=True))


def _advance(run: Installation) -> tuple[Changes, timedelta]:
    """Make one call; what to store of it, and how long to wait before the next."""
    if run.claims > GIVE_UP_AFTER:
        return _end(run, reason=INTERRUPTED), timedelta(0)
    try:
        plug_in = open_plug_in(run.connection)
    except BadInput as gone:
        return _end(run, reason=gone.code), timedelta(0)
    steps = runs.steps(run)
    if run.position >= len(steps):
        if run.removes and not run.reason:
            removing.finish(run.connection)
        return _end(run), timedelta(0)
    step = steps[run.position]
    if run.reason and not step.always:
        return {"position": run.position + 1}, timedelta(0)
    try:
        return _call(run, step, plug_in)
    except Failure as failure:
        return _after(run, step, failure)


def _call(run: Installation, step: Step, plug_in: PlugIn) -> tuple[Changes, timedelta]:
    if not run.ticket:
        address = receiving_address.of_connection(run.connection)
        ticket = plug_in.begin(step.name, endpoint=_endpoint(run, address))
        log.info("plug_in.step_begun", installation=run.pk, step=step.name)
        if not ticket:
            given = {"secret": address.generation} if step.stores_secret and address else {}
            return {**_over(run, step), **given}, timedelta(0)
        return {"ticket": ticket, "done": 0, "total": 0}, POLL / 3
    progress = plug_in.progress(run.ticket)
    if not progress.finished:
        if datetime.now(UTC) - run.created_at > LONGEST:
            return _over(run, step, Failure(TOO_LONG)), timedelta(0)
        return {"done": progress.done, "total": progress.total, "attempts": 0}, POLL
    failure = None if progress.succeeded else _refusal(run, progress)
    parts = [_listed(each) for each in progress.parts] if step.required or run.removes else []
    return {**_over(run, step, failure), "parts": run.parts + parts}, timedelta(0)


def _after(run: Installation, step: Step, failure: Failure) -> tuple[Changes, timedelta]:
    """What a failure of the call means: again later, from the beginning, or the step's end."""
    attempts = run.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return _over(run, step, failure), timedelta(0)
    if run.ticket and isinstance(failure, RemoteGone):
        return {"ticket": "", "attempts": attempts}, timedelta(0)
    now = datetime.now(UTC)
    verdict = retry.decide(failure, attempts=attempts, now=now)
    until = verdict.at if isinstance(verdict, Again) else None
    if isinstance(verdict, Pause):
        until = verdict.until
    if until is None:
        return _over(run, step, failure), timedelta(0)
    return {"attempts": attempts}, max(until - now, POLL)


def _over(run: Installation, step: Step, failure: Failure | None = None) -> Changes:
    """The step is over, well or not; the next one has its turn."""
    outcome = [failure.code, dict(failure.params), failure.detail] if failure else ["", {}, ""]
    log.info(
        "plug_in.step_over",
        installation=run.pk,
        step=step.name,
        code=failure.code if failure else "",
    )
    return {
        "outcomes": {**run.outcomes, step.name: outcome},
        "position": run.position + 1,
        "ticket": "",
        "attempts": 0,
        "reason": failure.code if failure and step.required else run.reason,
    }


def _end(run: Installation, *, reason: str = "") -> Changes:
    failed = reason or run.reason
    state = InstallationState.FAILED if failed else InstallationState.DONE
    return {"state": state, "reason": failed, "ticket": "", "finished_at": Now()}


def _let_go(
    run: Installation, lease: Lease, changes: Mapping[str, Any], *, wait: timedelta, over: bool
) -> timedelta | None:
    with transaction.atomic():
        stored = {**changes, "due_at": Now() + wait, "claims": 0}
        if not leases.let_go(lease, stored) or not over:
            return wait
        if changes["state"] == InstallationState.DONE and not run.removes:
            note_installed(run.connection_id, run.version, secret=run.secret)
    log.info("plug_in.run_over", installation=run.pk, reason=changes["reason"])
    return None


def _endpoint(run: Installation, address: ReceivingAddress | None) -> Endpoint:
    """Where the plug-in posts, with the present secret; raises Transient if it cannot be read."""
    if run.removes:
        return Endpoint("", "")
    if address is None:
        raise BadInput(receiving_address.NOT_OFFERED)
    return Endpoint(run.address, receiving_address.present_secret(address))


def _refusal(run: Installation, progress: Progress) -> Failure:
    failed = [each for each in progress.parts if not each.succeeded]
    code = KEPT if run.removes else REFUSED
    return Failure(code, {"count": str(len(failed))}, progress.problem)


def _listed(part: Any) -> list[Any]:
    return list(asdict(part).values())
