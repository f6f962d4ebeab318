"""Step 7 of outbound: store what both sides now hold, or why not. Before: send; last step.

One transaction for one call's answer, set-based. Links first, then items. A row that breaks a
constraint is settled alone. What an answer came too late for (another worker had taken the link
over) is left to `late`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from django.db import IntegrityError, transaction

from raccord.engine import retry
from raccord.engine.errors import Failure, MatchAmbiguous, RemoteGone, Transient
from raccord.engine.records import Action, BaseEntry, Outcome, Plan, Status
from raccord.sync import deliveries, delivery_log, delivery_rows, items
from raccord.sync.bisection import bisect
from raccord.sync.decide import end_of
from raccord.sync.late import CREATED_TWICE, settle_late
from raccord.sync.look import MATCH_TAKEN
from raccord.sync.models import LinkState
from raccord.sync.send import Answered
from raccord.sync.statements import as_json, fetch
from raccord.sync.steps import SHORTLY, Claim, Departure, Fate, Route, Verdict
from raccord.sync.stored_forms import dump_base, dump_values

log = structlog.get_logger(__name__)

TAKEN = {Status.CREATED, Status.UPDATED, Status.UNCHANGED, Status.DELETED}

# A write is *open* while nobody knows what became of it.
_SETTLE = """
UPDATE sync_link AS link
SET in_flight = NULL, moved = nextval('sync_moves'), base = link.base || given.base,
    sent = CASE WHEN given.keeps_sent THEN link.sent ELSE given.sent END,
    before = CASE WHEN given.open THEN coalesce(given.before, link.before) END,
    remote_id = coalesce(given.moved_to, link.remote_id, given.remote_id),
    state = coalesce(given.state, link.state),
    match_key = CASE WHEN given.open THEN link.match_key ELSE '' END,
    as_known_until = CASE WHEN given.open THEN link.as_known_until END,
    settled_at = CASE WHEN given.open THEN link.settled_at ELSE clock_timestamp() END,
    answer = given.answer || jsonb_build_object('at', clock_timestamp())
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (
    contact bigint, base jsonb, keeps_sent boolean, sent jsonb, before jsonb, open boolean,
    remote_id text, moved_to text, state text, answer jsonb
)
WHERE link.transfer_id = %(transfer)s AND link.contact = ANY(%(contacts)s)
  AND link.contact = given.contact AND link.in_flight = %(token)s
RETURNING link.contact, link.remote_id
"""


@dataclass(frozen=True, slots=True)
class Settling:
    """One row of an answer, and what it comes to."""

    departure: Departure
    outcome: Outcome
    verdict: Verdict
    state: str | None = None
    moved_to: str | None = None

    @property
    def contact(self) -> int:
        return self.departure.claimed.contact


def settle(route: Route, claim: Claim, answered: Answered) -> None:
    """Store one call's answer: links, then items."""
    if answered.stayed:
        items.end(claim, answered.stayed)
    outcomes = answered.outcomes or _failed(answered)
    rows = [
        _settling(claim, departure, outcome)
        for departure, outcome in zip(answered.departures, outcomes, strict=True)
    ]

    def attempt(part: Sequence[Settling]) -> list[Settling]:
        with transaction.atomic():
            _settle(route, claim, part)
        return []

    def alone(row: Settling, _failure: Exception) -> list[Settling]:
        """Its record is the counterpart of another contact: a person decides."""
        found = (row.outcome.remote_id,) if row.outcome.remote_id else ()
        taken = MatchAmbiguous(MATCH_TAKEN, {"object": route.spec.object}, candidates=found)
        verdict = replace(row.verdict, fate=Fate.PARKED, failure=taken)
        outcome = replace(row.outcome, remote_id=None)
        return attempt([replace(row, outcome=outcome, verdict=verdict, moved_to=None, state=None)])

    bisect(sorted(rows, key=lambda row: row.contact), attempt, alone=alone, on=IntegrityError)


def _settle(route: Route, claim: Claim, rows: Sequence[Settling]) -> None:
    given = as_json(_given(row) for row in rows)
    contacts = [row.contact for row in rows]
    settled_now = fetch(
        _SETTLE, rows=given, contacts=contacts, transfer=route.transfer, token=claim.token
    )
    now = dict(settled_now)
    settled = [row for row in rows if row.contact in now]
    late = [row for row in rows if row.contact not in now]
    if late:
        settle_late(route, {row.contact: _created(row) for row in late})
        items.drop(claim, [row.departure.claimed.item for row in late])
    verdicts = {row.contact: _verdict(row, now[row.contact]) for row in settled}
    items.end(claim, list(verdicts.values()))
    deliveries.count(route.transfer, [row.outcome for row in rows])
    answered = [
        (row.departure, row.outcome, verdicts.get(row.contact, row.verdict)) for row in rows
    ]
    delivery_log.write(route.transfer, delivery_rows.of_answers(route, answered))


def _failed(answered: Answered) -> list[Outcome]:
    """The outcomes of a call that wrote nothing, or was never made."""
    failure = answered.failure or Transient(retry.INTERNAL)
    return [
        Outcome(row.write.ref, Status.RETRY, row.write.remote_id, failure)
        for row in answered.departures
    ]


