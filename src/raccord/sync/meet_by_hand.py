"""A person decides whom a record of theirs stands for, where `meeting.py` refused to guess.

The mirror of `link_by_hand.py`, which chooses a record for a contact. The record is read again and
its candidates are found again, so that nothing is linked by what was true some time ago. A chosen
pair is linked and looked at, as every link; a record that is kept apart is remembered as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import IntegrityError
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from raccord.connections.models import DataTransfer
from raccord.contacts import barrier, changes, wakeups
from raccord.contacts.changes import Outcome
from raccord.contacts.models import Contact, Subscription
from raccord.engine.errors import BadInput
from raccord.engine.records import Origin
from raccord.sync import chosen_links, due
from raccord.sync.asking import Asked, ask
from raccord.sync.inbox import INBOUND
from raccord.sync.models import InboxItem, InboxState, Link
from raccord.sync.whose import Person, recognise

log = structlog.get_logger(__name__)

NOT_WAITING = "raccord.meeting.not_waiting"
NOT_A_CANDIDATE = "raccord.meeting.not_a_candidate"
CONTACT_TAKEN = "raccord.meeting.contact_taken"
RECORD_TAKEN = "raccord.meeting.record_taken"
RECORD_GONE = "raccord.meeting.record_gone"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A record that waits for a decision; person: None where it is hidden or gone."""

    item: InboxItem
    person: Person | None


def waiting(transfer: DataTransfer) -> QuerySet[InboxItem]:
    """The records of a data transfer that wait for a person."""
    return InboxItem.objects.filter(transfer=transfer, state=InboxState.PARKED)


def strangers(transfer: DataTransfer, items: Sequence[InboxItem], asked: Asked) -> list[Stranger]:
    """These items with what the other side shows of them, and whom they could stand for now."""
    views = [
        view
        for item in items
        if (view := asked.views.get(item.remote_id)) is not None and not view.deleted
    ]
    people = recognise(transfer.connection.project, asked.spec, views) if views else []
    by_id = {person.view.id: person for person in people}
    return [Stranger(item, by_id.get(item.remote_id)) for item in items]


def link_to(transfer: DataTransfer, item: InboxItem, *, contact: int, origin: Origin) -> None:
    """Link the record to one of the contacts it could stand for.

    A contact that was deleted is restored first. Raises BadInput if the record no longer waits or
    is gone, if the contact is none of its candidates, or if either has a counterpart already; and
    what keeps a deleted contact from coming back. Nothing is changed then.
    """
    asked = ask(transfer, [item.remote_id])
    (stranger,) = strangers(transfer, [item], asked)
    if stranger.person is None:
        raise BadInput(RECORD_GONE)
    if contact not in (*stranger.person.contacts, stranger.person.deleted):
        raise BadInput(NOT_A_CANDIDATE)
    try:
        with barrier.shared(transfer.connection.project_id):
            _link(transfer, item, contact=contact, origin=origin)
    except IntegrityError:
        raise BadInput(RECORD_TAKEN) from None
    log.info("record.linked", transfer=transfer.pk, contact=contact)


def keep_apart(transfer: DataTransfer, item: InboxItem) -> None:
    """The record stands for none of our contacts; nobody is asked again when it changes."""
    kept = waiting(transfer).filter(pk=item.pk)
    changed = kept.update(
        state=InboxState.APART, version=F("version") + 1, claim=None, lease_until=None
    )
    if not changed:
        raise BadInput(NOT_WAITING)
    log.info("record.kept_apart", transfer=transfer.pk)


def try_again(transfer: DataTransfer, item: InboxItem) -> None:
    """Have the record looked at as if it had just changed; also one that was kept apart."""
    asleep = InboxItem.objects.filter(
        transfer=transfer, pk=item.pk, state__in=[InboxState.PARKED, InboxState.APART]
    )
    changed = asleep.update(
        state=InboxState.DUE,
        version=F("version") + 1,
        due_at=Now(),
        attempts=0,
        claims=0,
        reason="",
        parameters={},
        candidates=[],
    )
    if not changed:
        raise BadInput(NOT_WAITING)
    wakeups.after_commit(INBOUND, transfer=transfer.pk)
    log.info("record.tried_again", transfer=transfer.pk)


def _link(transfer: DataTransfer, item: InboxItem, *, contact: int, origin: Origin) -> None:
    """The locks in the order of the flow: barrier, contact, link, outbox item, inbox item."""
    _living(transfer, contact, origin=origin)
    taken = BadInput(CONTACT_TAKEN)
    chosen_links.store(transfer, contact, remote_id=item.remote_id, taken=taken)
    subscriptions = Subscription.objects.filter(transfer=transfer.pk)
    if subscription := subscriptions.order_by("-active", "-pk").first():
        due.look_at(subscription.pk, [contact])
        wakeups.outbound_after_commit([transfer.pk])
    if not waiting(transfer).select_for_update().filter(pk=item.pk).exists():
        raise BadInput(NOT_WAITING)
    chosen_links.end_question(transfer, item.remote_id)


def _living(transfer: DataTransfer, contact: int, *, origin: Origin) -> None:
    """Bring the contact back if it was deleted; raises BadInput if it cannot be."""
    project = transfer.connection.project
    locked = Contact.objects.select_for_update().filter(project=project, pk=contact)
    found = locked.first()
    if found is None:
        raise BadInput(NOT_A_CANDIDATE)
    if found.deleted_at is None:
        return
    # Restoring makes outbox items due, and links are locked before those.
    Link.objects.select_for_update().filter(transfer=transfer, contact=contact).first()
    result = changes.restore(project, contact, origin=origin)
    if result.outcome is Outcome.REJECTED:
        raise result.problems[0]
