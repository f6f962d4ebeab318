"""Which value here belongs to which there: by a table, both ways, with values that stay behind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.choices import LEFT_OUT, MISSING_HERE, MISSING_THERE, LeftOut
from raccord.engine.errors import BadInput
from raccord.engine.mapping import fingerprint, inward, outward, pair_equal, unsendable
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import BaseEntry, Direction, FieldPair, FieldType, Rule, Value
from raccord.engine.schema import RemoteType
from raccord.engine.transforms import ABSENT
from raccord.engine.value_pairs import ValuePair, from_lists, suggested, to_lists
from tests.unit.engine.cast import pair, remote, spec

OURS = ("mme", "m", "dr", "Autre")
THEIRS = ("Ms.", "Mr.", "Prof.", "Autre")
TABLE = (ValuePair("mme", "Ms."), ValuePair("m", "Mr."), ValuePair("dr", None),
         ValuePair(None, "Prof."))  # fmt: skip


def one(**extra: Any) -> FieldPair:
    local = spec("civility", FieldType.CHOICE, choices=OURS)
    there = remote("Salutation", RemoteType.PICKLIST, choices=THEIRS, restricted=True)
    return pair(local, there, **{"value_pairs": TABLE, "rule": Rule.NEWEST, **extra})


def several(**extra: Any) -> FieldPair:
    local = spec("likes", FieldType.MULTIPLE_CHOICE, choices=OURS)
    there = remote("Likes__c", RemoteType.MULTIPICKLIST, choices=THEIRS, restricted=True)
    return pair(local, there, **{"value_pairs": TABLE, "rule": Rule.NEWEST, **extra})


def decide(
    each: FieldPair, ours: Value, theirs: Value, base: tuple[Value, Value] | None = None
) -> Any:
    entry = BaseEntry(*base, each.fingerprint) if base else None
    return merge(each, ours=ours, theirs=theirs, base=entry, context=MergeContext())


@pytest.mark.parametrize(("ours", "theirs"), [("mme", "Ms."), ("Autre", "Autre"), (None, None)])
def test_a_value_goes_there_and_comes_back(ours: Value, theirs: Value) -> None:
    assert outward(one(), ours) == theirs
    assert inward(one(), theirs) == ours
    assert pair_equal(one(), ours, theirs)


def test_of_two_values_for_one_the_first_is_the_way_back() -> None:
    each = one(value_pairs=(ValuePair("mme", "Ms."), ValuePair("dr", "Ms.")))
    assert (outward(each, "mme"), outward(each, "dr")) == ("Ms.", "Ms.")
    assert inward(each, "Ms.") == "mme"
    # So it is equal to both, and neither is ever changed into the other.
    assert pair_equal(each, "mme", "Ms.")
    assert pair_equal(each, "dr", "Ms.")


def test_a_value_that_differs_in_case_only_is_sent_as_their_list_spells_it() -> None:
    each = one(value_pairs=())
    assert outward(each, "autre") == "Autre"


def test_what_their_list_does_not_have_waits_and_is_named() -> None:
    verdict = decide(one(value_pairs=()), "mme", "Mr.", ("m", "Mr."))
    assert verdict.step is Step.HELD
    assert verdict.base is None
    assert (verdict.failure.code, verdict.failure.params["value"]) == (MISSING_THERE, "mme")


def test_a_list_that_takes_anything_gets_the_value_as_it_is() -> None:
    there = remote("Salutation", RemoteType.PICKLIST, choices=THEIRS)
    each = pair(spec("civility", FieldType.CHOICE, choices=OURS), there)
    assert decide(each, "mme", "Mr.", ("m", "Mr.")).value == "mme"


def test_what_our_list_does_not_have_waits_and_is_named() -> None:
    verdict = decide(one(value_pairs=()), "Autre", "Ms.", ("Autre", "Autre"))
    assert verdict.step is Step.HELD
    assert (verdict.failure.code, verdict.failure.params["value"]) == (MISSING_HERE, "Ms.")


def test_the_missing_one_of_several_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        inward(several(), ("Ms.", "Else"))
    assert (refused.value.code, refused.value.params["value"]) == (MISSING_HERE, "Else")
    problem = unsendable(several(), ("Ms.", "Else"))
    assert problem is not None
    assert problem.params["value"] == "Else"


def test_a_value_of_ours_that_is_left_out_is_settled_and_never_sent() -> None:
    assert outward(one(), "dr") is ABSENT
    verdict = decide(one(), "dr", "Ms.", ("mme", "Ms."))
    assert verdict.step is Step.NOTHING
    assert verdict.base == BaseEntry("dr", "Ms.", one().fingerprint)
    assert decide(one(), "dr", "Ms.", ("dr", "Ms.")).row == "neither_changed"


def test_a_value_of_theirs_that_is_left_out_is_settled_and_never_taken() -> None:
    with pytest.raises(LeftOut) as refused:
        inward(one(), "Prof.")
    assert refused.value.code == LEFT_OUT
    verdict = decide(one(), "mme", "Prof.", ("mme", "Ms."))
    assert verdict.step is Step.NOTHING
    assert verdict.base == BaseEntry("mme", "Prof.", one().fingerprint)


def test_after_a_value_that_was_left_out_a_later_one_travels() -> None:
    assert decide(one(), "m", "Ms.", ("dr", "Ms.")).value == "Mr."
    assert decide(one(), "mme", "Mr.", ("mme", "Prof.")).value == "m"


def test_of_several_those_that_are_left_out_stay_where_they_are() -> None:
    assert outward(several(), ("mme", "dr")) == ("Ms.",)
    assert inward(several(), ("Ms.", "Prof.")) == ("mme",)
    assert pair_equal(several(), ("mme", "dr"), ("Ms.", "Prof."))
    sent = decide(several(), ("m", "dr"), ("Ms.", "Prof."), (("mme", "dr"), ("Ms.", "Prof.")))
    assert (sent.step, sent.value) == (Step.TO_THEM, ("Mr.", "Prof."))
    taken = decide(several(), ("mme", "dr"), ("Mr.", "Prof."), (("mme", "dr"), ("Ms.", "Prof.")))
    assert (taken.step, taken.value) == (Step.TO_US, ("m", "dr"))
    emptied = decide(several(), ("dr",), ("Ms.", "Prof."), (("mme", "dr"), ("Ms.", "Prof.")))
    assert (emptied.step, emptied.value) == (Step.TO_THEM, ("Prof.",))


def test_a_change_of_what_stays_behind_is_no_change_for_the_other_side() -> None:
    base = (("mme",), ("Ms.",))
    assert decide(several(), ("mme", "dr"), ("Ms.",), base).step is Step.NOTHING
    assert decide(several(), ("mme",), ("Ms.", "Prof."), base).step is Step.NOTHING


def test_the_table_is_no_part_of_what_a_base_entry_means() -> None:
    assert fingerprint(one()) == fingerprint(one(value_pairs=()))


def test_a_value_that_was_blocked_goes_once_it_has_its_pair() -> None:
    """The base was not touched while it waited, so what was changed is still a change."""
    base: tuple[Value, Value] = ("m", "Mr.")
    assert decide(one(value_pairs=()), "mme", "Mr.", base).step is Step.HELD
    assert decide(one(), "mme", "Mr.", base).value == "Ms."


def test_a_table_of_a_pair_whose_types_changed_is_without_effect() -> None:
    each = pair(spec("x"), remote("X"), value_pairs=(ValuePair("a", "b"),))
    assert (outward(each, "a"), inward(each, "a")) == ("a", "a")


def test_what_is_called_the_same_is_paired_without_asking() -> None:
    ours = {"mme": "Madame", "dr": "Docteur", "same": "Same", "x": "Twice"}
    theirs = {"MME": "Mrs", "DOC": "  DOCTEUR ", "same": "Other", "t1": "twice", "t2": "Twicé"}
    assert set(suggested(ours, theirs)) == {ValuePair("mme", "MME"), ValuePair("dr", "DOC")}


def test_what_is_stored_comes_back() -> None:
    assert from_lists(to_lists(TABLE)) == TABLE


LINES = st.lists(
    st.builds(ValuePair, st.sampled_from([*OURS, None]), st.sampled_from([*THEIRS, None])),
    max_size=6,
).map(tuple)
SOME = st.lists(st.sampled_from(OURS), max_size=4, unique=True).map(lambda x: tuple(x) or None)
SOME_THERE = st.lists(st.sampled_from(THEIRS), max_size=4, unique=True).map(
    lambda x: tuple(x) or None
)


@given(LINES, SOME, SOME_THERE, st.sampled_from(list(Direction)))
def test_whatever_the_table_says_a_second_look_finds_nothing_more(
    table: tuple[ValuePair, ...], ours: Value, theirs: Value, direction: Direction
) -> None:
    each = several(value_pairs=table, direction=direction)
    for _ in range(3):
        verdict = decide(each, ours, theirs)
        if verdict.step is Step.TO_THEM:
            theirs = verdict.value
        elif verdict.step is Step.TO_US:
            ours = verdict.value
    assert decide(each, ours, theirs).step in (Step.NOTHING, Step.HELD)


def test_choices_that_stay_there_do_not_make_their_side_anything_but_blank() -> None:
    """They removed all but a choice that does not travel: nothing of theirs beats our new one."""
    each = several(rule=Rule.THEIRS_UNLESS_BLANK)
    verdict = decide(each, ("m",), ("Prof.",), (("mme",), ("Ms.", "Prof.")))
    assert (verdict.step, verdict.value) == (Step.TO_THEM, ("Mr.", "Prof."))