def _settling(claim: Claim, departure: Departure, outcome: Outcome) -> Settling:
    claimed, failure = departure.claimed, outcome.failure
    if outcome.status in TAKEN:
        state = LinkState.ENDED if outcome.status is Status.DELETED else LinkState.LINKED
        kept = None if departure.urgent else state
        return Settling(departure, outcome, end_of(departure), state=kept)
    if isinstance(failure, RemoteGone):
        if failure.merged_into:
            again = Verdict(claimed, Fate.AGAIN)
            return Settling(departure, outcome, again, moved_to=failure.merged_into)
        if claimed.attempts + 1 < retry.GONE_ATTEMPTS:
            # Deleted or converted since the look: the next one shows which, and what follows.
            again = Verdict(claimed, Fate.AGAIN, failure, at=claim.now + SHORTLY, failed=True)
            return Settling(departure, outcome, again)
        parked = Verdict(claimed, Fate.PARKED, failure)
        return Settling(departure, outcome, parked, state=LinkState.GONE)
    verdict = _after_failure(claim, departure, outcome)
    return Settling(departure, outcome, verdict, state=_state_before(departure, outcome))


def _state_before(departure: Departure, outcome: Outcome) -> str | None:
    """A deletion that certainly did not happen leaves the record standing; an earlier one, that
    was not answered, may still happen."""
    link = departure.sighting.link
    if departure.write.action is not Action.DELETE or outcome.status is Status.UNKNOWN:
        return None
    earlier = link is not None and link.state == LinkState.ENDING
    return LinkState.ENDING if earlier else LinkState.LINKED


def _after_failure(claim: Claim, departure: Departure, outcome: Outcome) -> Verdict:
    claimed, failure = departure.claimed, outcome.failure or Failure(retry.INTERNAL)
    attempts = claimed.attempts + 1
    step = retry.decide(
        failure,
        attempts=attempts,
        now=claim.now,
        jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
    )
    match step:
        case retry.Again(at, alone):
            return Verdict(claimed, Fate.AGAIN, failure, at=at, failed=True, alone=alone)
        case retry.Park():
            return Verdict(claimed, Fate.PARKED, failure, failed=True)
        case retry.Pause(until) if outcome.status is not Status.REJECTED:
            return Verdict(claimed, Fate.AGAIN, failure, at=until)
        case retry.Pause() if attempts >= retry.PERMISSION_ATTEMPTS:
            return Verdict(claimed, Fate.PARKED, failure, failed=True)
        case retry.Pause():
            # `troubles` pauses the field that is to blame, if one is; then this goes without it.
            at = claim.now + retry.delay(attempts)
            return Verdict(claimed, Fate.AGAIN, failure, at=at, failed=True)


def _created(row: Settling) -> str | None:
    """The id of the record that a creation made, or found by our identity."""
    creates = row.departure.write.action is Action.CREATE and row.outcome.status in TAKEN
    return row.outcome.remote_id if creates else None


def _verdict(row: Settling, remote_id: str | None) -> Verdict:
    """The row's verdict, unless the link turned out to have another counterpart already."""
    made = _created(row)
    if made is None or made == remote_id:
        return row.verdict
    about = {"first": remote_id or "", "second": made}
    failure = MatchAmbiguous(CREATED_TWICE, about, candidates=(remote_id or "", made))
    return replace(row.verdict, fate=Fate.PARKED, failure=failure)


def _given(row: Settling) -> Mapping[str, object]:
    departure, outcome = row.departure, row.outcome
    link, taken = departure.sighting.link, outcome.status in TAKEN
    unknown = outcome.status is Status.UNKNOWN
    # Where nothing was written, an earlier write is as open, or unexplained, as before.
    earlier = link if departure.keeps_sent and not taken and not unknown else None
    still_open = unknown or departure.urgent or (earlier is not None and earlier.unanswered)
    return {
        "contact": row.contact,
        "base": dump_base(_promised(departure.plan)) if taken and not departure.urgent else {},
        "keeps_sent": (taken or unknown) and outcome.status is not Status.DELETED,
        "sent": dump_values(earlier.sent) if earlier and earlier.sent is not None else None,
        "before": dump_values(earlier.before) if earlier and earlier.before is not None else None,
        "open": still_open,
        "remote_id": outcome.remote_id if taken else None,
        "moved_to": row.moved_to,
        "state": row.state,
        "answer": _answer(outcome),
    }


def _promised(made: Plan) -> Mapping[str, BaseEntry]:
    """The entries that hold now because the write was taken; the others departed with it."""
    seen = made.base_seen
    return {key: entry for key, entry in made.base.items() if seen.get(key) is not entry}


def _answer(outcome: Outcome) -> Mapping[str, object]:
    """The last answer, for people."""
    failure = outcome.failure
    return {
        "status": outcome.status,
        "code": failure.code if failure else "",
        "parameters": dict(failure.params) if failure else {},
        "detail": failure.detail[:2000].replace("\0", "") if failure else "",
    }
