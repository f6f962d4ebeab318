"""Comparing linked pairs: their records read by id, ours beside them, judged by the engine.

The guard is that of every look: a view counts only if nothing is in flight on the link and the
link has not moved since the reading began. What the flow knows of a contact is read in one moment
with the contact itself, so that an edit which is on its way is never taken for drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from raccord.engine import retry
from raccord.engine.reconcile import Comparison, Known, Result, Why, compare
from raccord.engine.records import Priority, Record, Subject
from raccord.sync import rows
from raccord.sync.models import LinkState
from raccord.sync.reconcile import knowledge
from raccord.sync.reconcile.findings import Found, Scope
from raccord.sync.reconcile.knowledge import Upcoming
from raccord.sync.rows import SeenRow
from raccord.sync.statements import fetch, snapshot
from raccord.sync.steps import Claim, Claimed, Route

log = structlog.get_logger(__name__)

READS = 3
"""How often a pair that moves meanwhile is read before it is left to the flow."""

_LINKED = """
SELECT id, contact FROM sync_link
WHERE transfer_id = %(transfer)s AND state = 'linked' AND id > %(position)s
ORDER BY id LIMIT %(limit)s
"""
_RECORDS = """
SELECT contact, remote_id FROM sync_link
WHERE transfer_id = %(transfer)s AND contact = ANY(%(contacts)s) AND state = 'linked'
"""


@dataclass(slots=True)
class Compared:
    """What some pairs came to. living: records that were seen. calls: made for it."""

    found: list[Found] = field(default_factory=list)
    living: int = 0
    calls: int = 0


def some(route: Route, *, after: int, limit: int) -> tuple[list[int], int]:
    """The contacts of the next linked pairs, and the place that is reached with them."""
    found = fetch(_LINKED, transfer=route.transfer, position=after, limit=limit)
    return [contact for _, contact in found], found[-1][0] if found else after


def compared(route: Route, contacts: Sequence[int]) -> Compared:
    """Compare the linked pairs of these contacts. Raises what the connector raises."""
    result = Compared()
    left = list(contacts)
    for _ in range(READS):
        if left:
            left = _look(route, left, result)
    moving = Comparison(Result.WAITING, Why.MOVING)
    result.found += [Found(Scope.PAIRS, moving, contact) for contact in left]
    return result


def _look(route: Route, contacts: Sequence[int], result: Compared) -> list[int]:
    """One reading of both sides; gives those who moved meanwhile."""
    rows.forget_dead_departures(route, contacts)
    started = rows.next_move()
    views = _views(route, contacts, result)
    upcoming = knowledge.upcoming(route)
    with snapshot():
        seen = rows.read(route, _nothing_claimed(contacts, now=upcoming.now))
        known = knowledge.of_contacts(route, contacts)
    moved = []
    for row in seen:
        link = row.link
        if link is None or link.remote_id is None or link.state != LinkState.LINKED:
            continue  # it was unlinked meanwhile; who has no counterpart is judged later
        if link.busy or link.moved >= started:
            moved.append(row.claimed.contact)
            continue
        view = views.get(link.remote_id)
        result.living += view is not None and not view.deleted
        judged = _judged(route, row, view, known, upcoming)
        result.found.append(Found(Scope.PAIRS, judged, row.claimed.contact, link.remote_id))
    return moved


def _views(route: Route, contacts: Sequence[int], result: Compared) -> Mapping[str, Record]:
    ids = [each for _, each in fetch(_RECORDS, transfer=route.transfer, contacts=list(contacts))]
    fields = sorted({pair.remote.name for pair in route.spec.pairs})
    views: dict[str, Record] = {}
    for part in _parts(ids, route.limits.rows_per_read):
        result.calls += 1
        read = route.connector.fetch(route.spec.object, part, fields)
        views.update((record.id, record) for record in read)
    return views


def _judged(
    route: Route,
    row: SeenRow,
    view: Record | None,
    known: Mapping[int, Known],
    upcoming: Upcoming,
) -> Comparison:
    """The engine's word. A pair that cannot be judged is a bug: counted as such, others go on."""
    subject = Subject(
        contact=row.claimed.contact,
        external_id=row.external_id,
        local=row.local,
        operations=frozenset(),
        link=row.as_state(remote_id=None),
        view=view,
        evidence=row.evidence,
    )
    try:
        return compare(subject, route.spec, known=upcoming.with_view(known, row, view, route.spec))
    except Exception:
        log.exception("reconcile.compare_failed", contact=row.claimed.contact)
        return Comparison(Result.HELD, retry.INTERNAL)


def _nothing_claimed(contacts: Sequence[int], *, now: datetime) -> Claim:
    """What `rows.read` reads by; no item is touched."""
    items = (
        Claimed(0, contact, 0, frozenset(), Priority.BACKFILL, attempts=0) for contact in contacts
    )
    return Claim(token=UUID(int=0), now=now, items=tuple(items))


def _parts(ids: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
