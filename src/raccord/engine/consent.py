"""The invariant about consent: by itself, a sync only ever tightens.

Row 1 of `merge`'s table leads here. Evidence decides, no clock does. Tightening (a "no") flows
whatever the direction of the mapping; loosening (a "yes") obeys it and needs proof.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from raccord.engine.mapping import inward, outward, remote_normal
from raccord.engine.records import BaseEntry, ConsentEvidence, Direction, FieldPair, Value
from raccord.engine.transforms import ABSENT

YES = "yes"
NO = "no"


class ConsentStep(StrEnum):
    """What to do about one consent field."""

    NOTHING = "nothing"
    SEND_NO = "send_no"
    SEND_YES = "send_yes"
    LIFT_THEIR_NO = "lift_their_no"
    TAKE_NO = "take_no"
    TAKE_NO_AND_ASK = "take_no_and_ask"
    TAKE_YES = "take_yes"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the table asks besides the two values.

    opt_ins_count: the connection says that opt-ins made by people over there count.
    modified_by_person: the last modifier there is known and is not our own user.
    fresh: this is no backfill and no undelete.
    """

    evidence: ConsentEvidence = field(default_factory=ConsentEvidence)
    opt_ins_count: bool = False
    modified_by_person: bool = False
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class ConsentVerdict:
    step: ConsentStep
    row: str


def decide(
    pair: FieldPair, *, ours: Value, theirs: Value, base: BaseEntry | None, around: Circumstances
) -> ConsentVerdict:
    """The first row of the table that fits. `theirs` is the remote field's value as seen."""
    said = reading(pair, theirs, base=base)
    if said == NO:
        return _against_their_no(pair, ours, around.evidence)
    if ours == NO:
        return _with_our_no(pair, theirs, base, around)
    if ours == YES:
        return _with_our_yes(pair, said, theirs)
    if said == YES and _may_take_yes(pair, around):
        return ConsentVerdict(ConsentStep.TAKE_YES, "consent.unknown_and_their_yes")
    return ConsentVerdict(ConsentStep.NOTHING, "consent.unknown")


def reading(pair: FieldPair, theirs: Value, *, base: BaseEntry | None = None) -> Value:
    """What a remote value says: "yes", "no", or None when it says neither.

    An unticked box says nothing, except an opt-in box that was ticked when we last agreed:
    somebody took the consent back.
    """
    said = inward(pair, theirs)
    if said is None and base is not None and inward(pair, base.theirs) == YES:
        return NO
    return said


def can_say_yes(pair: FieldPair) -> bool:
    """Whether a yes and an unknown differ over there (they do not in an opt-out box)."""
    return inward(pair, spoken(pair, YES)) == YES


def spoken(pair: FieldPair, consent: str) -> Value:
    """How the remote field says "yes" or "no"."""
    sent = outward(pair, consent)
    return None if sent is ABSENT else sent


def _against_their_no(pair: FieldPair, ours: Value, evidence: ConsentEvidence) -> ConsentVerdict:
    if ours == NO:
        return ConsentVerdict(ConsentStep.NOTHING, "consent.both_no")
    if ours == YES and evidence.by_person:
        if not evidence.saw_refusal:
            return ConsentVerdict(ConsentStep.TAKE_NO_AND_ASK, "consent.yes_before_their_no")
        if pair.direction is not Direction.INBOUND:
            return ConsentVerdict(ConsentStep.LIFT_THEIR_NO, "consent.yes_after_their_no")
    return ConsentVerdict(ConsentStep.TAKE_NO, "consent.their_no")


def _with_our_no(
    pair: FieldPair, theirs: Value, base: BaseEntry | None, around: Circumstances
) -> ConsentVerdict:
    if _already(pair, NO, theirs):
        return ConsentVerdict(ConsentStep.NOTHING, "consent.our_no_known")
    if base is not None and _agreed_no(pair, base):
        if around.fresh and _may_take_yes(pair, around):
            return ConsentVerdict(ConsentStep.TAKE_YES, "consent.lifted_there")
        return ConsentVerdict(ConsentStep.ASK, "consent.lifted_there_unproven")
    return ConsentVerdict(ConsentStep.SEND_NO, "consent.our_no")


def _with_our_yes(pair: FieldPair, said: Value, theirs: Value) -> ConsentVerdict:
    if said == YES or _already(pair, YES, theirs):
        return ConsentVerdict(ConsentStep.NOTHING, "consent.our_yes_known")
    if pair.direction is Direction.INBOUND:
        return ConsentVerdict(ConsentStep.NOTHING, "consent.our_yes_not_our_way")
    return ConsentVerdict(ConsentStep.SEND_YES, "consent.our_yes")


def _may_take_yes(pair: FieldPair, around: Circumstances) -> bool:
    return (
        around.opt_ins_count
        and around.modified_by_person
        and pair.direction is not Direction.OUTBOUND
    )


def _already(pair: FieldPair, ours: str, theirs: Value) -> bool:
    return remote_normal(pair.remote, theirs) == remote_normal(pair.remote, spoken(pair, ours))


def _agreed_no(pair: FieldPair, base: BaseEntry) -> bool:
    """Their side said no when we last agreed: outright, or by an opt-in box left unticked."""
    return reading(pair, base.theirs) == NO or (base.ours == NO and _already(pair, NO, base.theirs))
