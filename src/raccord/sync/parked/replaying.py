"""Try again all that waits for one cause, in the background.

A few go first. If every one of them comes back for the same cause, the cause is still there: the
run ends, and the others were not sent in vain (nor counted against the integration's limit of
failures). As soon as one of them passes, the others follow, some thousand per transaction, behind
what people edit meanwhile.

A row with a lease; what was made due is no longer parked, so whoever goes on takes what is left,
and nothing is tried twice.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from raccord.connections.models import Integration, IntegrationState
from raccord.contacts import wakeups
from raccord.contacts.models import OutboxItem, Project
from raccord.engine.errors import BadInput
from raccord.engine.guards import EFFECT_OF
from raccord.engine.retry import PROBE_ROWS
from raccord.sync import guards, replay
from raccord.sync.parked import groups
from raccord.sync.parked.groups import Cause
from raccord.sync.parked.models import UNDER_WAY, Replay, ReplayState, Side
from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE

log = structlog.get_logger(__name__)

TASK = "raccord.replay"
NOTHING_WAITS = "raccord.parked.nothing_waits"
CHUNK = 5_000
RUN_SECONDS = 20.0
ASK_AGAIN = timedelta(seconds=2)
"""While the answers to the first ones are waited for."""

_CLAIM = """
UPDATE sync_replay SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s
WHERE id = %(replay)s AND finished_at IS NULL
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""
_RELEASE = """
UPDATE sync_replay SET claim = NULL, lease_until = NULL WHERE id = %(replay)s AND claim = %(token)s
"""
_UNFINISHED = """
SELECT id FROM sync_replay
WHERE finished_at IS NULL AND (claim IS NULL OR lease_until < clock_timestamp()) ORDER BY id
"""


def begin(project: Project, cause: Cause, *, person: str) -> Replay:
    """Begin to try a group again, or give the run that is at it; a worker is woken.

    What a guard stopped may go on from here. Raises BadInput where nothing waits for the cause any
    more.
    """
    group = groups.group(project, cause)
    if group is None:
        raise BadInput(NOTHING_WAITS)
    key = {"transfer_id": cause.transfer, "side": cause.side, "cause": cause.name}
    try:
        with transaction.atomic():
            run = Replay.objects.create(
                **key,
                code=group.code,
                parameters=group.parameters,
                total=group.count,
                started_by=person,
                state=ReplayState.PROBING if _to_be_probed(cause) else ReplayState.RUNNING,
            )
            if effect := EFFECT_OF.get(group.code):
                guards.release(_integration(cause.transfer), effect, person=person)
    except IntegrityError:
        run = Replay.objects.get(**key, finished_at=None)
    wakeups.after_commit(TASK, replay=run.pk)
    log.info("replay.begun", replay=run.pk, transfer=cause.transfer, items=group.count)
    return run


def cancel(run: Replay) -> bool:
    """Leave what is still parked as it is; False if the run was over."""
    stopped = Replay.objects.filter(pk=run.pk, finished_at=None).update(
        state=ReplayState.CANCELLED, finished_at=Now(), claim=None, lease_until=None
    )
    return bool(stopped)


def work(replay_id: int, *, seconds: float = RUN_SECONDS) -> timedelta | None:
    """Go on with a run; after how long to come back, None if it is over or somebody is at it."""
    token = uuid4()
    if not change(_CLAIM, replay=replay_id, token=token, lease=LEASE):
        return None
    ends_at = time.monotonic() + seconds
    try:
        while (wait := _step(replay_id, token)) is not None:
            if wait or time.monotonic() >= ends_at:
                return wait
    finally:
        change(_RELEASE, replay=replay_id, token=token)
    return None


def unfinished() -> list[int]:
    """Runs that nobody works on at the moment."""
    return [row[0] for row in fetch(_UNFINISHED)]


def refused_again(run: Replay) -> int:
    """How many of what was tried again came back for the same cause."""
    return _waiting(run).filter(due_at__gt=run.begun_at).count()


def _step(replay_id: int, token: UUID) -> timedelta | None:
    """One transaction; zero to go on at once, None when the run is over."""
    with transaction.atomic():
        runs = Replay.objects.select_for_update().filter(pk=replay_id, claim=token)
        run = runs.first()
        if run is None or run.state not in UNDER_WAY:
            return None
        if run.state == ReplayState.PROBING:
            return _probe(run)
        taken = _make_due(run, _next(run, CHUNK))
        if not taken:
            _end(run, ReplayState.DONE)
            return None
        log.info("replay.chunk", replay=run.pk, items=taken)
        return timedelta(0)


def _probe(run: Replay) -> timedelta | None:
    """Send a few, or see what became of them."""
    if not _is_sending(run):
        run.state = ReplayState.RUNNING
        run.save(update_fields=["state"])
        return timedelta(0)
    if not run.probes:
        run.probes = list(_next(run, PROBE_ROWS))
        run.save(update_fields=["probes"])
        if not _make_due(run, run.probes):
            _end(run, ReplayState.DONE)
            return None
        return ASK_AGAIN
    items = OutboxItem.objects.filter(pk__in=run.probes)
    still = {item.pk: item for item in items}
    back = [pk for pk, item in still.items() if _is_back(run, item)]
    under_way = [pk for pk, item in still.items() if item.state == "due"]
    if len(back) + len(under_way) < len(run.probes):
        run.state = ReplayState.RUNNING
        run.save(update_fields=["state"])
        return timedelta(0)
    if under_way:
        return ASK_AGAIN
    _end(run, ReplayState.REFUSED)
    return None


def _is_back(run: Replay, item: OutboxItem) -> bool:
    return bool(item.cause == run.cause)


def _to_be_probed(cause: Cause) -> bool:
    """What comes in is never refused by anybody else, so there is nothing to find out."""
    return cause.side is Side.OUT


def _is_sending(run: Replay) -> bool:
    """While nothing is sent, nothing is answered: resuming sends a few first, by itself."""
    return _integration(run.transfer_id).state == IntegrationState.ACTIVE


def _integration(transfer: int) -> Integration:
    return Integration.objects.select_related("connection").get(connection__transfers=transfer)


def _waiting(run: Replay) -> QuerySet[Any]:
    cause = Cause(Side(run.side), run.transfer_id, run.cause)
    if cause.side is Side.OUT:
        return groups.parked_contacts(cause)
    return groups.parked_records(cause)


def _next(run: Replay, size: int) -> list[int]:
    """The next of those that waited when the run began, the oldest first."""
    waiting = _waiting(run).filter(due_at__lte=run.begun_at).order_by("due_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:size])


def _make_due(run: Replay, items: list[int]) -> int:
    chosen = _waiting(run).filter(pk__in=items)
    transfer = run.transfer_id
    if run.side == Side.OUT:
        count = replay.make_due(chosen, transfers=[transfer], gently=True)
    else:
        count = replay.make_records_due(chosen, transfer=transfer)
    run.done += count
    run.total = max(run.total, run.done)
    run.save(update_fields=["done", "total"])
    change(
        "UPDATE sync_replay SET lease_until = clock_timestamp() + %(lease)s WHERE id = %(replay)s",
        lease=LEASE,
        replay=run.pk,
    )
    return count


def _end(run: Replay, state: ReplayState) -> None:
    Replay.objects.filter(pk=run.pk).update(
        state=state, finished_at=Now(), claim=None, lease_until=None
    )
    log.info("replay.ended", replay=run.pk, state=str(state), items=run.done)
