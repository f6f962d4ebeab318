"""Step 2 of outbound: see what both sides hold. Before: claim; after: decide.

Linked records are read by id, unlinked people are looked up (see `lookups`). What somebody else
is moving is left alone: a view is usable only if nothing is in flight on the link and the link
has not moved since `started` was drawn. No clock and no remote stamp takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from raccord.engine.errors import MatchAmbiguous
from raccord.engine.records import (
    Record,
    Subject,
)
from raccord.engine.rules import Decided
from raccord.sync import rows
from raccord.sync.lookups import Found, find, owners
from raccord.sync.models import LinkState
from raccord.sync.parallel import in_parallel
from raccord.sync.rows import SeenRow
from raccord.sync.steps import SHORTLY, Claim, Fate, Route, Sighting, Verdict
from raccord.sync.unanswered import wait_until

MATCH_TAKEN = "raccord.sync.match_taken"


@dataclass(slots=True)
class Looked:
    """sightings: to be planned. verdicts: already clear. elsewhere: kept in another object.
    not_looked_for: on our side only, where such contacts are left alone."""

    sightings: list[Sighting] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    elsewhere: int = 0
    not_looked_for: int = 0


def look(route: Route, claim: Claim) -> Looked:
    """Everything the planner needs: one read per `rows_per_read` linked records, one look-up
    per `values_per_lookup` unlinked people. Raises what the connector raises."""
    rows.forget_dead_departures(route, [item.contact for item in claim.items])
    look_of = _Look(route, claim, started=rows.next_move())
    linked, unlinked = look_of.sort_out(rows.read(route, claim))
    if linked:
        unlinked += look_of.read(linked)
    if unlinked:
        look_of.meet(unlinked)
    return look_of.looked


class _Look:
    """One look at one claim, adding up what it sees."""

    def __init__(self, route: Route, claim: Claim, *, started: int) -> None:
        self._route = route
        self._claim = claim
        self._started = started
        self._looks_up = route.spec.look_up
        self.looked = Looked()

    def sort_out(self, seen: Sequence[SeenRow]) -> tuple[list[SeenRow], list[SeenRow]]:
        """Linked and unlinked rows; those that need no look get their verdict at once."""
        linked, unlinked = [], []
        for row in seen:
            link = row.link
            if row.local is not None and (link is None or link.anew) and not self._looks_up:
                self.looked.not_looked_for += 1
                self._verdict(Verdict(row.claimed, Fate.DONE))
            elif link is None:
                unlinked.append(row)
            elif link.busy:
                self._verdict(Verdict(row.claimed, Fate.AGAIN, at=self._claim.now + SHORTLY))
            elif link.state == LinkState.GONE:
                self._sighting(row)
            elif link.state in (LinkState.LINKED, LinkState.ENDING) and link.remote_id:
                linked.append(row)
            else:
                unlinked.append(row)
        return linked, unlinked

    def read(self, linked: Sequence[SeenRow]) -> list[SeenRow]:
        """See the linked records by their ids; returns those that we deleted ourselves since,
        whose contact has come back: they are met anew."""
        route = self._route
        ids = [row.link.remote_id for row in linked if row.link and row.link.remote_id]
        fields = sorted({pair.remote.name for pair in route.spec.pairs})
        size = route.limits.rows_per_read
        parts = [ids[at : at + size] for at in range(0, len(ids), size)]
        reads = [partial(route.connector.fetch, route.spec.object, part, fields) for part in parts]
        views = {record.id: record for part in in_parallel(reads, route=route) for record in part}
        survivors = owners(route, [view.merged_into for view in views.values() if view.merged_into])
        come_back = []
        for row in linked:
            view = views.get((row.link.remote_id if row.link else None) or "")
            if row.link is not None and _deleted_by_us(row, view):
                come_back.append(replace(row, link=rows.tombstone(row.link)))
            else:
                owner = survivors.get((view.merged_into if view else None) or "")
                self._sighting(row, view=view, owner=owner)
        return come_back

    def meet(self, unlinked: Sequence[SeenRow]) -> None:
        """Find the counterparts of unlinked people, and refuse to guess."""
        found = find(self._route, unlinked)
        for row in unlinked:
            candidates = found.candidates(row)
            if row.local is None:
                self._sighting(row, view=found.by_identity(row))
            elif taken := _taken(row, candidates, found):
                failure = MatchAmbiguous(
                    MATCH_TAKEN, {"object": self._route.spec.object}, candidates=taken
                )
                self._verdict(Verdict(row.claimed, Fate.PARKED, failure))
            elif not candidates and found.belongs_elsewhere(row):
                self.looked.elsewhere += 1
                self._verdict(Verdict(row.claimed, Fate.DONE))
            else:
                self._sighting(row, candidates=candidates)

    def _sighting(
        self,
        row: SeenRow,
        *,
        view: Record | None = None,
        candidates: Sequence[Record] = (),
        owner: int | None = None,
    ) -> None:
        """What the planner decides from. A record found for a deleted contact is its link.

        owner: the contact of the record that the linked one was merged into."""
        subject = Subject(
            contact=row.claimed.contact,
            external_id=row.external_id,
            local=row.local,
            operations=row.claimed.operations,
            link=row.as_state(remote_id=view.id if view else None),
            view=view,
            candidates=tuple(candidates),
            evidence=row.evidence,
            decided=row.link.decided if row.link else Decided.NOT_YET,
            merged_with=owner if owner != row.claimed.contact else None,
        )
        wait = None
        if row.link is not None:
            wait = wait_until(
                row.link,
                spec=self._route.spec,
                views=[view] if view else candidates,
                claim=self._claim,
                limits=self._route.limits,
            )
        self.looked.sightings.append(
            Sighting(row.claimed, subject, row.link, self._started, wait_until=wait)
        )

    def _verdict(self, verdict: Verdict) -> None:
        self.looked.verdicts.append(verdict)


def _deleted_by_us(row: SeenRow, view: Record | None) -> bool:
    """A deletion departed, was not answered, and has arrived; the contact lives again."""
    ending = row.link is not None and row.link.state == LinkState.ENDING
    return ending and row.local is not None and (view is None or view.deleted)


def _taken(row: SeenRow, candidates: Sequence[Record], found: Found) -> tuple[str, ...]:
    """Two contacts for one record: whoever came second waits for a person."""
    return tuple(record.id for record in candidates if found.taken(record, row))
