"""A pair goes on in another data transfer: their record became one of another object.

Beside `agree.py`, and like it without a call. The link ends here and says what became of it; where
the connection pairs contacts with that object, too, the contact is linked there and looked at as
at a first meeting, so that no consent is loosened. If the new record belongs to another contact, a
person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Q

from raccord.contacts import wakeups
from raccord.contacts.models import Subscription
from raccord.engine.errors import MatchAmbiguous
from raccord.engine.parting import ONE_PERSON
from raccord.engine.rules import Decided
from raccord.sync import delivery_log, due, items, partings, rows
from raccord.sync.delivery_rows import IN, Row
from raccord.sync.models import UNPAIRED, Link, LinkState, Moved
from raccord.sync.steps import SHORTLY, Claim, Fate, Move, Route, Verdict

log = structlog.get_logger(__name__)


def move(route: Route, claim: Claim, moves: Sequence[Move]) -> list[Verdict]:
    """Move each pair in a transaction of its own: conversions come one by one."""
    verdicts = []
    for each in moves:
        with transaction.atomic():
            verdicts.append(_move(route, claim, each))
    if moves:
        log.info("outbound.moved", transfer=route.transfer, rows=len(moves))
    return verdicts


def link_anew(link: Link, *, remote_id: str) -> None:
    """Pair a locked link's contact with this record; nothing is agreed yet."""
    link.remote_id, link.state, link.parted = remote_id, LinkState.LINKED, {}
    _begin_anew(link)


def let_go(link: Link, *, parted: partings.Parted) -> None:
    """Forget a locked link's counterpart, and say why."""
    link.remote_id, link.state, link.parted = None, LinkState.LET_GO, dict(parted)
    _begin_anew(link)


def _begin_anew(link: Link) -> None:
    """Store the link without anything that was agreed, sent or decided before."""
    link.base, link.sent, link.before, link.match_key = {}, None, None, ""
    link.as_known_until, link.decided, link.decided_at = None, "", None
    link.moved = rows.next_move()
    link.save()


def _move(route: Route, claim: Claim, each: Move) -> Verdict:
    claimed, sighting = each.sighting.claimed, each.sighting
    target = next((one for one in route.siblings if one.object == each.successor.object), None)
    links = _locked(route, each, target=target.key if target else None)
    mine = next((one for one in links if one.transfer_id == route.transfer), None)
    if mine is None or mine.in_flight or mine.moved >= sighting.started:
        return Verdict(claimed, Fate.AGAIN, at=claim.now + SHORTLY)
    if not items.alive(claim, [claimed.item]):
        return Verdict(claimed, Fate.AGAIN, at=claim.now + SHORTLY)
    paired = False
    if target is not None:
        there = [one for one in links if one.transfer_id == target.key]
        owner = next((one for one in there if _holds(one, each)), None)
        if owner is not None and owner.contact != claimed.contact:
            if sighting.subject.decided is not Decided.KEEP_BOTH:
                return _ask(route, each, other=owner.contact)
        elif not _link(target.key, each, [one for one in there if one.contact == claimed.contact]):
            return Verdict(claimed, Fate.AGAIN, at=claim.now + SHORTLY)
        else:
            paired = True
    assert sighting.subject.view is not None  # noqa: S101 - what the move was read from
    let_go(mine, parted=partings.converted(sighting.subject.view, each.successor))
    entry = Row(claimed.contact, Moved.FOLLOWED, IN, each.successor.id, view=sighting.subject.view)
    delivery_log.write(route.transfer, [entry])
    if target is not None and paired:
        _look_there(target.key, claimed.contact)
    return Verdict(claimed, Fate.DONE)


def _locked(route: Route, each: Move, *, target: int | None) -> list[Link]:
    """The contact's links here and there, and that of the record which it became."""
    contact = each.sighting.claimed.contact
    wanted = Q(transfer=route.transfer, contact=contact)
    if target is not None:
        wanted |= Q(transfer=target, contact=contact) | Q(
            transfer=target, remote_id=each.successor.id
        )
    return list(Link.objects.select_for_update().filter(wanted).order_by("pk"))


def _holds(link: Link, each: Move) -> bool:
    return link.remote_id == each.successor.id and link.state != LinkState.ENDED


def _link(target: int, each: Move, known: list[Link]) -> bool:
    """Pair the contact with what its record became, unless it is paired there; False: not yet."""
    if not known:
        link = Link(transfer_id=target, contact=each.sighting.claimed.contact)
    else:
        (link,) = known
        if link.in_flight or link.state in (LinkState.CREATING, LinkState.ENDING):
            return False
        if link.state not in UNPAIRED:
            return True
    stale = Link.objects.filter(transfer=target, remote_id=each.successor.id)
    stale.exclude(contact=link.contact).update(remote_id=None)
    link_anew(link, remote_id=each.successor.id)
    return True


def _ask(route: Route, each: Move, *, other: int) -> Verdict:
    about = {"object": each.successor.object, "other": str(other)}
    failure = MatchAmbiguous(ONE_PERSON, about, candidates=(each.successor.id,))
    return Verdict(each.sighting.claimed, Fate.PARKED, failure)


def _look_there(transfer: int, contact: int) -> None:
    for subscription in Subscription.objects.filter(transfer=transfer, active=True):
        due.look_at(subscription.pk, [contact])
        wakeups.outbound_after_commit([transfer])
