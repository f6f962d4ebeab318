"""Values out and in through a pair of fields, and when the two sides agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.errors import BadInput
from raccord.engine.mapping import (
    alike,
    fingerprint,
    fingerprinted,
    inward,
    outward,
    pair_equal,
    refusal,
    remote_normal,
)
from raccord.engine.records import Direction, FieldPair, FieldSpec, FieldType, Rule, Value
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT, NAMES, conversion
from tests.unit.engine.cast import pair, remote, spec
from tests.unit.engine.test_values import VALUES

T, R = FieldType, RemoteType
CHOICES: dict[str, Any] = {"choices": ("Red", "Blue")}


def of(local: FieldType, there: RemoteType, transform: str = "", **limits: Any) -> FieldPair:
    choices = CHOICES if "choice" in local else {}
    return pair(spec("f", local, **choices), remote("F", there, **limits), transform=transform)


THERE_AND_BACK: list[tuple[FieldPair, Value, Value]] = [
    (of(T.TEXT, R.STRING), "a", "a"),
    (of(T.TEXT, R.STRING), None, None),
    (of(T.INTEGER, R.INTEGER), 3, 3),
    (of(T.INTEGER, R.DECIMAL), 3, 3),
    (of(T.INTEGER, R.STRING), 3, "3"),
    (of(T.DECIMAL, R.DECIMAL), Decimal("1.5"), Decimal("1.5")),
    (of(T.DECIMAL, R.STRING), Decimal("1.5"), "1.5"),
    (of(T.BOOLEAN, R.BOOLEAN), True, True),
    (of(T.BOOLEAN, R.BOOLEAN, "not"), True, False),
    (of(T.BOOLEAN, R.STRING), False, "false"),
    (of(T.DATE, R.DATE), date(2026, 1, 31), date(2026, 1, 31)),
    (of(T.DATE, R.STRING), date(2026, 1, 31), "2026-01-31"),
    (of(T.DATETIME, R.STRING), datetime(2026, 1, 31, 9, tzinfo=UTC), "2026-01-31T09:00:00Z"),
    (of(T.CHOICE, R.PICKLIST), "Red", "Red"),
    (of(T.CHOICE, R.MULTIPICKLIST), "Red", ("Red",)),
    (of(T.MULTIPLE_CHOICE, R.MULTIPICKLIST), ("Red", "Blue"), ("Red", "Blue")),
    (of(T.MULTIPLE_CHOICE, R.TEXT), ("Red", "Blue"), "Red;Blue"),
    (of(T.CONSENT, R.OPT_OUT), "no", True),
    (of(T.CONSENT, R.OPT_OUT, "consent_to_opt_out"), "no", True),
    (of(T.CONSENT, R.BOOLEAN, "consent_to_opt_out"), "no", True),
    (of(T.CONSENT, R.BOOLEAN), "yes", True),
]


@pytest.mark.parametrize(("each", "ours", "theirs"), THERE_AND_BACK)
def test_there_and_back(each: FieldPair, ours: Value, theirs: Value) -> None:
    assert outward(each, ours) == theirs
    assert inward(each, theirs) == ours
    assert pair_equal(each, ours, theirs)


@pytest.mark.parametrize(
    ("each", "ours", "theirs"),
    [
        (of(T.TEXT, R.STRING, "upper"), "Bob", "BOB"),
        (of(T.TEXT, R.STRING, "lower"), "Bob", "bob"),
        (of(T.CONSENT, R.OPT_OUT), "yes", False),
        (of(T.CONSENT, R.BOOLEAN), "no", False),
        (of(T.BOOLEAN, R.BOOLEAN), None, False),
        (of(T.CONSENT, R.OPT_OUT), None, ABSENT),
        (of(T.CONSENT, R.BOOLEAN), None, ABSENT),
        (of(T.BOOLEAN, R.BOOLEAN, "not"), None, ABSENT),
    ],
)
def test_one_way_only(each: FieldPair, ours: Value, theirs: Value) -> None:
    assert outward(each, ours) == theirs


def test_an_unticked_box_is_neither_a_yes_nor_a_no() -> None:
    assert inward(of(T.CONSENT, R.OPT_OUT), False) is None
    assert inward(of(T.CONSENT, R.BOOLEAN), False) is None


EQUAL: list[tuple[RemoteField, Value, Value]] = [
    (remote(max_length=3), "abcdef", "abc"),
    (remote(max_length=4), "abc def", "abc"),
    (remote(lowercased=True), "ABC", "abc"),
    (remote(), "a\r\nb ", "a\nb"),
    (remote(), "", None),
    (remote(type=R.EMAIL), "A@b.com", "a@b.com"),
    (remote(type=R.DECIMAL, scale=2), Decimal("1.005"), Decimal("1.01")),
    (remote(type=R.DECIMAL, scale=2), Decimal("1.005"), Decimal("1.00")),
    (remote(type=R.DECIMAL, scale=0), Decimal("2.5"), Decimal("2")),
    (remote(type=R.DECIMAL), 3, Decimal("3.0")),
    (remote(type=R.DATETIME), datetime(2026, 1, 1, 0, 0, 0, 999, tzinfo=UTC),
     datetime(2026, 1, 1, tzinfo=UTC)),
    (remote(type=R.PICKLIST, restricted=True), "red", "Red"),
    (remote(type=R.MULTIPICKLIST), ("a", "b"), "b;a"),
    (remote(type=R.BOOLEAN), False, None),
]  # fmt: skip
UNEQUAL: list[tuple[RemoteField, Value, Value]] = [
    (remote(max_length=3), "abc", "ab"),
    (remote(max_length=3), "abcdef", "ab"),
    (remote(), "abcdef", "abc"),
    (remote(), "a", "A"),
    (remote(type=R.PICKLIST), "red", "Red"),
    (remote(type=R.DECIMAL, scale=2), Decimal("1.005"), Decimal("1.02")),
    (remote(type=R.DECIMAL), Decimal("1.005"), Decimal("1.01")),
    (remote(type=R.BOOLEAN), True, None),
    (remote(), "a", None),
    (remote(type=R.INTEGER), 0, None),
]


@pytest.mark.parametrize(("field", "sent", "seen"), EQUAL)
def test_taken_within_the_limits_of_the_remote_field(
    field: RemoteField, sent: Value, seen: Value
) -> None:
    assert alike(field, sent, seen)


@pytest.mark.parametrize(("field", "sent", "seen"), UNEQUAL)
def test_not_taken(field: RemoteField, sent: Value, seen: Value) -> None:
    assert not alike(field, sent, seen)


def test_theirs_counts_as_ours_within_the_limits_of_our_field() -> None:
    each = pair(spec("n", T.DECIMAL, decimal_places=2), remote("N", R.DECIMAL, scale=4))
    assert inward(each, Decimal("1.2345")) == Decimal("1.23")
    assert pair_equal(each, Decimal("1.23"), Decimal("1.2345"))


def test_what_our_field_can_not_hold_is_refused_and_unequal() -> None:
    each = of(T.CHOICE, R.STRING)
    with pytest.raises(BadInput, match=r"raccord\.value\.choice"):
        inward(each, "Pink")
    assert not pair_equal(each, "Red", "Pink")


def test_a_pair_that_no_longer_converts_says_so() -> None:
    broken = of(T.DATE, R.BOOLEAN)
    reason = refusal(broken)
    assert reason is not None
    assert reason.code == "raccord.mapping.cannot_convert"
    with pytest.raises(BadInput, match="cannot_convert"):
        outward(broken, date(2026, 1, 1))
    assert refusal(of(T.DATE, R.DATE)) is None


def test_the_fingerprint_names_the_two_fields_and_nothing_that_must_not_move_values() -> None:
    each = pair()
    same = [
        replace(each, direction=Direction.INBOUND),
        replace(each, rule=Rule.THEIRS),
        replace(each, transform="upper"),
        replace(each, local=replace(each.local, label="x", required=True)),
        replace(each, remote=replace(each.remote, max_length=3)),
    ]
    other = [
        replace(each, local=spec("other")),
        replace(each, remote=remote("Other")),
        replace(each, remote=remote(type=R.PICKLIST)),
    ]
    assert {fingerprint(one) for one in same} == {each.fingerprint}
    assert each.fingerprint not in {fingerprint(one) for one in other}
    assert fingerprinted(each) == each


CONVERTIBLE = [
    (local, there, name)
    for local in T
    for there in R
    for name in NAMES
    if conversion(local, there, name) and "choice" not in local
]


@given(
    st.sampled_from(CONVERTIBLE).flatmap(
        lambda kind: st.tuples(st.just(kind), VALUES[kind[0]] | st.none())
    )
)
def test_what_was_sent_agrees_with_what_it_was_made_from(
    case: tuple[tuple[FieldType, RemoteType, str], Value],
) -> None:
    (local, there, name), value = case
    each = of(local, there, name)
    sent = outward(each, value)
    if sent is ABSENT:
        return
    assert pair_equal(each, value, sent)
    assert alike(each.remote, sent, remote_normal(each.remote, sent))


def test_every_conversion_of_ours_is_tried_above() -> None:
    assert len(CONVERTIBLE) > 40
    assert isinstance(of(T.TEXT, R.STRING).local, FieldSpec)
