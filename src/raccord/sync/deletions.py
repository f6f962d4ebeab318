"""A person answers what a deletion on one side does on the other, for one pair or for many.

The flow parks such a contact under the rule "ask" (`engine.parting`) and touches nothing. What was
decided is noted on the link, and a look is asked for: the one mover deletes the record, or leaves
it. A contact is deleted here by the person's own act. Whatever is to be deleted because the other
side deleted it is read once more before: nothing is deleted by what was true some time ago.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from django.db.models import QuerySet
from django.db.models.functions import Now

from raccord.connections.models import DataTransfer
from raccord.contacts import barrier, changes, contact_rows, wakeups
from raccord.contacts.models import OutboxItem, OutboxState, Subscription
from raccord.engine.errors import BadInput
from raccord.engine.parting import DELETED_HERE, DELETED_THERE
from raccord.engine.records import (
    Origin,
)
from raccord.engine.rules import Decided
from raccord.sync import due
from raccord.sync.asking import ask
from raccord.sync.models import Link, LinkState
from raccord.sync.rows import next_move

log = structlog.get_logger(__name__)

NOT_WAITING = "raccord.deletion.not_waiting"
THERE_AGAIN = "raccord.deletion.there_again"
HERE_AGAIN = "raccord.deletion.here_again"
HAS_RECORD = "raccord.deletion.has_record"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it: how many were decided, and why the others were not."""

    decided: int
    problems: tuple[BadInput, ...] = ()


def waiting(transfers: Collection[int]) -> QuerySet[OutboxItem]:
    """The items of these data transfers that wait for such an answer."""
    items = OutboxItem.objects.filter(
        state=OutboxState.PARKED, reason__in=[DELETED_HERE, DELETED_THERE]
    )
    return items.filter(subscription__transfer__in=list(transfers)).select_related("subscription")


def delete_there(transfer: DataTransfer, items: Sequence[OutboxItem]) -> Answered:
    """The records of contacts that were deleted here are to be deleted as well."""
    return _each(transfer, items, reason=DELETED_HERE, decided=Decided.DELETE_RECORD)


def keep_there(transfer: DataTransfer, items: Sequence[OutboxItem]) -> Answered:
    """They stay, and nobody is asked again unless the contact comes back and is deleted anew."""
    return _each(transfer, items, reason=DELETED_HERE, decided=Decided.KEEP_RECORD)


def keep_here(transfer: DataTransfer, items: Sequence[OutboxItem]) -> Answered:
    """The contacts whose records were deleted stay, and nobody is asked again."""
    return _each(transfer, items, reason=DELETED_THERE, decided=Decided.KEEP_CONTACT)


def delete_here(transfer: DataTransfer, items: Sequence[OutboxItem], *, origin: Origin) -> Answered:
    """Delete the contacts whose records were deleted over there and are not there again.

    Reads these records, and raises what a connector raises.
    """
    links = Link.objects.filter(transfer=transfer, contact__in=[each.contact for each in items])
    record_of = {link.contact: link.remote_id or "" for link in links}
    asked = ask(transfer, [each for each in record_of.values() if each])
    living = {view.id for view in asked.views.values() if not view.deleted}
    back = [each for each in items if record_of.get(each.contact) in living]
    for each in back:
        _take_back(transfer, each)
    gone = [each for each in items if each not in back]
    answered = _each(transfer, gone, reason=DELETED_THERE, decided=None, origin=origin)
    problems = (*answered.problems, *(BadInput(THERE_AGAIN) for _ in back))
    return Answered(answered.decided, problems)


def make_anew(transfer: DataTransfer, contact: int) -> None:
    """Let a contact that lost its record have another one, as if it had never had any.

    Raises BadInput if it has one.
    """
    with barrier.shared(transfer.connection.project_id):
        lost = Link.objects.select_for_update().filter(transfer=transfer, contact=contact)
        link = lost.filter(state__in=[LinkState.GONE, LinkState.LET_GO], in_flight=None).first()
        if link is None:
            raise BadInput(HAS_RECORD)
        link.state, link.remote_id, link.decided = LinkState.ENDED, None, Decided.NOT_YET
        link.parted, link.moved = {}, next_move()
        link.save()
        _look(transfer, contact)
    log.info("link.made_anew", transfer=transfer.pk, contact=contact)


def _each(
    transfer: DataTransfer,
    items: Sequence[OutboxItem],
    *,
    reason: str,
    decided: Decided | None,
    origin: Origin | None = None,
) -> Answered:
    """Decide contact by contact: what is wrong with one keeps no other one waiting."""
    problems = []
    for item in items:
        try:
            with barrier.shared(transfer.connection.project_id):
                _decide(transfer, item, reason=reason, decided=decided, origin=origin)
        except BadInput as problem:
            problems.append(problem)
    done = len(items) - len(problems)
    log.info("deletion.decided", transfer=transfer.pk, answers=done, refused=len(problems))
    return Answered(done, tuple(problems))


def _decide(
    transfer: DataTransfer,
    item: OutboxItem,
    *,
    reason: str,
    decided: Decided | None,
    origin: Origin | None,
) -> None:
    """The locks in the order of the flow: contact, link, outbox item."""
    project = transfer.connection.project
    stored = contact_rows.locked_by_id(project.pk, [item.contact]).get(item.contact)
    link = Link.objects.select_for_update().filter(transfer=transfer, contact=item.contact).first()
    locked = OutboxItem.objects.select_for_update(of=("self",))
    still = locked.filter(pk=item.pk, state=OutboxState.PARKED, reason=reason)
    if link is None or link.in_flight is not None or not still.exists():
        raise BadInput(NOT_WAITING)
    deleted_here = stored is None or stored.deleted
    if deleted_here is not (reason == DELETED_HERE):
        raise BadInput(NOT_WAITING if deleted_here else HERE_AGAIN)
    if reason == DELETED_THERE and link.state != LinkState.GONE:
        raise BadInput(THERE_AGAIN)
    if decided is None:
        assert origin is not None  # noqa: S101 - a contact is deleted by somebody
        changes.delete(project, [item.contact], origin=origin)
    else:
        Link.objects.filter(pk=link.pk).update(decided=decided, decided_at=Now(), moved=next_move())
    due.look_at(item.subscription_id, [item.contact])
    wakeups.outbound_after_commit([transfer.pk])


def _take_back(transfer: DataTransfer, item: OutboxItem) -> None:
    """The record is there again before its hint came: the merge goes on."""
    with barrier.shared(transfer.connection.project_id):
        gone = Link.objects.select_for_update().filter(
            transfer=transfer, contact=item.contact, state=LinkState.GONE
        )
        gone.update(state=LinkState.LINKED, decided=Decided.NOT_YET, parted={}, moved=next_move())
        due.look_at(item.subscription_id, [item.contact])
        wakeups.outbound_after_commit([transfer.pk])


def _look(transfer: DataTransfer, contact: int) -> None:
    mine = Subscription.objects.filter(transfer=transfer.pk)
    if subscription := mine.order_by("-active", "-pk").first():
        due.look_at(subscription.pk, [contact])
        wakeups.outbound_after_commit([transfer.pk])
