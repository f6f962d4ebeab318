"""A value that is sent where ours is empty: equal to the empty field, and beaten by any value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from raccord.engine.mapping import fingerprint, fingerprinted, inward, outward, pair_equal
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import (
    BaseEntry,
    Direction,
    FieldPair,
    FieldSpec,
    FieldType,
    Value,
)
from raccord.engine.schema import RemoteField, RemoteType

NAME = fingerprinted(
    FieldPair(
        FieldSpec("last_name", FieldType.TEXT, label="Last name"),
        RemoteField("LastName", "Last Name", RemoteType.STRING, max_length=9, required=True),
        direction=Direction.BOTH,
        when_empty="Unknown",
    )
)


def merged(ours: Value, theirs: Value, *, base: tuple[Value, Value] | None = None) -> Step:
    entry = BaseEntry(*base, NAME.fingerprint) if base else None
    return merge(NAME, ours=ours, theirs=theirs, base=entry, context=MergeContext()).step


def test_it_is_what_an_empty_field_becomes_there_and_nothing_else() -> None:
    assert outward(NAME, None) == "Unknown"
    assert outward(NAME, "Smith") == "Smith"
    assert outward(replace(NAME, when_empty=None), None) is None
    assert outward(replace(NAME, when_empty="Unknown person", cut=True), None) == "Unknown p"
    assert inward(NAME, None) is None


def test_it_is_no_part_of_what_a_base_entry_means() -> None:
    assert fingerprint(NAME) == fingerprint(replace(NAME, when_empty=None))


@pytest.mark.parametrize(
    ("ours", "theirs", "base", "step"),
    [
        (None, "Unknown", None, Step.NOTHING),
        (None, "unknown", (None, "Unknown"), Step.TO_US),  # somebody there wrote it otherwise
        (None, "Smith", None, Step.TO_US),
        (None, "Smith", (None, "Unknown"), Step.TO_US),
        ("Smith", "Unknown", (None, "Unknown"), Step.TO_THEM),
        (None, "Smith", ("Smith", "Smith"), Step.TO_THEM),
        (None, None, None, Step.NOTHING),
        ("Unknown", "Unknown", (None, "Unknown"), Step.NOTHING),
    ],
)
def test_nothing_moves_by_it_and_every_value_beats_it(
    ours: Value, theirs: Value, base: tuple[Value, Value] | None, step: Step
) -> None:
    assert merged(ours, theirs, base=base) is step


def test_an_emptied_field_sends_it_instead_of_nothing() -> None:
    entry = BaseEntry("Smith", "Smith", NAME.fingerprint)
    verdict = merge(NAME, ours=None, theirs="Smith", base=entry, context=MergeContext())
    assert (verdict.step, verdict.value) == (Step.TO_THEM, "Unknown")
    assert pair_equal(NAME, None, "Unknown") and not pair_equal(NAME, None, "Smith")
