"""Step 2 of an erasure: every trace is removed. Before: `requests.py`.

Not while a call for the contact is under way: its answer would write something down again, and what
it creates over there would have nobody here. Then in one transaction, in the order of the flow's
locks; the proof is completed by it.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.contacts import barrier, traces
from raccord.contacts.models import Contact
from raccord.installation.models import Elsewhere, Erasure
from raccord.sync.models import Link, LinkState
from raccord.sync.statements import change, fetch

log = structlog.get_logger(__name__)

UNFINISHED = (LinkState.CREATING, LinkState.LINKED, LinkState.ENDING)

# A call whose worker died is over once no answer to it can take effect any more.
_UNDER_WAY = """
SELECT EXISTS (
    SELECT FROM sync_link WHERE contact = %(contact)s AND in_flight IS NOT NULL
      AND departed_at > clock_timestamp() - interval '15 minutes'
)
"""
_LOCK_CONTACT = "SELECT id FROM contacts_contact WHERE id = %(contact)s FOR UPDATE"
_LOCK_LINKS = "SELECT id FROM sync_link WHERE contact = %(contact)s ORDER BY id FOR UPDATE"
_RECORDS = """
SELECT transfer_id, remote_id FROM sync_link
WHERE contact = %(contact)s AND remote_id IS NOT NULL
"""
_HINTS = """
DELETE FROM sync_inboxitem WHERE transfer_id = %(transfer)s AND remote_id = %(record)s
"""
# Who was a candidate is looked for anew.
_CANDIDATES = """
UPDATE sync_inboxitem
SET candidates = '{}', state = 'due', reason = '', parameters = '{}', version = version + 1,
    due_at = clock_timestamp()
WHERE %(contact)s = ANY(candidates) AND state = 'parked'
"""
_FLOW = {
    "links": "DELETE FROM sync_link WHERE contact = %(contact)s",
    "deliveries": "DELETE FROM sync_delivery WHERE contact = %(contact)s",
    "findings": "DELETE FROM sync_finding WHERE contact = %(contact)s",
}


def finish(erasure_id: int) -> bool:
    """Remove everything, if nothing holds it up; gives whether it is over."""
    erasure = Erasure.objects.get(pk=erasure_id)
    with barrier.shared(erasure.project):
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        if erasure.finished_at is not None:
            return True
        fetch(_LOCK_CONTACT, contact=erasure.contact)
        fetch(_LOCK_LINKS, contact=erasure.contact)
        if _is_held_up(erasure):
            return False
        erasure.removed = _remove(erasure)
        erasure.finished_at = Now()
        erasure.save()
    log.info("erasure.finished", erasure=erasure_id)
    return True


def finish_waiting() -> None:
    """Go on with what waited; called by the sweep of each minute."""
    for erasure in Erasure.objects.filter(finished_at=None).order_by("pk"):
        finish(erasure.pk)


def _is_held_up(erasure: Erasure) -> bool:
    if fetch(_UNDER_WAY, contact=erasure.contact)[0][0]:
        return True
    if erasure.elsewhere == Elsewhere.LEAVE:
        return False
    links = Link.objects.filter(contact=erasure.contact, state__in=UNFINISHED)
    return links.exclude(remote_id=None).exists()


@transaction.atomic
def _remove(erasure: Erasure) -> dict[str, int]:
    contact = erasure.contact
    records = fetch(_RECORDS, contact=contact)
    row = Contact.objects.filter(pk=contact).first()
    removed = traces.remove(row) if row else {}
    removed |= {kind: change(statement, contact=contact) for kind, statement in _FLOW.items()}
    removed["hints"] = sum(
        change(_HINTS, transfer=transfer, record=record) for transfer, record in sorted(records)
    )
    change(_CANDIDATES, contact=contact)
    return {kind: number for kind, number in removed.items() if number > 0}
