"""Guards: what a plan does to people, and limits as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.errors import BadInput
from raccord.engine.guards import CODES, USUAL, Effect, Limit, effects, read_limit
from raccord.engine.records import (
    Action,
    FieldPair,
    FieldSpec,
    FieldType,
    Plan,
    Subject,
    TransferSpec,
    Values,
)
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.sentences import SENTENCES

COMPANY = FieldPair(
    FieldSpec("company", FieldType.TEXT), RemoteField("Company", "Company", RemoteType.TEXT)
)
NEWS = FieldPair(
    FieldSpec("news", FieldType.CONSENT),
    RemoteField("OptedOut", "Opted out", RemoteType.BOOLEAN),
    transform="consent_to_opt_out",
)
SPEC = TransferSpec(1, "Contact", (COMPANY, NEWS), frozenset())


def of(plan: Plan, local: Values) -> frozenset[Effect]:
    return effects(plan, Subject(1, "", local, frozenset()), SPEC)


def written(before: object, after: object, *, action: Action = Action.UPDATE) -> Plan:
    return Plan(1, action, writes={"Company": after}, before={"Company": before})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Acme", None, {Effect.BLANKED}),
        ("Acme", "", {Effect.BLANKED}),
        ("Acme", "Other", {Effect.OVERWRITTEN}),
        (None, "Acme", set()),
        ("", "Acme", set()),
        ("Acme", "Acme", set()),
        (0, 1, {Effect.OVERWRITTEN}),
        (False, True, {Effect.OVERWRITTEN}),
    ],
)
def test_a_value_over_there(before: object, after: object, expected: set[Effect]) -> None:
    assert of(written(before, after), {"company": after}) == expected  # type: ignore[dict-item]


def test_a_new_record_takes_nothing_away() -> None:
    assert of(written(None, "Acme", action=Action.CREATE), {"company": "Acme"}) == set()


@pytest.mark.parametrize(
    ("now", "after", "expected"),
    [("Acme", None, {Effect.BLANKED}), ("Acme", "B", {Effect.OVERWRITTEN}), (None, "B", set())],
)
def test_a_value_of_ours(now: str | None, after: str | None, expected: set[Effect]) -> None:
    plan = Plan(1, Action.NOTHING, local={"company": after})
    assert of(plan, {"company": now}) == expected


def test_a_deletion_is_that_and_nothing_else() -> None:
    assert of(Plan(1, Action.DELETE), {}) == {Effect.DELETED}


def test_opting_in_counts_on_either_side_and_opting_out_never() -> None:
    there = Plan(1, Action.UPDATE, writes={"OptedOut": False}, before={"OptedOut": True})
    assert of(there, {"news": "yes"}) == {Effect.OPTED_IN}
    assert of(Plan(1, Action.NOTHING, local={"news": "yes"}), {"news": "no"}) == {Effect.OPTED_IN}
    assert of(Plan(1, Action.NOTHING, local={"news": "no"}), {"news": "yes"}) == set()
    out = Plan(
        1,
        Action.UPDATE,
        writes={"OptedOut": True, "Company": None},
        before={"OptedOut": False, "Company": "Acme"},
        tightens=True,
    )
    assert of(out, {"news": "no", "company": None}) == set()


@pytest.mark.parametrize(
    ("typed", "limit", "of_2000"),
    [
        ("", Limit(), None),
        ("  ", Limit(), None),
        ("0", Limit(0), 0),
        ("1,000", Limit(1_000), 1_000),
        ("1 000", Limit(1_000), 1_000),
        ("5 %", Limit(percent=5), 100),
        ("5%", Limit(percent=5), 100),
        ("100 %", Limit(percent=100), 2_000),
    ],
)
def test_limits_as_typed(typed: str, limit: Limit, of_2000: int | None) -> None:
    assert read_limit(typed, at="deleted") == limit
    assert limit.of(2_000) == of_2000


@pytest.mark.parametrize("typed", ["-1", "0 %", "101 %", "1.5", "%", "many", "9" * 100, "٣", "5%%"])
def test_what_is_no_limit_is_refused_at_its_place(typed: str) -> None:
    with pytest.raises(BadInput) as raised:
        read_limit(typed, at="deleted")
    assert raised.value.at == "deleted"


@given(st.text())
def test_reading_never_breaks(typed: str) -> None:
    try:
        limit = read_limit(typed, at="x")
    except BadInput:
        return
    assert read_limit(limit.text, at="x") == limit


def test_each_effect_has_a_usual_limit_and_words() -> None:
    assert set(USUAL) == set(Effect) == set(CODES)
    assert set(CODES.values()) <= SENTENCES.keys()
