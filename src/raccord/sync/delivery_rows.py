"""What each step of the flow has moved, or left as it is, as entries of the delivery log. Pure.

`delivery_log.py` writes them, in the transaction of the step itself. A look that finds nothing to
do comes to no entry at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from raccord.engine.errors import Failure, RemoteGone
from raccord.engine.merge import Step
from raccord.engine.plan import EXPLAINED
from raccord.engine.records import Action, Decision, Outcome, Plan, Record, Status, Value
from raccord.engine.values import Stored, to_json
from raccord.sync.decide import CONFLICT
from raccord.sync.models import LinkState, Moved
from raccord.sync.steps import Agreement, Departure, Fate, Route, Sighting, Verdict

OUT, IN, NEITHER = "out", "in", ""

FieldsMoved = Mapping[str, tuple[Stored, Stored, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry; see `models.Delivery`. view: their record as it was seen, if it was."""

    contact: int
    what: Moved
    direction: str = NEITHER
    remote_id: str | None = None
    fields: FieldsMoved = field(default_factory=dict)
    failure: Failure | None = None
    view: Record | None = None
    move: int | None = None
    actor: str = ""


def of_answers(
    route: Route, answered: Iterable[tuple[Departure, Outcome, Verdict]]
) -> Iterator[Row]:
    """What was sent and answered. A call that wrote nothing and is made again is no delivery."""
    keys = {pair.remote.name: pair.local.key for pair in route.spec.pairs}
    for departure, outcome, verdict in answered:
        if outcome.status is not Status.RETRY:
            yield _answer(departure, outcome, keys)
        if outcome.status is Status.RETRY or outcome.failure is None:
            yield from of_verdicts(route, [verdict])


def of_agreements(
    route: Route, agreements: Iterable[Agreement], *, move: int | None
) -> Iterator[Row]:
    """What was noted without a call, and what of theirs was written here under `move`."""
    for row in agreements:
        yield from _seen(route, row.sighting, row.decisions, remote_id=row.remote_id)
        if row.state in (LinkState.GONE, LinkState.ENDED):
            view = row.sighting.subject.view
            yield Row(_contact(row.sighting), Moved.GONE, IN, row.remote_id, view=view)
        if row.local:
            yield _taken(row, move)


def of_departures(route: Route, departures: Iterable[Departure]) -> Iterator[Row]:
    """What the look has shown before something departs, where no agreement has said so already."""
    for departure in departures:
        sighting, write = departure.sighting, departure.write
        if sighting.linked_now or departure.keeps_sent:
            continue
        yield from _seen(route, sighting, departure.plan.decisions, remote_id=write.remote_id)
        if write.action is Action.CREATE and sighting.link and sighting.link.unanswered:
            yield Row(_contact(sighting), Moved.LOST, OUT)


def of_verdicts(route: Route, verdicts: Iterable[Verdict]) -> Iterator[Row]:
    """Why something waits for a person, or is held. That a record is gone is said by the link."""
    for verdict in verdicts:
        failure = verdict.failure
        if failure is None or isinstance(failure, RemoteGone):
            continue
        if verdict.fate in (Fate.PARKED, Fate.HELD):
            what = Moved.PARKED if verdict.fate is Fate.PARKED else Moved.HELD
            what = Moved.ASKED if failure.code == CONFLICT else what
            fields = _left(route, verdict)
            yield Row(verdict.claimed.contact, what, fields=fields, failure=failure)


def _answer(departure: Departure, outcome: Outcome, keys: Mapping[str, str]) -> Row:
    """`keys`: remote field -> local one."""
    write, before, failure = departure.write, departure.plan.before, outcome.failure
    contact = departure.claimed.contact
    if isinstance(failure, RemoteGone):
        what = Moved.FOLLOWED if failure.merged_into else Moved.GONE
        return Row(contact, what, IN, failure.merged_into or write.remote_id, failure=failure)
    why = {each.field: each.reason for each in departure.plan.decisions}
    fields = {
        key: (_stored(before.get(name)), _stored(value), why.get(key, ""))
        for name, value in write.values.items()
        if (key := keys.get(name))
    }
    what = Moved(outcome.status.value)
    return Row(contact, what, OUT, outcome.remote_id or write.remote_id, fields, failure)


