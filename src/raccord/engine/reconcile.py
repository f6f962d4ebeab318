"""What comparing both sides makes of one pair: equal, different by a named rule, or drifted.

The comparison asks `plan` what it would do now: nothing means that both agree or that a rule names
the difference; anything else is *drift*, unless the flow knows of it already. So it can never
disagree with the run that would repair it, and repairing is nothing but a look. Values of a pair
are judged here; who has no counterpart is judged by `only_here` and `only_there`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from raccord.engine import choices
from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward, outward, pair_equal, remote_normal
from raccord.engine.merge import Step
from raccord.engine.parting import ended
from raccord.engine.plan import plan
from raccord.engine.records import (
    Action,
    Decision,
    Direction,
    FieldPair,
    FieldType,
    OnlyThere,
    Plan,
    Record,
    Subject,
    TransferSpec,
    Values,
)
from raccord.engine.transforms import ABSENT
from raccord.engine.values import equal


class Result(StrEnum):
    """How a contact and its record stand.

    SETTLED: they differ, and a rule says that they may. WAITING: the flow is about to look.
    UNDECIDED, HELD: it looked, and waits for a person. The last four are differences without a
    rule; a look repairs them. NOT_VISIBLE: what our user does not see is no evidence of anything.
    """

    EQUAL = "equal"
    SETTLED = "settled"
    WAITING = "waiting"
    UNDECIDED = "undecided"
    HELD = "held"
    NOT_VISIBLE = "not_visible"
    DRIFTED = "drifted"
    GONE = "gone"
    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"


DRIFT = (Result.DRIFTED, Result.GONE, Result.ONLY_HERE, Result.ONLY_THERE)


class Why(StrEnum):
    """Which rule allows a difference, or what kind of drift it is."""

    CUT = "cut"
    LEFT_OUT = "left_out"
    REWRITTEN = "rewritten"
    OUTBOUND_ONLY = "outbound_only"
    INBOUND_ONLY = "inbound_only"
    NOTHING_TO_SAY = "nothing_to_say"
    CONSENT = "consent"
    DELETED_HERE = "deleted_here"
    DELETED_THERE = "deleted_there"
    MERGED_THERE = "merged_there"
    CONVERTED_THERE = "converted_there"
    CAME_BACK = "came_back"
    UNLINKED = "unlinked"
    ELSEWHERE = "elsewhere"
    NOT_CREATED = "not_created"
    KEPT_APART = "kept_apart"
    IGNORED = "ignored"
    NOBODY_HERE = "nobody_here"
    MOVING = "moving"


_BY_DIRECTION = {
    Direction.OUTBOUND: Why.OUTBOUND_ONLY,
    Direction.INBOUND: Why.INBOUND_ONLY,
    Direction.BOTH: Why.REWRITTEN,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the flow knows of a contact or record already.

    due: it is about to look. undecided: it waits for a person's decision. held: the code for
    which it waits otherwise, "" if it does not.
    """

    due: bool = False
    undecided: bool = False
    held: str = ""


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two stand. why: a `Why`, or the code of what holds it. fields: that differ so."""

    result: Result
    why: str = ""
    fields: tuple[str, ...] = ()

    @property
    def is_drift(self) -> bool:
        return self.result in DRIFT


def compare(subject: Subject, transfer: TransferSpec, *, known: Known) -> Comparison:
    """Judge a linked pair as it is in one usable view.

    Never raises for anything that a contact or a record may hold.
    """
    if subject.local is None:
        # Only an item that tells of the deletion has it carried over: no look would.
        return _unless_known(Comparison(Result.SETTLED, Why.DELETED_HERE), known)
    if subject.view is None:
        return Comparison(Result.NOT_VISIBLE)
    if ended(subject.view):
        return _unless_known(Comparison(Result.GONE, _how_ended(subject.view)), known)
    return _compared(plan(subject, transfer), transfer, subject.local, subject.view, known)


def only_here(
    *, link: str, elsewhere: bool, creates: bool, loading: bool, known: Known
) -> Comparison:
    """Judge a contact without a counterpart.

    link: the state of a former link, "" if there never was one. elsewhere: it has a counterpart
    in another object, or had one. creates: such contacts are to get one. loading: a first load
    will come.
    """
    missing = _unless_known(Comparison(Result.ONLY_HERE), known)
    if missing.result is not Result.ONLY_HERE:
        return missing
    reasons = (
        (link == "gone", Why.DELETED_THERE),
        (link in ("ended", "let_go"), Why.UNLINKED),
        (elsewhere, Why.ELSEWHERE),
        (not creates, Why.NOT_CREATED),
    )
    for holds, why in reasons:
        if holds:
            return Comparison(Result.SETTLED, why)
    return Comparison(Result.WAITING) if loading else missing


def only_there(
    *, link: str, apart: bool, only_there: OnlyThere, stands_for: int, known: Known
) -> Comparison:
    """Judge a living record without a contact.

    link: the state of a former link. apart: a person keeps it apart. stands_for: how many of our
    contacts it could be.
    """
    if link in ("creating", "ending"):
        return Comparison(Result.WAITING)
    if link == "gone":
        return _unless_known(Comparison(Result.ONLY_THERE, Why.CAME_BACK), known)
    by_rule = (
        (link == "ended" and not known.due, Why.UNLINKED),
        (apart, Why.KEPT_APART),
        (only_there is OnlyThere.IGNORE, Why.IGNORED),
    )
    for holds, why in by_rule:
        if holds:
            return Comparison(Result.SETTLED, why)
    missing = _unless_known(Comparison(Result.ONLY_THERE), known)
    is_strange = not stands_for and only_there is OnlyThere.LINK
    if is_strange and missing.result in (Result.ONLY_THERE, Result.WAITING):
        return Comparison(Result.SETTLED, Why.NOBODY_HERE)
    return missing


def _compared(
    made: Plan, transfer: TransferSpec, local: Values, view: Record, known: Known
) -> Comparison:
    """Judge two that both live, by what the plan would do about them."""
    differing = dict(_differing(made, transfer, local, view))
    moving = tuple(key for key, why in differing.items() if why == Why.MOVING)
    if moving:
        return _unless_known(Comparison(Result.DRIFTED, fields=moving), known)
    if made.failure is not None and made.action is Action.HOLD:
        return _by_rule(made, known)
    if not differing:
        return Comparison(Result.EQUAL)
    why = next(iter(differing.values()))
    return Comparison(Result.SETTLED, why, tuple(k for k, each in differing.items() if each == why))


def _how_ended(view: Record) -> Why:
    if view.converted_into is not None:
        return Why.CONVERTED_THERE
    return Why.MERGED_THERE if view.merged_into else Why.DELETED_THERE


def _unless_known(drift: Comparison, known: Known) -> Comparison:
    """What the flow knows of is no drift: it is on its way, or a person was asked."""
    if known.due:
        return Comparison(Result.WAITING, fields=drift.fields)
    if known.undecided:
        return Comparison(Result.UNDECIDED, fields=drift.fields)
    if known.held:
        return Comparison(Result.HELD, known.held, drift.fields)
    return drift


def _by_rule(made: Plan, known: Known) -> Comparison:
    """A write that may not happen: an operation that is not ticked, a field that is read-only."""
    fields = tuple(each.field for each in made.decisions if each.outcome == Step.HELD)
    code = made.failure.code if made.failure else ""
    if known.due:
        return Comparison(Result.WAITING, fields=fields)
    return Comparison(Result.HELD, known.held or code, fields)


def _differing(
    made: Plan, transfer: TransferSpec, local: Values, view: Record
) -> Iterator[tuple[str, str]]:
    """(field, why) of each field in which the two are not the same to the last character."""
    decided: Mapping[str, Decision] = {
        each.field: each for each in made.decisions if each.outcome != "explained"
    }
    for pair in transfer.pairs:
        decision = decided.get(pair.local.key)
        if decision is None or decision.outcome == Step.HELD:
            continue
        if decision.outcome != Step.NOTHING:
            yield pair.local.key, Why.MOVING
        elif rule := _allowed(pair, decision.reason, local, view):
            yield pair.local.key, rule


def _allowed(pair: FieldPair, row: str, local: Values, view: Record) -> str:
    """Which rule lets the two stay as they are; "" where they are the same."""
    ours, theirs = local.get(pair.local.key), view.values.get(pair.remote.name)
    if pair.local.type is FieldType.CONSENT:
        return "" if _same_consent(pair, row, local, view) else Why.CONSENT
    if pair.value_pairs and choices.stays_behind(pair, ours=ours, theirs=theirs):
        return Why.LEFT_OUT
    if pair_equal(pair, ours, theirs):
        return Why.CUT if _is_less(pair, local, view) else ""
    if row.endswith("_nothing_to_say") or outward(pair, ours) is ABSENT:
        return Why.NOTHING_TO_SAY
    return _BY_DIRECTION[pair.direction]


def _same_consent(pair: FieldPair, row: str, local: Values, view: Record) -> bool:
    if row in ("consent.both_no", "consent.our_no_known", "consent.our_yes_known"):
        return True
    ours, theirs = local.get(pair.local.key), view.values.get(pair.remote.name)
    return inward(pair, theirs) == ours


def _is_less(pair: FieldPair, local: Values, view: Record) -> bool:
    """Whether their field shows less than we hold: cut to its length, rounded to its places."""
    ours, theirs = local.get(pair.local.key), view.values.get(pair.remote.name)
    sent = outward(pair, ours)
    if sent is ABSENT or remote_normal(pair.remote, sent) == remote_normal(pair.remote, theirs):
        return False
    try:
        return not equal(pair.local.type, ours, inward(pair, theirs))
    except BadInput:
        return True
