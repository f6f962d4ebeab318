"""Step 4 of outbound, where there is something to note that needs no call. Before: decide.

What a view has explained, a counterpart that was found, and the values where the other side
wins: the last are written on our side by `contacts.changes`, in the same transaction as the base
that says so. The change is pulled through this transfer, so it does not come back out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from raccord.contacts import changes
from raccord.contacts.changes import ContactChange, RowResult
from raccord.contacts.differences import Outcome
from raccord.contacts.models import Project
from raccord.engine.errors import Failure, MatchAmbiguous
from raccord.sync import delivery_log, delivery_rows, items
from raccord.sync.bisection import bisect
from raccord.sync.look import MATCH_TAKEN
from raccord.sync.models import LinkState
from raccord.sync.statements import as_json, fetch
from raccord.sync.steps import SHORTLY, Agreement, Claim, Fate, Route, Verdict
from raccord.sync.stored_forms import dump_base

_GIVEN = """
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS given (contact bigint, started bigint, base jsonb, remote_id text, state text,
               anew boolean, parted jsonb)
"""
_UPDATE = f"""
UPDATE sync_link AS link
SET base = CASE WHEN given.anew THEN given.base ELSE link.base || given.base END,
    sent = NULL, before = NULL, match_key = '', as_known_until = NULL,
    remote_id = given.remote_id, state = given.state, moved = nextval('sync_moves'),
    settled_at = clock_timestamp(),
    decided = CASE WHEN given.state = 'linked' OR given.anew THEN '' ELSE link.decided END,
    parted = CASE WHEN given.parted IS NOT NULL THEN given.parted
                  WHEN given.anew THEN '{{}}' ELSE link.parted END
{_GIVEN}
WHERE link.transfer_id = %(transfer)s AND link.contact = ANY(%(contacts)s)
  AND link.contact = given.contact
  AND link.in_flight IS NULL AND link.moved < given.started
RETURNING link.contact, link.moved
"""  # noqa: S608 - made of constants
_INSERT = f"""
INSERT INTO sync_link
    (transfer_id, contact, remote_id, state, base, moved, match_key, answer, settled_at)
SELECT %(transfer)s, given.contact, given.remote_id, given.state, given.base,
       nextval('sync_moves'), '', '{{}}', clock_timestamp()
{_GIVEN}
ORDER BY given.contact
ON CONFLICT (transfer_id, contact) DO NOTHING
RETURNING contact, moved
"""


class _OvertakenError(Exception):
    """Somebody else went on with a pair since the look: what was seen then is written nowhere."""


def agree(route: Route, claim: Claim, agreements: Sequence[Agreement]) -> list[Verdict]:
    """Store what holds; a verdict for each row that could not be stored and stays due.

    A sighting that goes on to depart is told that its own agreement moved the link.
    """

    def attempt(rows: Sequence[Agreement]) -> list[Verdict]:
        with transaction.atomic():
            return _agree(route, claim, rows)

    def alone(row: Agreement, failure: Exception) -> list[Verdict]:
        if isinstance(failure, _OvertakenError):
            return [Verdict(row.sighting.claimed, Fate.AGAIN, at=claim.now + SHORTLY)]
        return [taken(row)]

    def taken(row: Agreement) -> Verdict:
        found = (row.remote_id,) if row.remote_id else ()
        failure = MatchAmbiguous(MATCH_TAKEN, {"object": route.spec.object}, candidates=found)
        return Verdict(row.sighting.claimed, Fate.PARKED, failure)

    ordered = sorted(agreements, key=lambda row: row.sighting.claimed.contact)
    return bisect(ordered, attempt, alone=alone, on=(IntegrityError, _OvertakenError))


def _agree(route: Route, claim: Claim, rows: Sequence[Agreement]) -> list[Verdict]:
    move, refused = _write_local(route, claim, [row for row in rows if row.local])
    taken = [row for row in rows if row.sighting.claimed.contact not in refused]
    moved = _store(route, claim, taken)
    stored = [row for row in taken if row.sighting.claimed.contact in moved]
    if any(row.local for row in taken if row.sighting.claimed.contact not in moved):
        raise _OvertakenError
    entries = delivery_rows.of_agreements(route, stored, move=move)
    delivery_log.write(route.transfer, entries)
    verdicts = list(refused.values())
    for row in taken:
        claimed = row.sighting.claimed
        if claimed.contact in moved:
            row.sighting.started = moved[claimed.contact] + 1
            row.sighting.linked_now = True
        else:
            verdicts.append(Verdict(claimed, Fate.AGAIN, at=claim.now + SHORTLY))
    return verdicts


def _store(route: Route, claim: Claim, rows: Sequence[Agreement]) -> dict[int, int]:
    """contact -> the move drawn for it; a link that is not there yet is made."""
    alive = items.alive(claim, [row.sighting.claimed.item for row in rows])
    ours = [row for row in rows if row.sighting.claimed.item in alive]
    given = {row.sighting.claimed.contact: _given(row) for row in ours}
    if not given:
        return {}
    by_contact = {"rows": as_json(given.values()), "contacts": list(given)}
    moved = dict(fetch(_UPDATE, **by_contact, transfer=route.transfer))
    new = [row for contact, row in given.items() if contact not in moved]
    if new:
        moved.update(fetch(_INSERT, rows=as_json(new), transfer=route.transfer))
    return moved


def _given(row: Agreement) -> Mapping[str, object]:
    return {
        "contact": row.sighting.claimed.contact,
        "started": row.sighting.started,
        "base": dump_base(row.entries),
        "anew": row.state == LinkState.LET_GO
        or (row.sighting.link is not None and row.sighting.link.anew),
        "parted": row.parted,
        "remote_id": row.remote_id,
        "state": row.state,
    }


def _write_local(
    route: Route, claim: Claim, rows: Sequence[Agreement]
) -> tuple[int | None, dict[int, Verdict]]:
    """Take over what the other side decides: the move's number, and a verdict for each contact
    that did not take it."""
    if not rows:
        return None, {}
    origin, move = delivery_log.origin_of_a_move(route.transfer)
    results = changes.apply_by_id(
        Project.objects.get(pk=route.project),
        [_change(row) for row in rows],
        origin=origin,
    )
    verdicts = (_refused(row, result, claim) for row, result in zip(rows, results, strict=True))
    return move, {verdict.claimed.contact: verdict for verdict in verdicts if verdict is not None}


def _change(row: Agreement) -> ContactChange:
    local = row.sighting.subject.local or {}
    seen = {key: local.get(key) for key in row.local}
    return ContactChange(row.local, contact=row.sighting.claimed.contact, rendered=seen)


def _refused(row: Agreement, result: RowResult, claim: Claim) -> Verdict | None:
    claimed = row.sighting.claimed
    if result.clashes or result.contact is None:
        return Verdict(claimed, Fate.AGAIN, at=claim.now + SHORTLY)
    if result.outcome is Outcome.REJECTED or result.problems:
        problem = result.problems[0]
        failure = Failure(problem.code, {**problem.params, "field": problem.at}, problem.detail)
        return Verdict(claimed, Fate.HELD, failure)
    return None
