"""The database's side of a look: contacts and links of claimed items, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog

from raccord.contacts.evidence import from_json
from raccord.engine import records
from raccord.engine.records import (
    ConsentEvidence,
    Values,
)
from raccord.engine.rules import Decided
from raccord.sync.models import LinkState
from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE, Claim, Claimed, Route, StoredLink
from raccord.sync.stored_forms import StoredForms

log = structlog.get_logger(__name__)

_FORGET_DEAD = """
UPDATE sync_link SET in_flight = NULL, moved = nextval('sync_moves')
WHERE transfer_id = %(transfer)s AND contact = ANY(%(contacts)s)
  AND in_flight IS NOT NULL AND departed_at < clock_timestamp() - %(lease)s
"""
_READ = """
SELECT wanted.contact, contact.uid::text, contact.values::text, contact.evidence::text,
       contact.deleted_at IS NOT NULL,
       link.id IS NOT NULL, link.remote_id, link.state, link.base::text, link.sent::text,
       link.before::text, link.moved, link.in_flight IS NOT NULL, link.departed_at,
       link.sent IS NOT NULL AND link.before IS NOT NULL,
       link.as_known_until,
       CASE
           WHEN link.decided NOT IN ('keep_record', 'delete_record') THEN link.decided
           WHEN link.decided_at > contact.deleted_at THEN link.decided
           ELSE ''
       END
FROM unnest(%(contacts)s::bigint[]) AS wanted (contact)
LEFT JOIN contacts_contact AS contact ON contact.id = wanted.contact
LEFT JOIN sync_link AS link
       ON link.transfer_id = %(transfer)s AND link.contact = wanted.contact
"""


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A claimed item with its contact and link as stored. local: None when deleted."""

    claimed: Claimed
    external_id: str
    local: Values | None
    evidence: Mapping[str, ConsentEvidence]
    link: StoredLink | None

    def as_state(self, *, remote_id: str | None) -> records.LinkState:
        """The link as the planner sees it; an empty one where there is none yet."""
        if self.link is None:
            return records.LinkState(remote_id=remote_id, base={})
        return self.link.as_state(remote_id=self.link.remote_id or remote_id)


def next_move() -> int:
    """Draw a number from the sequence that orders looks, departures and settles."""
    number: int = fetch("SELECT nextval('sync_moves')")[0][0]
    return number


def forget_dead_departures(route: Route, contacts: Sequence[int]) -> None:
    """Take links back whose call outlived every lease; what was sent stays to be explained."""
    dead = change(_FORGET_DEAD, transfer=route.transfer, contacts=list(contacts), lease=LEASE)
    if dead:
        log.warning("outbound.departures_dead", transfer=route.transfer, rows=dead)


def read(route: Route, claim: Claim) -> list[SeenRow]:
    """Contacts and links of the claim's items, as they are now, in the claim's order."""
    forms = StoredForms(route.spec)
    contacts = [item.contact for item in claim.items]
    found = {row[0]: row for row in fetch(_READ, transfer=route.transfer, contacts=contacts)}
    return [_seen(item, found[item.contact], forms) for item in claim.items]


def tombstone(link: StoredLink, *, state: str = LinkState.ENDED) -> StoredLink:
    """A link whose record we deleted, or that was let go: whoever comes back begins anew."""
    return StoredLink(
        remote_id=None,
        state=state,
        base={},
        sent=None,
        before=None,
        moved=link.moved,
        busy=link.busy,
        departed_at=None,
        unanswered=False,
        as_known_until=None,
    )


def _seen(claimed: Claimed, row: tuple[Any, ...], forms: StoredForms) -> SeenRow:
    uid, values, given = row[1:4]
    deleted: bool = row[4] or uid is None
    return SeenRow(
        claimed=claimed,
        external_id=uid or "",
        local=None if deleted else forms.contact_values(values),
        evidence={} if deleted or given == "{}" else from_json(orjson.loads(given)),
        link=_link(row[6:], forms) if row[5] else None,
    )


def _link(columns: tuple[Any, ...], forms: StoredForms) -> StoredLink:
    remote_id, state, base, sent, before, moved, busy, departed_at, unanswered = columns[:9]
    known_departure: datetime | None = departed_at
    link = StoredLink(
        remote_id=remote_id,
        state=state,
        base=forms.base(base),
        sent=forms.sent(sent),
        before=forms.sent(before),
        moved=moved,
        busy=busy,
        departed_at=known_departure,
        unanswered=unanswered,
        as_known_until=columns[9],
        decided=Decided(columns[10]),
    )
    return tombstone(link, state=state) if link.anew else link
