"""What the flow knows of contacts and records already, so that it is not taken for drift.

Something is on its way if its item is due; or if the next reading of their changes will bring it:
the record's stamp is newer than what was read, and changes are being read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from raccord.engine import polling
from raccord.engine.mapping import alike
from raccord.engine.merge import valid
from raccord.engine.reconcile import NOTHING_KNOWN, Known
from raccord.engine.records import Record, TransferSpec
from raccord.sync.decisions import DECIDED_BY_HAND
from raccord.sync.poll import receives
from raccord.sync.rows import SeenRow
from raccord.sync.statements import fetch
from raccord.sync.steps import Route

ALIVE = timedelta(minutes=15)
"""Changes that were read so long ago at most are being read: the next reading brings the rest."""

_OUTBOX = """
SELECT contact, state, reason FROM contacts_outboxitem
WHERE subscription_id = %(subscription)s AND contact = ANY(%(contacts)s)
"""
_HINTED = """
SELECT link.contact FROM sync_inboxitem AS item
JOIN sync_link AS link ON link.transfer_id = item.transfer_id AND link.remote_id = item.remote_id
WHERE item.transfer_id = %(transfer)s AND item.state = 'due' AND link.contact = ANY(%(contacts)s)
"""
_INBOX = """
SELECT remote_id, state FROM sync_inboxitem
WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s)
"""
_READ = """
SELECT clock_timestamp(), reading.high, reading.read_at
FROM (SELECT 1) AS one LEFT JOIN sync_reading AS reading ON reading.transfer_id = %(transfer)s
"""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What the next reading of their changes will bring. since: stamps from there on; None where
    changes are not being read."""

    now: datetime
    since: datetime | None

    def brings(self, view: Record) -> bool:
        stamp = view.modified_at
        return self.since is not None and stamp is not None and stamp >= self.since

    def with_view(
        self, known: Mapping[int, Known], row: SeenRow, view: Record | None, spec: TransferSpec
    ) -> Known:
        """What is known of a pair, what the next reading tells of its record included."""
        of_contact = known.get(row.claimed.contact, NOTHING_KNOWN)
        is_coming = view is not None and self.brings(view) and _is_news(row, view, spec)
        return replace(of_contact, due=True) if is_coming else of_contact


def upcoming(route: Route) -> Upcoming:
    """What the next reading will bring, as things stand."""
    now, high, read_at = fetch(_READ, transfer=route.transfer)[0]
    if not receives(route) or read_at is None or read_at < now - ALIVE:
        return Upcoming(now, None)
    return Upcoming(now, high - polling.OVERLAP)


def of_contacts(route: Route, contacts: Sequence[int]) -> dict[int, Known]:
    """What waits for these contacts, in either direction."""
    items = fetch(_OUTBOX, subscription=route.subscription, contacts=list(contacts))
    known = {contact: _of_item(state, reason) for contact, state, reason in items}
    for (contact,) in fetch(_HINTED, transfer=route.transfer, contacts=list(contacts)):
        known[contact] = replace(known.get(contact, NOTHING_KNOWN), due=True)
    return known


def of_records(route: Route, ids: Sequence[str]) -> tuple[dict[str, Known], frozenset[str]]:
    """What waits for these records; and which of them a person keeps apart."""
    items = fetch(_INBOX, transfer=route.transfer, ids=list(ids))
    known = {
        remote_id: Known(due=state == "due", undecided=state == "parked")
        for remote_id, state in items
    }
    return known, frozenset(remote_id for remote_id, state in items if state == "apart")


def _is_news(row: SeenRow, view: Record, spec: TransferSpec) -> bool:
    """Whether a reading would tell of the record: it does not show what the link says already."""
    if row.link is None or row.link.unanswered or view.deleted:
        return True
    entries = ((pair, valid(pair, row.link.base.get(pair.local.key))) for pair in spec.pairs)
    return any(
        entry is None or not alike(pair.remote, entry.theirs, view.values.get(pair.remote.name))
        for pair, entry in entries
    )


def _of_item(state: str, reason: str) -> Known:
    if state == "due":
        return Known(due=True)
    by_hand = state == "parked" and reason in DECIDED_BY_HAND
    return Known(undecided=by_hand, held="" if by_hand else reason or state)
