"""Step 3 of outbound: carry the engine's plans over into writes, agreements and verdicts.

Before: look; after: agree (what needs no call), then depart. `engine.plan` is the only decision
about values; decided here is only what this run may do about it now: a write that follows one
that was never answered waits, and two rows for one person never leave together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import structlog

from raccord.engine import retry
from raccord.engine.consent import NO
from raccord.engine.errors import BadInput, Failure, OutcomeUnknown
from raccord.engine.matching import wanted_value
from raccord.engine.parting import ONE_PERSON
from raccord.engine.plan import plan
from raccord.engine.records import Action, FieldType, Plan, TransferSpec, Write
from raccord.sync import guards, newest, partings
from raccord.sync.lookups import form
from raccord.sync.models import LinkState
from raccord.sync.steps import (
    SHORTLY,
    Agreement,
    Claim,
    Departure,
    Fate,
    Move,
    Route,
    Sighting,
    Verdict,
)

log = structlog.get_logger(__name__)

CONFLICT = "raccord.sync.conflict"
NOT_ANSWERED = "raccord.sync.not_answered"

_PUSHED = {Action.CREATE, Action.UPDATE, Action.DELETE}


@dataclass(slots=True)
class Decided:
    """What the sightings of one claim come to."""

    departures: list[Departure] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


def decide(route: Route, claim: Claim, sightings: Sequence[Sighting]) -> Decided:
    """Plan every sighting. One that cannot be planned is a bug: parked, the others go on."""
    deciding = _Deciding(route, claim)
    plans = list(_plans(deciding, route, sightings))
    held = guards.held(route, plans)
    for sighting, made in plans:
        if (stopped := held.get(made.contact)) is not None:
            deciding.end(sighting, Fate.PARKED, stopped)
        else:
            deciding.add(sighting, made)
    return deciding.decided


def end_of(departure: Departure) -> Verdict:
    """What becomes of the item once its write was taken: the fields held back may keep it."""
    made, claimed = departure.plan, departure.claimed
    if departure.urgent:
        return Verdict(claimed, Fate.AGAIN, OutcomeUnknown(NOT_ANSWERED))
    return _end(Verdict(claimed, Fate.DONE), made, departure.sighting)


def match_key(field_name: str, value: str) -> str:
    """What `models.Link.match_key` holds for somebody known by this value."""
    key = f"{field_name}:{value}"
    return key if len(key) <= 255 else hashlib.sha256(key.encode()).hexdigest()


def _plans(
    deciding: _Deciding, route: Route, sightings: Sequence[Sighting]
) -> Iterator[tuple[Sighting, Plan]]:
    """Every sighting that can be planned, with its plan; those that ask for times, with them."""
    open_questions = []
    for sighting in sightings:
        if (made := _planned(deciding, sighting, route.spec)) is None:
            continue
        if newest.decides(made):
            open_questions.append(sighting)
        else:
            yield sighting, made
    for sighting in newest.with_times(open_questions, connection=route.connection):
        if (made := _planned(deciding, sighting, route.spec)) is not None:
            yield sighting, made


def _planned(deciding: _Deciding, sighting: Sighting, spec: TransferSpec) -> Plan | None:
    try:
        return plan(sighting.subject, spec)
    except Exception as bug:
        log.exception("outbound.plan_failed", contact=sighting.claimed.contact)
        deciding.end(sighting, Fate.PARKED, Failure(retry.INTERNAL, detail=type(bug).__name__))
        return None


class _Deciding:
    """Adds the plans up, keeping those apart that must not leave together."""

    def __init__(self, route: Route, claim: Claim) -> None:
        self._route = route
        self._claim = claim
        self._spoken_for: set[str] = set()
        self.decided = Decided()

    def add(self, sighting: Sighting, made: Plan) -> None:
        if sighting.wait_until is not None and made.action not in (Action.PARK, Action.DELETE):
            self._wait(sighting, made)
        elif made.action in _PUSHED:
            self._depart(sighting, made)
        elif made.action is Action.LOOK_AGAIN:
            self._look_again(sighting, made)
        elif made.successor is not None:
            self.decided.moves.append(Move(sighting, made.successor))
        else:
            self._without_call(sighting, made)

    def end(self, sighting: Sighting, fate: Fate, failure: Failure | None = None) -> None:
        self.decided.verdicts.append(Verdict(sighting.claimed, fate, failure))

    def _depart(self, sighting: Sighting, made: Plan, *, urgent: bool = False) -> None:
        departure = _departure(self._route.spec, sighting, made, urgent=urgent)
        person = departure.write.remote_id or departure.match_key
        if person and person in self._spoken_for:
            later = Verdict(sighting.claimed, Fate.AGAIN, at=self._claim.now + SHORTLY)
            self.decided.verdicts.append(later)
            return
        self._spoken_for.add(person)
        if made.local:
            remote_id = departure.write.remote_id
            self.decided.agreements.append(_agreement(sighting, made, remote_id=remote_id))
        self.decided.departures.append(departure)

    def _without_call(self, sighting: Sighting, made: Plan) -> None:
        """Nothing to send, or nothing that may be sent."""
        link = sighting.link
        remote_id = (link.remote_id if link else None) or made.link_to
        state = _state_after(sighting, made)
        if made.link_to is not None and made.link_to in self._spoken_for:
            later = Verdict(sighting.claimed, Fate.AGAIN, at=self._claim.now + SHORTLY)
            self.decided.verdicts.append(later)
            return
        if made.link_to is not None:
            self._spoken_for.add(made.link_to)
        if remote_id and _is_news(sighting, made, state):
            agreement = _agreement(sighting, made, remote_id=remote_id)
            parted = partings.of(sighting, state=state)
            kept = None if state == LinkState.LET_GO else remote_id
            self.decided.agreements.append(
                replace(agreement, state=state, remote_id=kept, parted=parted)
            )
        fate = {Action.PARK: Fate.PARKED, Action.HOLD: Fate.HELD}.get(made.action, Fate.DONE)
        verdict = Verdict(sighting.claimed, fate, made.failure)
        ended = verdict if fate is Fate.PARKED else _end(verdict, made, sighting)
        self.decided.verdicts.append(ended)

    def _look_again(self, sighting: Sighting, made: Plan) -> None:
        """The counterpart was merged into another, or is not shown to us."""
        claimed, now = sighting.claimed, self._claim.now
        if made.link_to is not None:
            agreement = _agreement(sighting, made, remote_id=made.link_to)
            parted = partings.merged(sighting)
            self.decided.agreements.append(replace(agreement, parted=parted))
            self.decided.verdicts.append(Verdict(claimed, Fate.AGAIN))
        elif claimed.attempts + 1 >= retry.NOT_VISIBLE_ATTEMPTS:
            self.end(sighting, Fate.PARKED, made.failure)
        else:
            at = now + retry.delay(claimed.attempts + 1)
            again = Verdict(claimed, Fate.AGAIN, made.failure, at=at, failed=True)
            self.decided.verdicts.append(again)

    def _wait(self, sighting: Sighting, made: Plan) -> None:
        """An earlier write may still take effect. Only a refusal of consent goes out now."""
        if made.tightens and (urgent := _refusals(self._route.spec, sighting, made)).writes:
            self._depart(sighting, urgent, urgent=True)
            return
        assert sighting.wait_until is not None  # noqa: S101 - what we are here for
        at = self._claim.now + retry.delay(sighting.claimed.attempts + 1, first=retry.LOOK_AFTER)
        self.decided.verdicts.append(
            Verdict(
                sighting.claimed,
                Fate.AGAIN,
                OutcomeUnknown(NOT_ANSWERED),
                at=min(at, sighting.wait_until),
                failed=True,
            )
        )


def _departure(spec: TransferSpec, sighting: Sighting, made: Plan, *, urgent: bool) -> Departure:
    subject, link = sighting.subject, sighting.subject.link
    create = made.action is Action.CREATE
    write = Write(
        ref=sighting.claimed.contact,
        object=spec.object,
        action=made.action,
        values=made.writes,
        remote_id=None if create else (made.link_to or (link.remote_id if link else None)),
        external_id=subject.external_id if create and spec.external_id_field else "",
    )
    key = _match_key(spec, sighting) if create else ""
    return Departure(sighting, made, write, match_key=key, urgent=urgent)


def _match_key(spec: TransferSpec, sighting: Sighting) -> str:
    """By what the person that is being created is known over there; "" if by nothing."""
    local = sighting.subject.local or {}
    for field_name, local_key in spec.match_fields:
        if value := form(wanted_value(spec, field_name, local_key=local_key, local=local)):
            return match_key(field_name, value)
    return ""


def _agreement(sighting: Sighting, made: Plan, *, remote_id: str | None) -> Agreement:
    entries = sighting.news_in(made.base_seen)
    entries.update((key, made.base[key]) for key in made.local if key in made.base)
    return Agreement(
        sighting, entries, remote_id, LinkState.LINKED, made.local, decisions=made.decisions
    )


def _state_after(sighting: Sighting, made: Plan) -> str:
    """The link's, where nothing is sent."""
    link, view = sighting.link, sighting.subject.view
    if made.action is Action.UNLINK:
        return LinkState.LET_GO
    if made.failure is not None and made.failure.code == ONE_PERSON:
        return LinkState.LINKED  # looked at as it is until somebody has decided
    if view is not None and view.deleted:
        ours = link is not None and link.state == LinkState.ENDING
        return LinkState.ENDED if ours else LinkState.GONE
    gone = link is not None and link.state == LinkState.GONE
    return LinkState.GONE if gone else LinkState.LINKED


