"""A decision makes the merge see one change only, whatever was held before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.decided import only_ours_changed
from raccord.engine.mapping import fingerprinted, pair_equal
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import BaseEntry, Direction, FieldPair, FieldSpec, FieldType, Rule
from raccord.engine.schema import RemoteField, RemoteType

TEXT = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "A", " a ", "abcdef"]))
PAIR = fingerprinted(
    FieldPair(
        local=FieldSpec("company", FieldType.TEXT),
        remote=RemoteField("Company", "Company", RemoteType.STRING, max_length=4),
        direction=Direction.BOTH,
        rule=Rule.ASK,
        cut=True,
    )
)


@given(before=TEXT, ours=TEXT, theirs=TEXT, base_ours=TEXT, base_theirs=TEXT, met=st.booleans())
def test_what_was_chosen_for_ours_goes_to_them(
    *,
    before: str | None,
    ours: str | None,
    theirs: str | None,
    base_ours: str | None,
    base_theirs: str | None,
    met: bool,
) -> None:
    base = BaseEntry(base_ours, base_theirs, PAIR.fingerprint) if met else None
    entry = only_ours_changed(PAIR, before=before, ours=ours, theirs=theirs, base=base)
    assert (entry.theirs, entry.fingerprint) == (theirs, PAIR.fingerprint)
    verdict = merge(PAIR, ours=ours, theirs=theirs, base=entry, context=MergeContext())
    assert verdict.step is (Step.NOTHING if pair_equal(PAIR, ours, theirs) else Step.TO_THEM)


@pytest.mark.parametrize(("theirs", "sent"), [("many", "3"), (None, "3")])
def test_a_value_of_theirs_that_we_cannot_hold_is_replaced_as_well(
    theirs: str | None, sent: str
) -> None:
    pair = fingerprinted(
        FieldPair(
            local=FieldSpec("visits", FieldType.INTEGER),
            remote=RemoteField("Visits", "Visits", RemoteType.STRING, max_length=10),
            direction=Direction.BOTH,
            rule=Rule.ASK,
        )
    )
    base = BaseEntry(2, "2", pair.fingerprint)
    entry = only_ours_changed(pair, before=3, ours=3, theirs=theirs, base=base)
    verdict = merge(pair, ours=3, theirs=theirs, base=entry, context=MergeContext())
    assert (verdict.step, verdict.value) == (Step.TO_THEM, sent)
