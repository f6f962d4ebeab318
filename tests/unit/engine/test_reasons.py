"""Every reason that a plan can give has a sentence, whatever both sides hold."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from raccord.engine import reasons
from raccord.engine.explain import explain_sent
from raccord.engine.merge import Step
from raccord.engine.plan import EXPLAINED, plan
from raccord.engine.records import (
    BaseEntry,
    ConsentEvidence,
    Direction,
    FieldPair,
    FirstLinkRule,
    Operation,
    Plan,
    Rule,
    Value,
)
from raccord.engine.schema import RemoteType
from raccord.engine.sentences import SENTENCES
from tests.unit.engine.cast import (
    CONSENT,
    OUR_USER,
    SALES_REP,
    link,
    pair,
    remote,
    spec,
    subject,
    transfer,
    view,
)

TEXTS = st.sampled_from([None, "a", "b", "c"])
CONSENTS = st.sampled_from(["yes", "no", None])
EVIDENCE = st.builds(ConsentEvidence, by_person=st.booleans(), saw_refusal=st.booleans())


@st.composite
def pairs(draw: st.DrawFn) -> tuple[FieldPair, FieldPair]:
    """A text and a consent, mapped in any way."""
    text = pair(
        spec("name"),
        remote("Name", required=draw(st.booleans()), createable=draw(st.booleans())),
        direction=draw(st.sampled_from(Direction)),
        rule=draw(st.sampled_from(Rule)),
    )
    box = draw(st.sampled_from([RemoteType.OPT_OUT, RemoteType.BOOLEAN]))
    consent = pair(
        CONSENT.local,
        remote("OptedOut", box),
        direction=draw(st.sampled_from(Direction)),
        transform="consent_to_opt_out" if box is RemoteType.OPT_OUT else "",
    )
    return text, consent


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """What the planner says of a contact that is new, met for the first time, or linked."""
    text, consent = draw(pairs())
    to = transfer(
        text,
        consent,
        operations=frozenset(draw(st.sets(st.sampled_from(list(Operation))))),
        first_link_rule=draw(st.sampled_from(FirstLinkRule)),
        match_fields=(("Name", "name"),),
        opt_ins_count=draw(st.booleans()),
    )
    ours: dict[str, Value] = {"name": draw(TEXTS), "newsletter": draw(CONSENTS)}
    theirs: dict[str, Value] = {"Name": draw(TEXTS), "OptedOut": draw(st.booleans())}
    local = draw(st.sampled_from([ours, ours, ours, None]))
    evidence = {"newsletter": draw(EVIDENCE)}
    there = view(theirs, by=draw(st.sampled_from([OUR_USER, SALES_REP])))
    if not draw(st.integers(0, 4)):
        met = draw(st.sampled_from([(), (there,)]))
        return plan(subject(local, candidates=met, evidence=evidence), to)
    then = BaseEntry(draw(TEXTS), draw(TEXTS), text.fingerprint)
    agreed = BaseEntry(draw(CONSENTS), draw(st.booleans()), consent.fingerprint)
    base = draw(st.sampled_from([{}, {"name": then, "newsletter": agreed}]))
    sent = draw(st.sampled_from([None, {"Name": draw(TEXTS)}]))
    known = link(base, sent=sent, before=draw(st.sampled_from([None, {"Name": "b"}])))
    return plan(subject(local, link=known, view=there, evidence=evidence), to)


@given(plans())
def test_every_decision_of_a_plan_can_be_said(made: Plan) -> None:
    for decision in made.decisions:
        if decision.reason.startswith("raccord."):
            assert decision.reason in SENTENCES, decision
        else:
            assert reasons.words(decision.reason, outcome=decision.outcome), decision


@given(plans())
def test_a_sentence_never_says_the_other_side_of_what_was_decided(made: Plan) -> None:
    contradicts = {
        Step.TO_THEM: r"Only changed in|was taken\.|of %\(source\)s was newer",
        Step.TO_US: r"Only changed here|was sent\.|from here was newer",
        Step.CONFLICT: r"was newer:|The rule: (Raccord|%\(source\)s) wins",
    }
    for decision in made.decisions:
        if decision.outcome in contradicts and not decision.reason.startswith("raccord."):
            text = reasons.words(decision.reason, outcome=decision.outcome)
            assert not re.search(contradicts[Step(decision.outcome)], text), decision


@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_so_can_what_became_of_a_value(sent: Value, seen: Value, then: Value, by_us: bool) -> None:
    text = pair()
    base = BaseEntry(then, then, text.fingerprint)
    row = explain_sent(text, sent=sent, seen=seen, base=base, by_us=by_us).row
    assert reasons.words(row, outcome=EXPLAINED)


def test_nothing_but_the_other_side_is_filled_in() -> None:
    for text in (*reasons.REASONS.values(), *reasons.DELETIONS.values()):
        assert set(re.findall(r"%\((\w+)\)s", text)) <= {"source"}
        assert text % {"source": "Elsewhere"}


def test_what_is_no_reason_has_no_words() -> None:
    assert reasons.words("") == reasons.words("nothing_of_the_kind") == ""
