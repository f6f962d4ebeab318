"""The heart: what to do about one field of a linked pair of records.

    row  case                          result
    1    consent                       the table of `consent`
    2    equal                         nothing; the base becomes what both hold now
    3    no base yet (first link)      a value beats a blank; two values: the first-link rule
    4    neither side changed          nothing, also when they differ (settled unequal)
    5    outbound                      ours changed: write to them; only theirs: noted
    6    inbound                       theirs changed: write to us; only ours: noted
    7    both ways, one side changed   write it to the other
    8    both ways, both changed       the field's rule, which may refuse to decide

The first row that fits decides. *Changed* means: different from the base entry, which holds what
each side held when the two last belonged together. When values have departed and no view has
shown yet what became of them, `explain` comes first. Called by `plan`, and by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from raccord.engine import choices, consent
from raccord.engine.choices import LeftOut
from raccord.engine.consent import Circumstances, ConsentStep
from raccord.engine.errors import BadInput, Failure, PermissionMissing, RecordRejected
from raccord.engine.mapping import (
    alike,
    outward,
    pair_equal,
    received,
    remote_normal,
    unsendable,
)
from raccord.engine.records import (
    BaseEntry,
    Direction,
    FieldPair,
    FieldType,
    FirstLinkRule,
    Interval,
    Rule,
    Value,
)
from raccord.engine.transforms import ABSENT
from raccord.engine.values import equal, normal


class Step(StrEnum):
    """What happens to one field."""

    NOTHING = "nothing"
    TO_THEM = "to_them"
    TO_US = "to_us"
    CONFLICT = "conflict"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What was decided for one field, by which row.

    value: what to write, in the terms of the side that is written to.
    base: the entry that holds once the step is done; None leaves the entry as it is.
    asks: a person is asked as well (always so for CONFLICT). failure: why it is HELD.
    tightens: the write to them opts somebody out.
    """

    step: Step
    row: str
    value: Value = None
    base: BaseEntry | None = None
    asks: bool = False
    failure: Failure | None = None
    tightens: bool = False


@dataclass(frozen=True, slots=True)
class MergeContext:
    """What decides besides the values themselves."""

    first_link_rule: FirstLinkRule = FirstLinkRule.THEIRS
    ours_changed: Interval | None = None
    theirs_changed: Interval | None = None
    consent: Circumstances = field(default_factory=Circumstances)


def merge(
    pair: FieldPair, *, ours: Value, theirs: Value, base: BaseEntry | None, context: MergeContext
) -> FieldVerdict:
    """Decide one field by the table above. An entry of another fingerprint counts as no base."""
    entry = valid(pair, base)
    if pair.local.type is FieldType.CONSENT:
        return _consent(pair, ours, theirs, entry, context)
    if pair_equal(pair, ours, theirs):
        return _nothing("equal", _entry(pair, ours, theirs))
    if entry is None:
        return _first_link(pair, ours, theirs, context)
    return _since_base(pair, ours, theirs, entry, context)


def valid(pair: FieldPair, base: BaseEntry | None) -> BaseEntry | None:
    """The entry, if it speaks of this pair of fields."""
    return base if base is not None and base.fingerprint == pair.fingerprint else None


def _consent(
    pair: FieldPair, ours: Value, theirs: Value, entry: BaseEntry | None, context: MergeContext
) -> FieldVerdict:
    around = context.consent
    verdict = consent.decide(pair, ours=ours, theirs=theirs, base=entry, around=around)
    match verdict.step:
        case ConsentStep.SEND_NO:
            return _to_them(pair, consent.NO, verdict.row, tightens=True)
        case ConsentStep.SEND_YES | ConsentStep.LIFT_THEIR_NO:
            return _to_them(pair, consent.YES, verdict.row)
        case ConsentStep.TAKE_NO | ConsentStep.TAKE_YES | ConsentStep.TAKE_NO_AND_ASK:
            taken = consent.YES if verdict.step is ConsentStep.TAKE_YES else consent.NO
            return FieldVerdict(
                Step.TO_US,
                verdict.row,
                value=taken,
                base=_entry(pair, taken, theirs),
                asks=verdict.step is ConsentStep.TAKE_NO_AND_ASK,
            )
        case ConsentStep.ASK:
            return FieldVerdict(Step.CONFLICT, verdict.row, asks=True)
        case ConsentStep.NOTHING:
            return _nothing(verdict.row, _entry(pair, ours, theirs))


def _first_link(pair: FieldPair, ours: Value, theirs: Value, context: MergeContext) -> FieldVerdict:
    ours_blank = normal(pair.local.type, ours) is None
    theirs_blank = remote_normal(pair.remote, choices.carried(pair, theirs)) is None
    if ours_blank or theirs_blank:
        winner: Rule | None = Rule.THEIRS if ours_blank else Rule.OURS
        row = "first_link_value_beats_blank"
    else:
        winner, row = _first_link_winner(context)
    if winner is Rule.OURS and pair.direction is not Direction.INBOUND:
        return _to_them(pair, ours, row, theirs=theirs)
    if winner is Rule.THEIRS and pair.direction is not Direction.OUTBOUND:
        return _to_us(pair, theirs, row, ours=ours)
    if winner is None:
        return FieldVerdict(Step.CONFLICT, row, asks=True)
    return _nothing(f"{row}_not_our_way", _entry(pair, ours, theirs))


