"""Asks the other side what changed, page by page, and hints at what is news to us.

A row that comes back is a view: one that shows what our link says already is no news, and nothing
of it is stored. The others are passed on (`passing_on.py`), in the transaction that moves the
position.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from raccord.connectors import registry
from raccord.connectors.base import Changes, Position
from raccord.contacts import barrier
from raccord.engine import polling
from raccord.engine.errors import Failure
from raccord.engine.mapping import alike
from raccord.engine.merge import valid
from raccord.engine.records import OnlyThere, Priority, Record, TransferSpec
from raccord.sync import early, passing_on, readings, troubles
from raccord.sync.inbox import Hint
from raccord.sync.models import LinkState
from raccord.sync.opening import opened
from raccord.sync.readings import Pass
from raccord.sync.reconcile import runs
from raccord.sync.statements import fetch
from raccord.sync.steps import Route
from raccord.sync.stored_forms import StoredForms

log = structlog.get_logger(__name__)

POLL = "raccord.changes"
RUN_SECONDS = 20.0

_KNOWN = """
SELECT remote_id, state, base::text, sent IS NOT NULL AND before IS NOT NULL FROM sync_link
WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Read:
    """What a run came to. work_left: its time was over before the present was reached."""

    records: int = 0
    news: int = 0
    work_left: bool = False


def read_changes(transfer_id: int, *, seconds: float = RUN_SECONDS) -> Read:
    """Read what changed over there since the last time, if that is due.

    While all slots of the connection are taken nothing is read: whoever woke this run asks again
    when the reading is due, a second later at the soonest. A failure of the connection ends the
    run and is noted where it belongs.
    """
    ends_at = time.monotonic() + seconds
    with opened(
        transfer_id,
        wanted=receives,
        priority=Priority.LIVE,
        stale_after=polling.DESCRIBE_EVERY,
    ) as run:
        if run is None or run.slot is None:
            return Read()
        taken = readings.take(transfer_id, only_there=run.route.spec.only_there)
        if taken is None:
            return Read()
        try:
            return _pass(run.route, taken, ends_at=ends_at)
        except Failure as failure:
            readings.let_go(taken, wait=polling.interval(taken.idle))
            troubles.meet(transfer_id, failure, attempts=1)
            return Read()


def receives(route: Route) -> bool:
    """Whether anything of theirs may come to us this way."""
    source = registry.get(route.source)
    return source.capabilities.changes and (
        route.spec.receives or route.spec.only_there is OnlyThere.CREATE
    )


def _pass(route: Route, taken: Pass, *, ends_at: float) -> Read:
    """Go on with the pass, or begin one; to its end, unless the time is over before."""
    spec = route.spec
    fields = fields_of(spec)
    if taken.position is None:
        stable = route.connector.stable_until(spec.object) if taken.sweep_due else None
        taken = taken.begun(stable_until=stable)
    records = news = 0
    fresh = False
    while True:
        assert taken.position is not None  # noqa: S101 - begun above
        page = route.connector.changes(spec.object, fields, after=taken.position)
        troubles.over(route.connection)
        hints = list(_hints(route, page.records, taken))
        records, news = records + len(page.records), news + len(hints)
        # What waits for a decision differs at every reading: that is no reason to hurry.
        fresh |= any(hint.as_known_until is not None for hint in hints)
        taken = replace(taken, position=_after(page, taken.position))
        if not _store(route, taken, hints, last=not page.more, news=fresh):
            log.info("inbound.reading_lost", transfer=route.transfer)
            return Read(records, news)
        if not page.more:
            log.info("inbound.read", transfer=route.transfer, records=records, news=news)
            return Read(records, news)
        if time.monotonic() >= ends_at:
            readings.let_go(taken, wait=timedelta(0))
            return Read(records, news, work_left=True)


def _store(route: Route, taken: Pass, hints: list[Hint], *, last: bool, news: bool) -> bool:
    """What is passed on and the position stand or fall together."""
    with barrier.shared(route.project):
        kept = readings.finish(taken, news=news) if last else readings.move(taken)
        if kept:
            passing_on.pass_on(route, hints)
            if last:
                runs.after_gap(taken.transfer, last_read=taken.read_at, now=taken.now)
        return kept


def fields_of(spec: TransferSpec) -> list[str]:
    """What has to be read of a record to know whom it stands for and what it says."""
    identity = [spec.external_id_field] if spec.external_id_field else []
    mapped = (pair.remote.name for pair in spec.pairs)
    return sorted({*mapped, *identity, *(field for field, _ in spec.match_fields)})


def _after(page: Changes, position: Position) -> Position:
    if not page.records:
        return position
    last = page.records[-1]
    return Position(last.modified_at or position.stamp, last.id)


def _hints(route: Route, records: Iterable[Record], taken: Pass) -> Iterable[Hint]:
    """Those of the records that say something new."""
    views = list(records)
    known = _known(route, [view.id for view in views])
    gone = [view for view in views if view.deleted and view.id not in known]
    expected = early.being_created(route, gone)
    for view in views:
        link = known.get(view.id)
        nothing = link.shows(view) if link else _means_nothing(route.spec, view)
        if nothing and view.id not in expected:
            continue
        since = taken.high if view.modified_at and view.modified_at > taken.high else None
        yield Hint(view.id, as_known_until=since)


def _means_nothing(spec: TransferSpec, view: Record) -> bool:
    """A record that no link knows: one that is gone or converted, or that nobody asked for."""
    ended = view.deleted or view.converted_into is not None
    return ended or spec.only_there is OnlyThere.IGNORE


class _Known:
    """What one link says of its record."""

    def __init__(self, route: Route, row: tuple[str, str, str, bool], forms: StoredForms) -> None:
        _, self._state, self._base, self._unanswered = row
        self._spec, self._forms = route.spec, forms

    def shows(self, view: Record) -> bool:
        """Whether the view tells nothing but that: what we wrote ourselves does not come back."""
        if self._state == LinkState.ENDED:
            return True
        if view.converted_into is not None:
            return False
        if self._state == LinkState.GONE:
            return view.deleted
        if self._state != LinkState.LINKED or self._unanswered or view.deleted:
            return False
        base = self._forms.base(self._base)
        for pair in self._spec.pairs:
            entry = valid(pair, base.get(pair.local.key))
            if entry is None or not alike(
                pair.remote, entry.theirs, view.values.get(pair.remote.name)
            ):
                return False
        return True


def _known(route: Route, ids: list[str]) -> dict[str, _Known]:
    if not ids:
        return {}
    forms = StoredForms(route.spec)
    rows = fetch(_KNOWN, transfer=route.transfer, ids=ids)
    return {row[0]: _Known(route, row, forms) for row in rows}