def _is_news(sighting: Sighting, made: Plan, state: str) -> bool:
    """Whether the link does not say so already; most looks find nothing new."""
    link = sighting.link
    if link is None or link.remote_id is None or made.local or link.sent is not None:
        return True
    return state != link.state or any(
        link.base.get(key) != entry for key, entry in made.base_seen.items()
    )


def _end(verdict: Verdict, made: Plan, sighting: Sighting) -> Verdict:
    """Fields that a person must decide or mend, or that may not be sent, keep the item in sight."""
    fate, failure = verdict.fate, made.failure
    if made.conflicts:
        fate, failure = Fate.PARKED, Failure(CONFLICT, {"fields": ", ".join(made.conflicts)})
    elif failure is not None:
        fate = Fate.PARKED if isinstance(failure, BadInput) else Fate.HELD
    else:
        return verdict
    return replace(verdict, fate=fate, failure=failure, sighting=sighting, plan=made)


def _refusals(spec: TransferSpec, sighting: Sighting, made: Plan) -> Plan:
    """The part of the plan that opts somebody out."""
    local = sighting.subject.local or {}
    refused = {
        pair.remote.name
        for pair in spec.pairs
        if pair.local.type is FieldType.CONSENT and local.get(pair.local.key) == NO
    }
    writes = {name: value for name, value in made.writes.items() if name in refused}
    return replace(made, writes=writes, local={}, base={}, base_seen={})
