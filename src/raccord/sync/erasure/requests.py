"""Step 1 of an erasure: the request. After: `finishing.py`.

The contact is deleted at once, so that no list and no page shows it. What becomes of its records is
noted on the links, and the one mover does it: they are deleted, or left as they are.
"""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from raccord.connections.models import DataTransfer
from raccord.contacts import barrier, changes, contact_rows, traces, wakeups
from raccord.contacts.models import Contact, Subscription
from raccord.engine.errors import BadInput
from raccord.engine.records import Origin
from raccord.engine.rules import Decided
from raccord.installation.models import Elsewhere, ErasedTrait, Erasure
from raccord.sync import due
from raccord.sync.erasure import finishing, register
from raccord.sync.models import Link, LinkState
from raccord.sync.rows import next_move

log = structlog.get_logger(__name__)

UNDER_WAY = "raccord.erasure.under_way"
OVER = "raccord.erasure.over"

_PAIRED = (LinkState.CREATING, LinkState.LINKED)


def ask(contact: Contact, *, elsewhere: Elsewhere, origin: Origin) -> Erasure:
    """Erase the person of a contact, which may be deleted already.

    What nothing holds up is removed before this returns; the rest once it may be, by the sweep.
    Raises BadInput if the person is being erased already.
    """
    digests = register.of_contact(
        contact.project_id, traces.known_by(contact), records=_records(contact)
    )
    try:
        with barrier.shared(contact.project_id):
            erasure = Erasure.objects.create(
                project=contact.project_id,
                contact=contact.pk,
                asked_by=origin.actor,
                elsewhere=elsewhere,
                digest=digests[0],
            )
            register.enter(erasure, digests)
            changes.delete(contact.project, [contact.pk], origin=origin)
            _decide(contact, elsewhere)
    except IntegrityError:
        raise BadInput(UNDER_WAY) from None
    log.info("erasure.asked_for", erasure=erasure.pk, elsewhere=elsewhere)
    finishing.finish(erasure.pk)
    erasure.refresh_from_db()
    return erasure


def leave_there(erasure: Erasure) -> Erasure:
    """Wait for the other side no longer: what is left there stays, here everything is removed.

    Raises BadInput if it is over.
    """
    with barrier.shared(erasure.project):
        waiting = Erasure.objects.filter(pk=erasure.pk, finished_at=None)
        if not waiting.update(elsewhere=Elsewhere.LEAVE):
            raise BadInput(OVER)
        contact = Contact.objects.filter(pk=erasure.contact).first()
        if contact is not None:
            _decide(contact, Elsewhere.LEAVE)
    finishing.finish(erasure.pk)
    erasure.refresh_from_db()
    return erasure


@transaction.atomic
def take_in_again(erasure: Erasure) -> None:
    """From now on the person may come back like anybody else; the proof stays."""
    Erasure.objects.filter(pk=erasure.pk).update(comes_back=True)
    ErasedTrait.objects.filter(erasure=erasure).delete()
    log.info("erasure.comes_back", erasure=erasure.pk)


def has_records(contact: Contact) -> bool:
    """Whether there is anything over there that could be deleted."""
    linked = Link.objects.filter(contact=contact.pk, state__in=_PAIRED)
    return linked.exclude(remote_id=None).exists()


def _records(contact: Contact) -> list[tuple[int, str]]:
    rows = Link.objects.filter(contact=contact.pk).exclude(remote_id=None)
    return [
        (connection, remote_id or "")
        for connection, remote_id in rows.order_by("pk").values_list(
            "transfer__connection_id", "remote_id"
        )
    ]


def _decide(contact: Contact, elsewhere: Elsewhere) -> None:
    """The locks in the order of the flow: contact, links, outbox items."""
    delete = elsewhere == Elsewhere.DELETE
    contact_rows.locked_by_id(contact.project_id, [contact.pk])
    links = Link.objects.select_for_update().filter(contact=contact.pk).order_by("pk")
    for link in links:
        Link.objects.filter(pk=link.pk).update(
            decided=Decided.DELETE_RECORD if delete else Decided.KEEP_RECORD,
            decided_at=Now(),
            moved=next_move(),
        )
    transfers = [link.transfer_id for link in links if delete and link.state in _PAIRED]
    mine = Subscription.objects.filter(transfer__in=transfers).order_by("active", "pk")
    for transfer, subscription in {each.transfer: each.pk for each in mine}.items():
        due.look_at(subscription, [contact.pk])
        wakeups.outbound_after_commit([transfer])


def waits_for(erasure: Erasure) -> list[str]:
    """The names of the connections whose records are yet to be deleted."""
    if erasure.finished_at is not None or erasure.elsewhere == Elsewhere.LEAVE:
        return []
    waiting = Link.objects.filter(contact=erasure.contact, state__in=finishing.UNFINISHED)
    transfers = DataTransfer.objects.filter(links__in=waiting).select_related("connection")
    return sorted({transfer.connection.name for transfer in transfers})
