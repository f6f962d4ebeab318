"""A pair that a person chose, stored as a link: from our contact's side or from their record's.

Called inside the transaction of `link_by_hand.py` or `meet_by_hand.py`, behind the barrier.
"""

from __future__ import annotations

from raccord.connections.models import DataTransfer
from raccord.engine.errors import BadInput
from raccord.sync import delivery_log
from raccord.sync.delivery_rows import Row
from raccord.sync.models import UNPAIRED, InboxItem, Link, LinkState, Moved
from raccord.sync.moving import link_anew
from raccord.sync.rows import next_move


def store(transfer: DataTransfer, contact: int, *, remote_id: str, taken: BadInput) -> None:
    """Make the two a pair; the next look says what is written to which side.

    A contact that lost its counterpart begins anew with this one. What an unanswered creation has
    sent stays on the link: the next view explains it. Raises `taken` if the contact has a
    counterpart or is being moved; IntegrityError if the record has.
    """
    links = Link.objects.select_for_update()
    link = links.filter(transfer=transfer, contact=contact).first()
    if link is None:
        link = Link(transfer=transfer, contact=contact)
    if link.state in UNPAIRED and not link.in_flight:
        link_anew(link, remote_id=remote_id)
    elif link.state != LinkState.CREATING or link.remote_id or link.in_flight:
        raise taken
    else:
        link.remote_id, link.state, link.match_key = remote_id, LinkState.LINKED, ""
        link.as_known_until = None
        link.moved = next_move()
        link.save()
    delivery_log.write(transfer.pk, [Row(contact, Moved.CHOSEN, remote_id=remote_id)])


def end_question(transfer: DataTransfer, remote_id: str) -> None:
    """Nobody has to say any more whom the record stands for. The last lock of the flow's order."""
    InboxItem.objects.filter(transfer=transfer, remote_id=remote_id).delete()