def _first_link_winner(context: MergeContext) -> tuple[Rule | None, str]:
    match context.first_link_rule:
        case FirstLinkRule.THEIRS:
            return Rule.THEIRS, "first_link_theirs"
        case FirstLinkRule.OURS:
            return Rule.OURS, "first_link_ours"
        case FirstLinkRule.NEWEST:
            return _newest(context), "first_link_newest"
        case FirstLinkRule.ASK:
            return None, "first_link_ask"


def _since_base(
    pair: FieldPair, ours: Value, theirs: Value, entry: BaseEntry, context: MergeContext
) -> FieldVerdict:
    """Rows 4 to 8: what each side did since the two last belonged together."""
    we_changed = _ours_changed(pair, ours, entry.ours)
    they_changed = not alike(
        pair.remote, choices.carried(pair, entry.theirs), choices.carried(pair, theirs)
    )
    match pair.direction, we_changed, they_changed:
        case _, False, False:
            verdict = _nothing("neither_changed")
        case Direction.OUTBOUND, True, _:
            verdict = _to_them(pair, ours, "outbound_ours_changed", theirs=theirs)
        case Direction.OUTBOUND, False, True:
            noted = _entry(pair, entry.ours, theirs)
            verdict = _nothing("outbound_only_theirs_changed", noted)
        case Direction.INBOUND, _, True:
            verdict = _to_us(pair, theirs, "inbound_theirs_changed", ours=ours)
        case Direction.INBOUND, True, False:
            noted = _entry(pair, ours, entry.theirs)
            verdict = _nothing("inbound_only_ours_changed", noted)
        case Direction.BOTH, True, False:
            verdict = _to_them(pair, ours, "only_ours_changed", theirs=theirs)
        case Direction.BOTH, False, True:
            verdict = _to_us(pair, theirs, "only_theirs_changed", ours=ours)
        case _:
            verdict = _both_changed(pair, ours, theirs, context)
    return verdict


def _both_changed(
    pair: FieldPair, ours: Value, theirs: Value, context: MergeContext
) -> FieldVerdict:
    winner: Rule | None
    match pair.rule:
        case Rule.NEWEST:
            winner = _newest(context)
        case Rule.THEIRS_UNLESS_BLANK:
            blank = remote_normal(pair.remote, choices.carried(pair, theirs)) is None
            winner = Rule.OURS if blank else Rule.THEIRS
        case Rule.ASK:
            winner = None
        case Rule.THEIRS | Rule.OURS:
            winner = pair.rule
    row = f"both_changed_{pair.rule}"
    if winner is None:
        return FieldVerdict(Step.CONFLICT, row, asks=True)
    if winner is Rule.OURS:
        return _to_them(pair, ours, row, theirs=theirs)
    return _to_us(pair, theirs, row, ours=ours)


def _newest(context: MergeContext) -> Rule | None:
    """Whose change was certainly the later one; None when the intervals do not prove it."""
    ours, theirs = context.ours_changed, context.theirs_changed
    if ours is None or theirs is None:
        return None
    if ours.earliest and theirs.latest and theirs.latest <= ours.earliest:
        return Rule.OURS
    if theirs.earliest and ours.latest and ours.latest <= theirs.earliest:
        return Rule.THEIRS
    return None


def _ours_changed(pair: FieldPair, ours: Value, then: Value) -> bool:
    """A change that the pair's conversion can not express is none for the other side."""
    if equal(pair.local.type, ours, then):
        return False
    now_there, then_there = outward(pair, ours), outward(pair, then)
    if now_there is ABSENT or then_there is ABSENT:
        return True
    return remote_normal(pair.remote, now_there) != remote_normal(pair.remote, then_there)


def _to_them(
    pair: FieldPair, ours: Value, row: str, *, theirs: Value = None, tightens: bool = False
) -> FieldVerdict:
    sent = outward(pair, ours)
    if sent is ABSENT:
        # A choice that is left out is settled so; of any other silence nothing is known.
        known = _entry(pair, ours, theirs) if pair.value_pairs else None
        return _nothing(f"{row}_nothing_to_say", known)
    sent = choices.kept_there(pair, sent, theirs=theirs)
    about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
    if not pair.remote.updateable:
        return _held(row, PermissionMissing("raccord.plan.not_updateable", about))
    if sent is None and pair.remote.required:
        fields = (pair.remote.name,)
        return _held(row, RecordRejected("raccord.plan.required_there", about, fields=fields))
    if (problem := unsendable(pair, sent)) is not None:
        return _held(row, problem)
    entry = _entry(pair, ours, sent)
    return FieldVerdict(Step.TO_THEM, row, value=sent, base=entry, tightens=tightens)


def _to_us(pair: FieldPair, theirs: Value, row: str, *, ours: Value) -> FieldVerdict:
    try:
        taken = received(pair, theirs, ours=ours)
    except LeftOut:
        return _nothing(f"{row}_left_out", _entry(pair, ours, theirs))
    except BadInput as reason:
        return _held(row, reason)
    if taken is None and pair.local.required:
        about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
        return _held(row, BadInput("raccord.plan.required_here", about, at=pair.local.key))
    return FieldVerdict(Step.TO_US, row, value=taken, base=_entry(pair, taken, theirs))


def _held(row: str, failure: Failure) -> FieldVerdict:
    return FieldVerdict(Step.HELD, row, failure=failure)


def _nothing(row: str, base: BaseEntry | None = None) -> FieldVerdict:
    return FieldVerdict(Step.NOTHING, row, base=base)


def _entry(pair: FieldPair, ours: Value, theirs: Value) -> BaseEntry:
    return BaseEntry(ours, theirs, pair.fingerprint)
