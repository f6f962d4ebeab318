"""A text cut for a field that holds less: where it is cut, and that it is settled so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.creation import create
from raccord.engine.cutting import cut
from raccord.engine.mapping import LONGER_THERE, outward, pair_equal, unsendable
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import Action, BaseEntry, Direction, FieldType
from raccord.engine.schema import RemoteType
from tests.unit.engine.cast import EMAIL, pair, remote, spec, subject, transfer

LONG = "Direction de la communication"
NOTES = remote("Notes", RemoteType.TEXT, max_length=9)
CUTS = pair(spec("notes", FieldType.LONG_TEXT), NOTES, cut=True)
REFUSES = pair(spec("notes", FieldType.LONG_TEXT), NOTES)


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("ab cd", 3, "ab"),
        ("cafe\u0301s", 4, "caf"),
        ("a👩‍👩‍👧b", 4, "a"),
        ("a👍🏽b", 2, "a"),
        ("🇫🇷🇨🇦", 3, "🇫🇷"),
        ("👩‍👩‍👧", 2, "👩‍"),
        ("🎉🎉", 1, "🎉"),
        ("", 3, ""),
    ],
)
def test_nothing_is_cut_in_two_that_is_read_as_one(text: str, longest: int, kept: str) -> None:
    assert cut(text, longest=longest) == kept


@given(st.text(max_size=30), st.integers(1, 20))
def test_it_fits_and_is_a_beginning(text: str, longest: int) -> None:
    kept = cut(text, longest=longest)
    assert len(kept) <= longest
    assert text.startswith(kept)


def test_a_long_text_is_sent_cut_and_settled_so() -> None:
    verdict = merge(
        CUTS, ours=LONG, theirs="old", base=BaseEntry("old", "old", CUTS.fingerprint),
        context=MergeContext(),
    )  # fmt: skip
    assert (verdict.step, verdict.value) == (Step.TO_THEM, "Direction")
    assert verdict.base == BaseEntry(LONG, "Direction", CUTS.fingerprint)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_cut_value_is_never_sent_again_and_never_comes_back(direction: Direction) -> None:
    each = pair(spec("notes", FieldType.LONG_TEXT), NOTES, cut=True, direction=direction)
    for base in (None, BaseEntry(LONG, "Direction", each.fingerprint)):
        verdict = merge(each, ours=LONG, theirs="Direction", base=base, context=MergeContext())
        assert verdict.step is Step.NOTHING
    # A change behind the cut is none for the other side.
    base = BaseEntry(LONG, "Direction", each.fingerprint)
    verdict = merge(each, ours=LONG + "!", theirs="Direction", base=base, context=MergeContext())
    assert verdict.step is Step.NOTHING


def test_who_edits_the_cut_text_over_there_gives_a_new_value() -> None:
    base = BaseEntry(LONG, "Direction", CUTS.fingerprint)
    verdict = merge(CUTS, ours=LONG, theirs="Bureau", base=base, context=MergeContext())
    assert (verdict.step, verdict.value) == (Step.TO_US, "Bureau")


def test_without_it_only_the_field_waits_and_says_how_much_fits() -> None:
    verdict = merge(
        REFUSES, ours=LONG, theirs=None, base=None, context=MergeContext()
    )  # fmt: skip
    assert verdict.step is Step.HELD
    assert verdict.failure is not None
    assert (verdict.failure.code, verdict.failure.params["limit"]) == (LONGER_THERE, "9")


def test_a_new_record_is_made_without_what_it_cannot_hold() -> None:
    made = create(
        subject({"email": "a@example.org", "notes": LONG}),
        transfer(EMAIL, REFUSES),
        {"email": "a@example.org", "notes": LONG},
    )
    assert (made.action, set(made.writes)) == (Action.CREATE, {"Email"})
    assert made.failure is not None
    assert made.failure.code == LONGER_THERE


def test_a_new_record_that_cannot_be_without_it_waits_as_a_whole() -> None:
    needed = pair(spec("name"), remote("Name", max_length=4, required=True))
    made = create(subject({"name": LONG}), transfer(EMAIL, needed), {"name": LONG})
    assert made.action is Action.PARK
    assert made.failure is not None
    assert made.failure.code == LONGER_THERE


def test_what_fits_is_left_alone() -> None:
    assert outward(CUTS, "short") == "short"
    assert unsendable(CUTS, "short") is None
    assert pair_equal(CUTS, "short", "short")
