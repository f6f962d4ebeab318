"""Normal form, equality, storage and the unique key."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.records import FieldType, Value
from raccord.engine.values import equal, from_json, normal, to_json, unique_key
from tests.unit.engine.cast import spec

T = FieldType
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
VALUES: dict[FieldType, st.SearchStrategy[Value]] = {
    **dict.fromkeys([T.TEXT, T.LONG_TEXT, T.EMAIL, T.PHONE, T.URL, T.CHOICE], TEXTS),
    T.INTEGER: st.integers(-(10**18), 10**18),
    T.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=6),
    T.BOOLEAN: st.booleans(),
    T.DATE: st.dates(),
    T.DATETIME: st.datetimes(timezones=st.just(UTC)),
    T.MULTIPLE_CHOICE: st.lists(TEXTS, min_size=1, max_size=4).map(tuple),
    T.CONSENT: st.sampled_from(["yes", "no"]),
}  # fmt: skip
TYPED = st.sampled_from(sorted(VALUES)).flatmap(
    lambda type_: st.tuples(st.just(type_), VALUES[type_] | st.none())
)

SAME: list[tuple[FieldType, Value, Value]] = [
    (T.TEXT, "é", "e\u0301"),
    (T.TEXT, " a\r\nb ", "a\nb"),
    (T.TEXT, "", None),
    (T.EMAIL, "A@B.com", "a@b.COM"),
    (T.DECIMAL, Decimal("1.50"), Decimal("1.5")),
    (T.DECIMAL, Decimal("-0"), Decimal("0.00")),
    (T.DATETIME, datetime(2026, 1, 1, 12, 0, 0, 999, tzinfo=UTC),
     datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))),
    (T.MULTIPLE_CHOICE, ("b", "a", "a"), ("a", "b")),
]  # fmt: skip
DIFFERENT: list[tuple[FieldType, Value, Value]] = [
    (T.TEXT, "a", "A"),
    (T.TEXT, "a", None),
    (T.DECIMAL, Decimal("1.0000000000000000000000000000001"), Decimal(1)),
    (T.BOOLEAN, False, None),
    (T.DATETIME, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
    (T.INTEGER, 0, None),
]


@pytest.mark.parametrize(("type_", "a", "b"), SAME)
def test_same(type_: FieldType, a: Value, b: Value) -> None:
    assert equal(type_, a, b)
    assert equal(type_, b, a)


@pytest.mark.parametrize(("type_", "a", "b"), DIFFERENT)
def test_different(type_: FieldType, a: Value, b: Value) -> None:
    assert not equal(type_, a, b)


@given(TYPED)
def test_the_normal_form_of_a_normal_form_is_itself(typed: tuple[FieldType, Value]) -> None:
    type_, value = typed
    assert normal(type_, normal(type_, value)) == normal(type_, value)


@given(TYPED)
def test_what_is_stored_comes_back(typed: tuple[FieldType, Value]) -> None:
    type_, value = typed
    restored = from_json(type_, json.loads(json.dumps(to_json(value))))
    assert restored == value
    assert type(restored) is type(value)


KEY = (spec("a"), spec("b"))
KEY_TEXTS = st.text(st.sampled_from("ab|\\ "), min_size=1, max_size=5).filter(str.strip)


@given(KEY_TEXTS, KEY_TEXTS, KEY_TEXTS, KEY_TEXTS)
def test_two_keys_are_the_same_only_if_their_parts_are(a: str, b: str, c: str, d: str) -> None:
    one, other = unique_key(KEY, {"a": a, "b": b}), unique_key(KEY, {"a": c, "b": d})
    assert (one == other) == ((a.strip(), b.strip()) == (c.strip(), d.strip()))


def test_a_key_with_an_empty_part_is_no_key() -> None:
    assert unique_key(KEY, {"a": "x", "b": None}) is None
    assert unique_key(KEY, {"a": "x"}) is None
    assert unique_key((), {"a": "x"}) is None


def test_an_email_key_ignores_case_and_a_number_its_zeros() -> None:
    assert unique_key([spec("e", T.EMAIL)], {"e": "A@b.com"}) == "a@b.com"
    number = [spec("n", T.DECIMAL)]
    assert unique_key(number, {"n": Decimal("1E+2")}) == unique_key(number, {"n": Decimal("100.0")})
    assert unique_key([spec("d", T.DATE)], {"d": date(2026, 1, 31)}) == "2026-01-31"


def test_a_long_key_becomes_a_digest_that_no_text_can_pretend_to_be() -> None:
    long = unique_key(KEY[:1], {"a": "x" * 250})
    assert long is not None
    assert len(long) < 200
    assert unique_key(KEY[:1], {"a": long}) != long