def _seen(
    route: Route, sighting: Sighting, decisions: Iterable[Decision], *, remote_id: str | None
) -> Iterator[Row]:
    """What a view has shown of values that had departed, and whose record it is."""
    contact, link, view = _contact(sighting), sighting.link, _view(sighting, remote_id)
    about = [each for each in decisions if each.outcome == EXPLAINED]
    unanswered = link is not None and link.unanswered
    if about and unanswered:
        lost = all(each.reason == "not_arrived" for each in about)
        yield Row(contact, Moved.LOST if lost else Moved.ARRIVED, OUT, remote_id, view=view)
    if rewritten := _rewritten(route, sighting, about, view):
        yield Row(contact, Moved.REWRITTEN, IN, remote_id, rewritten, view=view)
    known = link.remote_id if link is not None else None
    if remote_id and known is None and not (about and unanswered):
        yield Row(contact, Moved.LINKED, IN, remote_id, view=view)
    elif remote_id and known is not None and known != remote_id:
        yield Row(contact, Moved.FOLLOWED, IN, remote_id, view=view)


def _rewritten(
    route: Route, sighting: Sighting, explained: Iterable[Decision], view: Record | None
) -> FieldsMoved:
    """Fields in which their side put something else than what it was sent: (sent, seen)."""
    keys = {each.field for each in explained if each.reason == "rewritten"}
    sent = (sighting.link.sent if sighting.link else None) or {}
    if not keys or view is None:
        return {}
    return {
        pair.local.key: (
            _stored(sent.get(pair.remote.name)),
            _stored(view.values.get(pair.remote.name)),
            "rewritten",
        )
        for pair in route.spec.pairs
        if pair.local.key in keys
    }


def _taken(row: Agreement, move: int | None) -> Row:
    local = row.sighting.subject.local or {}
    why = {each.field: each.reason for each in row.decisions if each.outcome == Step.TO_US}
    fields = {
        key: (_stored(local.get(key)), _stored(value), why.get(key, ""))
        for key, value in row.local.items()
    }
    view = _view(row.sighting, row.remote_id)
    return Row(_contact(row.sighting), Moved.TAKEN, IN, row.remote_id, fields, view=view, move=move)


def _left(route: Route, verdict: Verdict) -> FieldsMoved:
    """The fields that were left to a person, or held: (ours, theirs)."""
    made, sighting = verdict.plan, verdict.sighting
    if made is None or sighting is None:
        return {}
    why = {each.field: each.reason for each in made.decisions if each.outcome != EXPLAINED}
    held = {each.field for each in made.decisions if each.outcome == Step.HELD}
    keys = set(made.conflicts) or held
    local, theirs = sighting.subject.local or {}, _values_there(sighting, made)
    return {
        pair.local.key: (
            _stored(local.get(pair.local.key)),
            _stored(theirs.get(pair.remote.name)),
            why.get(pair.local.key, ""),
        )
        for pair in route.spec.pairs
        if pair.local.key in keys
    }


def _values_there(sighting: Sighting, made: Plan) -> Mapping[str, Value]:
    view = _view(sighting, made.link_to)
    return view.values if view is not None else {}


def _view(sighting: Sighting, remote_id: str | None) -> Record | None:
    """Their record as the sighting shows it, linked already or just found."""
    if sighting.subject.view is not None:
        return sighting.subject.view
    return next((each for each in sighting.subject.candidates if each.id == remote_id), None)


def _contact(sighting: Sighting) -> int:
    return sighting.claimed.contact


def _stored(value: Value) -> Stored:
    return value if type(value) is str else to_json(value)
