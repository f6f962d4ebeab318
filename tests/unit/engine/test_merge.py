"""The table of `merge`, row by row, and what must hold whatever the values are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.mapping import inward, outward, pair_equal, unsendable
from raccord.engine.merge import FieldVerdict, MergeContext, Step, merge
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
from raccord.engine.schema import RemoteType
from raccord.engine.transforms import ABSENT
from tests.unit.engine.cast import NOON, pair, remote, spec

NAME = pair(spec(), remote(max_length=5))
OUT, IN, BOTH = Direction.OUTBOUND, Direction.INBOUND, Direction.BOTH


@dataclass(frozen=True)
class Case:
    """One line of the table: what both hold, what they held, and what follows."""

    name: str
    ours: Value
    theirs: Value
    base: tuple[Value, Value] | None
    step: Step
    row: str
    after: tuple[Value, Value] | None
    direction: Direction = BOTH
    rule: Rule = Rule.ASK
    first: FirstLinkRule = FirstLinkRule.THEIRS


S = Step
CASES = [
    Case("equal", "a", "a", ("o", "o"), S.NOTHING, "equal", ("a", "a")),
    Case("equal but for spaces", "a", " a", None, S.NOTHING, "equal", ("a", " a")),
    Case("equal as far as it fits there", "abcdefg", "abcde", None, S.NOTHING, "equal",
         ("abcdefg", "abcde")),
    Case("first link, theirs blank", "a", None, None, S.TO_THEM, "first_link_value_beats_blank",
         ("a", "a")),
    Case("first link, ours blank", None, "b", None, S.TO_US, "first_link_value_beats_blank",
         ("b", "b")),
    Case("first link, ours blank, outbound", None, "b", None, S.NOTHING,
         "first_link_value_beats_blank_not_our_way", (None, "b"), OUT),
    Case("first link, theirs blank, inbound", "a", "", None, S.NOTHING,
         "first_link_value_beats_blank_not_our_way", ("a", ""), IN),
    Case("first link, two values", "a", "b", None, S.TO_US, "first_link_theirs", ("b", "b")),
    Case("first link, two values, outbound", "a", "b", None, S.NOTHING,
         "first_link_theirs_not_our_way", ("a", "b"), OUT),
    Case("first link, ours wins", "a", "b", None, S.TO_THEM, "first_link_ours", ("a", "a"),
         first=FirstLinkRule.OURS),
    Case("first link, ask", "a", "b", None, S.CONFLICT, "first_link_ask", None,
         first=FirstLinkRule.ASK),
    Case("first link, newest, unproven", "a", "b", None, S.CONFLICT, "first_link_newest", None,
         first=FirstLinkRule.NEWEST),
    Case("neither changed, settled unequal", "a", "b", ("a", "b"), S.NOTHING, "neither_changed",
         None),
    Case("spaces over there are no change", "a", " b", ("a", "b"), S.NOTHING, "neither_changed",
         None),
    Case("outbound, ours changed", "a", "o", ("o", "o"), S.TO_THEM, "outbound_ours_changed",
         ("a", "a"), OUT),
    Case("outbound, both changed", "a", "b", ("o", "o"), S.TO_THEM, "outbound_ours_changed",
         ("a", "a"), OUT),
    Case("outbound, only theirs", "o", "b", ("o", "o"), S.NOTHING, "outbound_only_theirs_changed",
         ("o", "b"), OUT),
    Case("inbound, theirs changed", "o", "b", ("o", "o"), S.TO_US, "inbound_theirs_changed",
         ("b", "b"), IN),
    Case("inbound, both changed", "a", "b", ("o", "o"), S.TO_US, "inbound_theirs_changed",
         ("b", "b"), IN),
    Case("inbound, only ours", "a", "o", ("o", "o"), S.NOTHING, "inbound_only_ours_changed",
         ("a", "o"), IN),
    Case("both ways, only ours", "a", "o", ("o", "o"), S.TO_THEM, "only_ours_changed", ("a", "a")),
    Case("both ways, only ours, cleared", None, "o", ("o", "o"), S.TO_THEM, "only_ours_changed",
         (None, None)),
    Case("both ways, only theirs", "o", "b", ("o", "o"), S.TO_US, "only_theirs_changed",
         ("b", "b")),
    Case("both ways, only theirs, cleared", "o", None, ("o", "o"), S.TO_US, "only_theirs_changed",
         (None, None)),
    Case("both changed, ask", "a", "b", ("o", "o"), S.CONFLICT, "both_changed_ask", None),
    Case("both changed, ours", "a", "b", ("o", "o"), S.TO_THEM, "both_changed_ours", ("a", "a"),
         rule=Rule.OURS),
    Case("both changed, theirs", "a", "b", ("o", "o"), S.TO_US, "both_changed_theirs", ("b", "b"),
         rule=Rule.THEIRS),
    Case("both changed, theirs, cleared", "a", None, ("o", "o"), S.TO_US, "both_changed_theirs",
         (None, None), rule=Rule.THEIRS),
    Case("both changed, theirs unless blank", "a", None, ("o", "o"), S.TO_THEM,
         "both_changed_theirs_unless_blank", ("a", "a"), rule=Rule.THEIRS_UNLESS_BLANK),
    Case("both changed, newest, unproven", "a", "b", ("o", "o"), S.CONFLICT, "both_changed_newest",
         None, rule=Rule.NEWEST),
]  # fmt: skip


def decide(case: Case, each: FieldPair = NAME) -> FieldVerdict:
    each = replace(each, direction=case.direction, rule=case.rule)
    base = None if case.base is None else BaseEntry(*case.base, each.fingerprint)
    context = MergeContext(first_link_rule=case.first)
    return merge(each, ours=case.ours, theirs=case.theirs, base=base, context=context)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_row(case: Case) -> None:
    verdict = decide(case)
    assert (verdict.step, verdict.row) == (case.step, case.row)
    after = verdict.base and (verdict.base.ours, verdict.base.theirs)
    assert after == case.after
    if case.step is S.TO_THEM:
        assert verdict.value == case.ours
    if case.step is S.TO_US:
        assert verdict.value == case.theirs
    assert verdict.asks == (case.step is S.CONFLICT)


def test_an_entry_of_another_pair_of_fields_counts_as_no_base() -> None:
    old = BaseEntry("a", "b", "another")
    verdict = merge(NAME, ours="a", theirs="b", base=old, context=MergeContext())
    assert verdict.row == "first_link_theirs"


@pytest.mark.parametrize(
    ("ours", "theirs", "step"),
    [
        ((2, 3), (0, 1), Step.TO_THEM),
        ((2, 3), (1, 2), Step.TO_THEM),
        ((0, 1), (2, 3), Step.TO_US),
        ((0, 2), (1, 3), Step.CONFLICT),
        ((None, 1), (2, 3), Step.TO_US),
        ((None, 1), (None, 3), Step.CONFLICT),
        ((2, None), (None, 1), Step.TO_THEM),
    ],
)
def test_newest_decides_only_when_the_two_intervals_do_not_touch(
    ours: tuple[int | None, int], theirs: tuple[int | None, int], step: Step
) -> None:
    def interval(hours: tuple[int | None, int | None]) -> Interval:
        return Interval(*[None if h is None else NOON + timedelta(hours=h) for h in hours])

    context = MergeContext(ours_changed=interval(ours), theirs_changed=interval(theirs))
    newest = replace(NAME, rule=Rule.NEWEST)
    entry = BaseEntry("o", "o", NAME.fingerprint)
    assert merge(newest, ours="a", theirs="b", base=entry, context=context).step is step


def test_held_what_the_other_side_does_not_let_be_changed() -> None:
    fixed = pair(spec(), remote(updateable=False))
    verdict = merge(fixed, ours="a", theirs=None, base=None, context=MergeContext())
    assert verdict.step is Step.HELD
    assert verdict.failure is not None
    assert verdict.failure.code == "raccord.plan.not_updateable"
    assert verdict.base is None


def test_held_clearing_what_is_required_on_the_other_side_and_on_ours() -> None:
    required = pair(spec(required=True), remote(required=True))
    entry = BaseEntry("o", "o", required.fingerprint)
    there = merge(required, ours=None, theirs="o", base=entry, context=MergeContext())
    here = merge(required, ours="o", theirs=None, base=entry, context=MergeContext())
    assert [each.failure and each.failure.code for each in (there, here)] == [
        "raccord.plan.required_there",
        "raccord.plan.required_here",
    ]


def test_held_what_our_field_can_not_take() -> None:
    date = pair(spec("day", FieldType.DATE), remote("Day"))
    verdict = merge(date, ours=None, theirs="some day", base=None, context=MergeContext())
    assert verdict.step is Step.HELD
    assert verdict.failure is not None
    assert verdict.failure.code == "raccord.value.date"


def test_a_change_that_the_conversion_can_not_express_is_not_sent() -> None:
    shouting = pair(spec(), remote(), transform="upper")
    entry = BaseEntry("bob", "BOB!", shouting.fingerprint)
    verdict = merge(shouting, ours="Bob", theirs="BOB!", base=entry, context=MergeContext())
    assert verdict.row == "neither_changed"


# Whatever the values: properties ----------------------------------------------------------

DECIMAL = pair(spec("d", FieldType.DECIMAL), remote("D", RemoteType.DECIMAL, scale=1))
EMAIL = pair(spec("e", FieldType.EMAIL), remote("E", RemoteType.EMAIL))
WORDS = st.sampled_from([None, "a", "A", "b@x.fr", "B@X.fr", "abcdefg", "abcde", " x"])
NUMBERS = st.sampled_from([None, *map(Decimal, ["1", "1.0", "1.04", "1.05", "-2"])])
FIELDS = st.sampled_from([(NAME, WORDS), (DECIMAL, NUMBERS)])


@st.composite
def situations(draw: st.DrawFn) -> tuple[FieldPair, Value, Value, BaseEntry | None]:
    each, values = draw(FIELDS)
    each = replace(
        each, direction=draw(st.sampled_from(Direction)), rule=draw(st.sampled_from(Rule))
    )
    known = BaseEntry(draw(values), draw(values), each.fingerprint)
    return each, draw(values), draw(values), draw(st.sampled_from([None, known]))


@given(situations())
def test_a_verdict_that_was_carried_out_leaves_nothing_to_do(
    situation: tuple[FieldPair, Value, Value, BaseEntry | None],
) -> None:
    each, ours, theirs, base = situation
    verdict = merge(each, ours=ours, theirs=theirs, base=base, context=MergeContext())
    if verdict.step is Step.TO_THEM:
        theirs = verdict.value
    elif verdict.step is Step.TO_US:
        ours = verdict.value
    again = merge(each, ours=ours, theirs=theirs, base=verdict.base or base, context=MergeContext())
    if verdict.step in (Step.NOTHING, Step.TO_THEM, Step.TO_US):
        assert again.step is Step.NOTHING
    else:
        assert again.step is verdict.step


@given(situations())
def test_nothing_is_written_that_the_other_side_already_holds(
    situation: tuple[FieldPair, Value, Value, BaseEntry | None],
) -> None:
    each, ours, theirs, base = situation
    verdict = merge(each, ours=ours, theirs=theirs, base=base, context=MergeContext())
    if verdict.step in (Step.TO_THEM, Step.TO_US):
        assert not pair_equal(each, ours, theirs)
    if each.direction is Direction.OUTBOUND:
        assert verdict.step is not Step.TO_US
    if each.direction is Direction.INBOUND:
        assert verdict.step is not Step.TO_THEM


@given(FIELDS.flatmap(lambda field: st.tuples(st.just(field[0]), field[1], field[1])))
def test_the_only_edit_wins_without_a_conflict(edit: tuple[FieldPair, Value, Value]) -> None:
    each, before, after = edit
    sent = outward(each, before)
    assert sent is not ABSENT
    entry = BaseEntry(before, sent, each.fingerprint)
    by_us = merge(each, ours=after, theirs=sent, base=entry, context=MergeContext())
    going = outward(each, after)
    if going is not ABSENT and unsendable(each, going) is not None:
        assert by_us.step is (Step.NOTHING if pair_equal(each, after, sent) else Step.HELD)
        return
    assert by_us.step in (Step.TO_THEM, Step.NOTHING)
    assert (by_us.step is Step.NOTHING) == pair_equal(each, after, sent)
    theirs = outward(each, after)
    assert theirs is not ABSENT
    by_them = merge(each, ours=before, theirs=theirs, base=entry, context=MergeContext())
    assert by_them.step in (Step.TO_US, Step.NOTHING)
    if by_them.step is Step.TO_US:
        assert by_them.value == inward(each, theirs)
