"""The consent table, row by row, for both kinds of boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.consent import Circumstances, ConsentStep, decide, reading
from raccord.engine.mapping import outward
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import (
    BaseEntry,
    ConsentEvidence,
    Direction,
    FieldPair,
    FieldType,
    Value,
)
from raccord.engine.schema import RemoteType
from tests.unit.engine.cast import CONSENT, pair, remote, spec

OPT_OUT = CONSENT
OPT_IN = pair(spec("newsletter", FieldType.CONSENT), remote("OptIn", RemoteType.BOOLEAN))
PROOF = ConsentEvidence(by_person=True, saw_refusal=True)
BEFORE = ConsentEvidence(by_person=True)
THEIR_PERSON: dict[str, Any] = {"opt_ins_count": True, "modified_by_person": True}


@dataclass(frozen=True)
class Case:
    name: str
    ours: Value
    theirs: Value
    step: ConsentStep
    row: str
    base: tuple[Value, Value] | None = None
    around: Circumstances = Circumstances()  # noqa: RUF009 - frozen
    direction: Direction = Direction.BOTH
    pair: FieldPair = OPT_OUT


C = ConsentStep
CASES = [
    Case("yes with proof after their no", "yes", True, C.LIFT_THEIR_NO,
         "consent.yes_after_their_no", around=Circumstances(evidence=PROOF)),
    Case("yes with proof, but theirs is not ours to write", "yes", True, C.TAKE_NO,
         "consent.their_no", around=Circumstances(evidence=PROOF), direction=Direction.INBOUND),
    Case("yes given before their no was seen", "yes", True, C.TAKE_NO_AND_ASK,
         "consent.yes_before_their_no", around=Circumstances(evidence=BEFORE)),
    Case("yes without a person", "yes", True, C.TAKE_NO, "consent.their_no"),
    Case("unknown, their no", None, True, C.TAKE_NO, "consent.their_no"),
    Case("their no reaches us against the direction", "yes", True, C.TAKE_NO, "consent.their_no",
         direction=Direction.OUTBOUND),
    Case("both no", "no", True, C.NOTHING, "consent.both_no"),
    Case("lifted there by a person, who counts", "no", False, C.TAKE_YES, "consent.lifted_there",
         ("no", True), Circumstances(**THEIR_PERSON)),
    Case("lifted there, does not count", "no", False, C.ASK, "consent.lifted_there_unproven",
         ("no", True)),
    Case("lifted there by our own user", "no", False, C.ASK, "consent.lifted_there_unproven",
         ("no", True), Circumstances(opt_ins_count=True)),
    Case("lifted there, found by a backfill", "no", False, C.ASK, "consent.lifted_there_unproven",
         ("no", True), Circumstances(**THEIR_PERSON, fresh=False)),
    Case("lifted there, outbound only", "no", False, C.ASK, "consent.lifted_there_unproven",
         ("no", True), Circumstances(**THEIR_PERSON), Direction.OUTBOUND),
    Case("our no, theirs not refused, first link", "no", False, C.SEND_NO, "consent.our_no",
         around=Circumstances(**THEIR_PERSON)),
    Case("our no, theirs not refused", "no", False, C.SEND_NO, "consent.our_no", ("yes", False)),
    Case("our no reaches them against the direction", "no", False, C.SEND_NO, "consent.our_no",
         direction=Direction.INBOUND),
    Case("unknown, box not ticked", None, False, C.NOTHING, "consent.unknown"),
    Case("our yes, which an opt-out box can not say", "yes", False, C.NOTHING,
         "consent.our_yes_known"),
    Case("opt-in: our yes", "yes", False, C.SEND_YES, "consent.our_yes", pair=OPT_IN),
    Case("opt-in: our yes is known", "yes", True, C.NOTHING, "consent.our_yes_known", pair=OPT_IN),
    Case("opt-in: our yes, inbound only", "yes", False, C.NOTHING, "consent.our_yes_not_our_way",
         direction=Direction.INBOUND, pair=OPT_IN),
    Case("opt-in: our no", "no", True, C.SEND_NO, "consent.our_no", ("yes", True), pair=OPT_IN),
    Case("opt-in: our no, never ticked", "no", False, C.NOTHING, "consent.our_no_known",
         pair=OPT_IN),
    Case("opt-in: taken back there", "yes", False, C.TAKE_NO, "consent.their_no", ("yes", True),
         pair=OPT_IN),
    Case("opt-in: ticked there after both had said no", "no", True, C.ASK,
         "consent.lifted_there_unproven", ("no", False), pair=OPT_IN),
    Case("opt-in: their yes, ours unknown", None, True, C.NOTHING, "consent.unknown", pair=OPT_IN),
    Case("opt-in: their person's yes, ours unknown", None, True, C.TAKE_YES,
         "consent.unknown_and_their_yes", around=Circumstances(**THEIR_PERSON), pair=OPT_IN),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_row(case: Case) -> None:
    each = replace(case.pair, direction=case.direction)
    base = None if case.base is None else BaseEntry(*case.base, each.fingerprint)
    verdict = decide(each, ours=case.ours, theirs=case.theirs, base=base, around=case.around)
    assert (verdict.step, verdict.row) == (case.step, case.row)


EVIDENCE = st.builds(ConsentEvidence, by_person=st.booleans(), saw_refusal=st.booleans())
AROUND = st.builds(
    Circumstances,
    evidence=EVIDENCE,
    opt_ins_count=st.booleans(),
    modified_by_person=st.booleans(),
    fresh=st.booleans(),
)
CONSENTS = st.sampled_from(["yes", "no", None])


@given(
    each=st.builds(
        replace, st.sampled_from([OPT_OUT, OPT_IN]), direction=st.sampled_from(Direction)
    ),
    ours=CONSENTS,
    theirs=st.booleans(),
    base=st.none() | st.tuples(CONSENTS, st.booleans()),
    around=AROUND,
)
def test_a_no_becomes_a_yes_only_by_proof(
    each: FieldPair,
    ours: Value,
    theirs: bool,
    base: tuple[Value, bool] | None,
    around: Circumstances,
) -> None:
    entry = None if base is None else BaseEntry(*base, each.fingerprint)
    context = MergeContext(consent=around)
    verdict = merge(each, ours=ours, theirs=theirs, base=entry, context=context)
    said = reading(each, theirs, base=entry)
    if verdict.step is Step.TO_US and verdict.value == "yes":
        assert around.opt_ins_count
        assert around.modified_by_person
        assert ours != "no" or around.fresh
        assert said != "no"
    if verdict.step is Step.TO_THEM and said == "no":
        assert verdict.tightens or (around.evidence.by_person and around.evidence.saw_refusal)
    if "no" in (ours, said) and verdict.step is not Step.CONFLICT:
        after_ours = verdict.value if verdict.step is Step.TO_US else ours
        after_theirs = verdict.value if verdict.step is Step.TO_THEM else theirs
        lifted = verdict.row in ("consent.yes_after_their_no", "consent.lifted_there")
        assert lifted or after_ours == "no"
        assert lifted or after_theirs == outward(each, "no")
