"""The story of inbound, top to bottom: how a change over there reaches our contacts.

`poll.py` (or whoever else hears of a change) puts a hint into the inbox; a run claims hints, finds
out whose records they name, and

- asks for a look at the contacts that are linked: `outbound.py` is the one mover of a link, so it
  reads both sides, merges them, and writes to either;
- links records to the contacts they turn out to stand for, and asks for the same look;
- makes contacts of people who are only known over there, where that is wanted.

What it cannot decide waits in the inbox for a person.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence, Set
from functools import partial

import structlog
from django.db import transaction

from raccord.contacts import barrier
from raccord.contacts.models import Project
from raccord.engine import retry
from raccord.engine.errors import Failure
from raccord.engine.records import OnlyThere, Priority, Record
from raccord.sync import due, early, inbox, meeting, troubles
from raccord.sync.early import Origins
from raccord.sync.inbox import Hinted, InboxClaim, Stays
from raccord.sync.meeting import Known, Met, meet
from raccord.sync.models import LinkState
from raccord.sync.opening import opened
from raccord.sync.outbound import RUN_SECONDS, Run
from raccord.sync.parallel import in_parallel
from raccord.sync.poll import fields_of, receives
from raccord.sync.routes import CLAIM_AT_MOST
from raccord.sync.steps import Route
from raccord.sync.whose import recognise

log = structlog.get_logger(__name__)

_LOOKED_AT = (LinkState.LINKED, LinkState.CREATING, LinkState.ENDING)


def take_in(transfer_id: int, *, seconds: float = RUN_SECONDS) -> Run:
    """Work on what the other side of a data transfer hinted at, until nothing is due.

    A failure of the connection ends the run and is noted where it belongs; bugs are raised, and
    what they hit is due again when its lease ends.
    """
    ends_at = time.monotonic() + seconds
    with opened(transfer_id, wanted=receives, priority=Priority.LIVE) as run:
        if run is None or run.slot is None:
            return Run()
        return _take_in(run.route, ends_at=ends_at)


def _take_in(route: Route, *, ends_at: float) -> Run:
    claimed = 0
    while (taken := inbox.claim(route.transfer, limit=CLAIM_AT_MOST)) is not None:
        claimed += len(taken.items)
        try:
            known = meeting.links(route, [each.remote_id for each in taken.items])
            views = _look(route, taken, known)
            origins = _origins(route, known, views)
        except Failure as failure:
            _give_back(taken, failure)
            troubles.meet(route.transfer, failure, attempts=1)
            return Run(claimed)
        _resolve(route, taken, views, origins)
        if time.monotonic() >= ends_at:
            return Run(claimed, work_left=True)
    return Run(claimed)


def _look(route: Route, taken: InboxClaim, links: Mapping[str, Known]) -> dict[str, Record]:
    """Read the records that no living link knows; the others are read by whoever moves them."""
    ids = [
        each.remote_id
        for each in taken.items
        if each.remote_id not in links or links[each.remote_id].state == LinkState.GONE
    ]
    fields = fields_of(route.spec)
    size = route.limits.rows_per_read
    reads = [
        partial(route.connector.fetch, route.spec.object, ids[at : at + size], fields)
        for at in range(0, len(ids), size)
    ]
    return {view.id: view for part in in_parallel(reads, route=route) for view in part}


def _origins(route: Route, links: Mapping[str, Known], views: dict[str, Record]) -> Origins:
    """What the records that may become contacts were before, if they were anything."""
    if route.spec.only_there is not OnlyThere.CREATE:
        return {}
    new = [view for view in views.values() if view.id not in links and not view.deleted]
    return early.converted_from(route, new)


def _resolve(route: Route, taken: InboxClaim, views: dict[str, Record], origins: Origins) -> None:
    """Decide and store it all in one transaction: contacts, links, outbox, inbox, in this order."""
    with barrier.shared(route.project):
        links = meeting.links(route, [each.remote_id for each in taken.items])
        known = [each for each in taken.items if each.remote_id in links]
        new = [each for each in taken.items if each.remote_id not in links]
        look_at = _of_known(route, known, links, views)
        met = _meet(route, taken, new, views, origins=origins)
        due.look_at(route.subscription, [*look_at, *met.look_at])
        waiting = {each.hinted.item for each in met.stays}
        done = [each for each in taken.items if each.item not in waiting]
        inbox.end(taken, done=done, stays=met.stays)
        early.look_at_origins(origins)
        meeting.wake(route, look=bool(look_at or met.look_at))
    log.info(
        "inbound.taken",
        transfer=route.transfer,
        items=len(taken.items),
        created=met.created,
        linked=met.linked,
        parked=sum(each.parked for each in met.stays),
    )


def _of_known(
    route: Route, hinted: Sequence[Hinted], links: dict[str, Known], views: dict[str, Record]
) -> list[int]:
    """The contacts to look at; a record that came back from its bin has its link again."""
    look_at = []
    changed = []
    for each in hinted:
        link = links[each.remote_id]
        view = views.get(each.remote_id)
        if link.state == LinkState.GONE:
            if view is not None and not view.deleted:
                meeting.take_back(route, link.contact)
                look_at.append(link.contact)
        elif link.state in _LOOKED_AT:
            changed.append((link.contact, each.as_known_until))
            look_at.append(link.contact)
    meeting.note_change(route, changed)
    return look_at


def _meet(
    route: Route,
    taken: InboxClaim,
    hinted: Sequence[Hinted],
    views: dict[str, Record],
    *,
    origins: Origins,
) -> Met:
    """What becomes of records that no link knows. One that is gone, hidden or converted is
    nobody's; unless it is about to be known, for which it waits."""
    known = {each.remote_id: each for each in hinted if each.remote_id in views}
    gone = [views[remote_id] for remote_id in known if views[remote_id].deleted]
    waiting = early.being_created(route, gone) | (origins.keys() & known.keys())
    waits = [_wait(known[remote_id], taken) for remote_id in sorted(waiting)]
    new = [views[remote_id] for remote_id in known if _is_somebody(views[remote_id], waiting)]
    if not new or route.spec.only_there is OnlyThere.IGNORE:
        return Met(taken.now, stays=waits)
    project = Project.objects.get(pk=route.project)
    people = recognise(project, route.spec, new)
    met = meet(route, project, [(known[each.view.id], each) for each in people], now=taken.now)
    met.stays += waits
    return met


def _is_somebody(view: Record, waiting: Set[str]) -> bool:
    return not view.deleted and view.converted_into is None and view.id not in waiting


def _wait(hinted: Hinted, taken: InboxClaim) -> Stays:
    return Stays(hinted, at=taken.now + retry.delay(hinted.attempts + 1))


def _give_back(taken: InboxClaim, failure: Failure) -> None:
    """Nothing was seen, so nothing is decided."""
    stays = [
        Stays(each, failure, at=taken.now + retry.delay(each.attempts + 1)) for each in taken.items
    ]
    with transaction.atomic():
        inbox.end(taken, done=[], stays=stays)
