"""Two of our contacts, one record over there: theirs were merged, or one was converted into the
other's. A person says which contact stays, or leaves both as they are.

The contact that stays has the record from then on; the other one is deleted here, and with it
nothing over there. A "no" of the one that goes holds for the one that stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from django.db import IntegrityError
from django.db.models import Q, QuerySet

from raccord.connections.models import DataTransfer
from raccord.contacts import barrier, changes, contact_rows, wakeups
from raccord.contacts.changes import ContactChange
from raccord.contacts.differences import StoredContact
from raccord.contacts.models import OutboxItem, OutboxState, Subscription
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.consent import NO
from raccord.engine.errors import BadInput
from raccord.engine.parting import ONE_PERSON
from raccord.engine.records import (
    FieldType,
    Origin,
    Record,
)
from raccord.engine.rules import Decided
from raccord.sync import due, partings
from raccord.sync.asking import ask
from raccord.sync.models import Link, LinkState
from raccord.sync.moving import let_go, link_anew
from raccord.sync.rows import next_move

log = structlog.get_logger(__name__)

MOVED = "raccord.one_person.moved"


@dataclass(frozen=True, slots=True)
class OnePerson:
    """What waits. first: the contact whose record was taken over; other: whose record took it.

    target: the data transfer and the id of the record that is left.
    """

    item: OutboxItem
    first: Link
    other: Link
    view: Record
    target: int
    record: str


def waiting(transfers: list[int]) -> QuerySet[OutboxItem]:
    """The items of these data transfers that wait for such an answer."""
    items = OutboxItem.objects.filter(state=OutboxState.PARKED, reason=ONE_PERSON)
    return items.filter(subscription__transfer__in=transfers).select_related("subscription")


def other_contact(item: OutboxItem) -> int:
    """The second contact of a waiting item, as it was when somebody was asked; 0 if unknown."""
    told = str(item.parameters.get("other", ""))
    return int(told) if told.isascii() and told.isdecimal() else 0


def keep(transfer: DataTransfer, item: OutboxItem, *, contact: int, origin: Origin) -> None:
    """One of the two contacts stays and has the record; the other one is deleted here.

    Reads the record again. Raises BadInput if the two no longer stand as they did, and what a
    connector raises; nothing is changed then.
    """
    found = _read(transfer, item)
    both = (found.first.contact, found.other.contact)
    if contact not in both:
        raise BadInput(MOVED)
    (dropped,) = [each for each in both if each != contact]
    try:
        with barrier.shared(transfer.connection.project_id):
            _keep(transfer, found, kept=contact, dropped=dropped, origin=origin)
    except IntegrityError:
        raise BadInput(MOVED) from None
    log.info("one_person.kept", transfer=transfer.pk, contact=contact)


def leave(transfer: DataTransfer, item: OutboxItem) -> None:
    """Both contacts stay: the first without a record, the other with the one that is left."""
    with barrier.shared(transfer.connection.project_id):
        links = Link.objects.select_for_update()
        link = links.filter(transfer=transfer, contact=item.contact, in_flight=None).first()
        locked = OutboxItem.objects.select_for_update(of=("self",))
        if link is None or not _still(locked, item):
            raise BadInput(MOVED)
        link.decided, link.moved = Decided.KEEP_BOTH, next_move()
        link.save(update_fields=["decided", "moved"])
        due.look_at(item.subscription_id, [item.contact])
        wakeups.outbound_after_commit([transfer.pk])
    log.info("one_person.left", transfer=transfer.pk, contact=item.contact)


def _read(transfer: DataTransfer, item: OutboxItem) -> OnePerson:
    """The two links as they are now, by what the record itself says that it became."""
    first = Link.objects.filter(transfer=transfer, contact=item.contact).first()
    if first is None or not first.remote_id:
        raise BadInput(MOVED)
    view = ask(transfer, [first.remote_id]).views.get(first.remote_id)
    if view is None or not (view.converted_into or view.merged_into):
        raise BadInput(MOVED)
    target, record = transfer.pk, view.merged_into or ""
    if view.converted_into is not None:
        record = view.converted_into.id
        among = DataTransfer.objects.filter(connection=transfer.connection_id)
        target = among.values_list("pk", flat=True).get(object=view.converted_into.object)
    other = Link.objects.filter(transfer=target, remote_id=record).first()
    if other is None or other.contact == first.contact:
        raise BadInput(MOVED)
    return OnePerson(item, first, other, view, target=target, record=record)


def _keep(
    transfer: DataTransfer, found: OnePerson, *, kept: int, dropped: int, origin: Origin
) -> None:
    """The locks in the order of the flow: contacts, links, outbox item."""
    project = transfer.connection.project
    stored = contact_rows.locked_by_id(project.pk, [kept, dropped])
    if len(stored) != 2 or any(each.deleted for each in stored.values()):
        raise BadInput(MOVED)
    first, other, mine = _locked(found, kept=kept)
    if not _still(OutboxItem.objects.select_for_update(of=("self",)), found.item):
        raise BadInput(MOVED)
    parted = (
        partings.converted(found.view, found.view.converted_into)
        if found.view.converted_into
        else partings.merged_into(found.view)
    )
    if kept == first.contact:
        let_go(other, parted={})
        _link_kept(found, first, mine, parted=parted)
    else:
        let_go(first, parted=parted)
    _take_over_refusals(transfer, stored, kept=kept, dropped=dropped, origin=origin)
    changes.delete(project, [dropped], origin=origin)
    _look(found, kept)


def _locked(found: OnePerson, *, kept: int) -> tuple[Link, Link, Link | None]:
    """Both links, if they are as they were read and nobody is moving them; and the one that the
    kept contact has had in the data transfer in which the pair goes on."""
    wanted = Q(pk=found.first.pk) | Q(pk=found.other.pk)
    wanted |= Q(transfer=found.target, contact=kept)
    locked = Link.objects.select_for_update().filter(wanted).order_by("pk")
    links = {each.pk: each for each in locked}
    for before in (found.first, found.other):
        now = links.get(before.pk)
        if now is None or now.in_flight or now.moved != before.moved:
            raise BadInput(MOVED)
    there = (each for each in locked if (each.transfer_id, each.contact) == (found.target, kept))
    return links[found.first.pk], links[found.other.pk], next(there, None)


def _link_kept(
    found: OnePerson, first: Link, mine: Link | None, *, parted: partings.Parted
) -> None:
    """The first contact gets the record that is left, in this data transfer or in the other."""
    if found.target == first.transfer_id:
        link_anew(first, remote_id=found.record)
        return
    let_go(first, parted=parted)
    if mine is None:
        mine = Link(transfer_id=found.target, contact=first.contact)
    elif mine.in_flight or mine.state in (LinkState.LINKED, LinkState.CREATING):
        raise BadInput(MOVED)
    link_anew(mine, remote_id=found.record)


def _take_over_refusals(
    transfer: DataTransfer,
    stored: Mapping[int, StoredContact],
    *,
    kept: int,
    dropped: int,
    origin: Origin,
) -> None:
    """Whoever said no under either name has said no."""
    project = transfer.connection.project
    fields = ProjectFields.of(project)
    consents = [each.key for each in fields.specs.values() if each.type is FieldType.CONSENT]
    mine, theirs = (fields.typed(stored[each].values) for each in (kept, dropped))
    refused = {key: NO for key in consents if theirs.get(key) == NO and mine.get(key) != NO}
    if refused:
        changes.apply_by_id(project, [ContactChange(refused, kept)], origin=origin)


def _still(items: QuerySet[OutboxItem], item: OutboxItem) -> bool:
    return items.filter(pk=item.pk, state=OutboxState.PARKED, reason=ONE_PERSON).exists()


def _look(found: OnePerson, kept: int) -> None:
    """At both: what is left of the question ends, and the pair that goes on is compared."""
    due.look_at(found.item.subscription_id, [found.item.contact])
    for subscription in Subscription.objects.filter(transfer=found.target, active=True):
        due.look_at(subscription.pk, [kept])
    wakeups.outbound_after_commit({found.target, found.first.transfer_id})
