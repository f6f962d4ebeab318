"""The rows of docs/reference/values.md that no other test holds, type by type, both ways.

Some are stories of defects found in other products.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from raccord.connectors.salesforce import wire
from raccord.engine.compatibility import Compatible, Incompatible, check
from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward, outward, pair_equal
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.parsing import parse
from raccord.engine.records import BaseEntry, Direction, FieldPair, FieldType, Value
from raccord.engine.schema import RemoteType
from tests.unit.engine.cast import pair, remote, spec

T, R = FieldType, RemoteType
MONTREAL = ZoneInfo("America/Toronto")


def of(local: FieldType, there: RemoteType, **limits: Any) -> FieldPair:
    return pair(spec("f", local, choices=("a;b", "c") if "choice" in local else ()),
                remote("F", there, **limits))  # fmt: skip


def changed(each: FieldPair, ours: Value, theirs: Value, base: tuple[Value, Value]) -> Step:
    entry = BaseEntry(*base, each.fingerprint)
    return merge(each, ours=ours, theirs=theirs, base=entry, context=MergeContext()).step


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("+1 514-555-0123", "+15145550123"),
        ("514.555.0123", "(514) 555-0123"),
        ("514 555 0123 ext. 12", "(514) 555-0123 x12"),
        ("514 555 0123 poste 12", "514-555-0123 EXT 12"),
        ("front desk", "Front desk"),
    ],
)
def test_a_number_set_out_otherwise_is_the_same_number(ours: str, theirs: str) -> None:
    each = of(T.PHONE, R.PHONE)
    assert pair_equal(each, ours, theirs)
    assert changed(each, ours, theirs, (ours, ours)) is Step.NOTHING
    assert outward(each, ours) == ours


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("+1 514 555 0123", "514 555 0123"),
        ("514 555 0123 x1", "514 555 0123 x2"),
        ("514 555 0123 x2", "514 555 01232"),
        ("front desk", "back desk"),
        ("-", "."),
    ],
)
def test_another_number_is_another(ours: str, theirs: str) -> None:
    assert not pair_equal(of(T.PHONE, R.PHONE), ours, theirs)


def test_a_number_that_is_typed_anew_here_is_kept_as_typed_and_not_sent() -> None:
    each = of(T.PHONE, R.PHONE)
    base = ("5145550123", "5145550123")
    assert changed(each, "(514) 555-0123", "5145550123", base) is Step.NOTHING


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Ana@Example.org", "ana@example.ORG"), ("ana@exämple.org", "ana@xn--exmple-cua.org")],
)
def test_one_address_in_two_spellings(ours: str, theirs: str) -> None:
    assert pair_equal(of(T.EMAIL, R.EMAIL, lowercased=True), ours, theirs)


@pytest.mark.parametrize("address", ["a@\u0301.org", "a@" + "ä" * 70 + ".org", "@", "ä@", "aä"])
def test_an_odd_address_is_compared_all_the_same(address: str) -> None:
    each = of(T.EMAIL, R.EMAIL)
    assert pair_equal(each, address, address)
    assert not pair_equal(each, address, "b@example.org")


def test_an_empty_number_never_becomes_1_0() -> None:
    """A product read an empty decimal as 1.0."""
    each = of(T.DECIMAL, R.DECIMAL, scale=2)
    assert outward(each, None) is None
    assert wire.to_wire(None) is None
    read = wire.parser(R.DECIMAL)
    assert read is not None
    assert inward(each, read(None)) is None
    assert not pair_equal(each, None, Decimal("1.0"))
    assert not pair_equal(each, None, Decimal(0))
    assert changed(each, None, Decimal(5), (Decimal(5), Decimal(5))) is Step.TO_THEM


@pytest.mark.parametrize("theirs", [1, Decimal(1), Decimal("1.0"), Decimal("1.00")])
def test_one_is_one_however_it_is_written(theirs: Value) -> None:
    assert pair_equal(of(T.DECIMAL, R.DECIMAL, scale=2), Decimal("1.0"), theirs)
    assert pair_equal(of(T.INTEGER, R.DECIMAL, scale=0), 1, theirs)


def test_a_number_rounded_there_is_settled_and_stays_exact_here() -> None:
    each = of(T.DECIMAL, R.DECIMAL, scale=2)
    assert pair_equal(each, Decimal("1.005"), Decimal("1.01"))
    assert changed(each, Decimal("1.005"), Decimal("1.00"), (Decimal(1), Decimal(1))) is (
        Step.NOTHING
    )
    assert wire.to_wire(Decimal("0.1")) == 0.1
    assert wire.to_wire(Decimal("1234567890123456.78")) == "1234567890123456.78"


def test_a_fraction_for_a_whole_number_waits() -> None:
    with pytest.raises(BadInput) as refused:
        inward(of(T.INTEGER, R.DECIMAL), Decimal("1.5"))
    assert refused.value.code == "raccord.value.integer"


def test_half_past_eleven_in_montreal_is_the_same_moment_there_and_back() -> None:
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=MONTREAL)
    each = of(T.DATETIME, R.DATETIME)
    stored = parse(each.local, evening)
    sent = wire.to_wire(outward(each, stored))  # type: ignore[arg-type]
    assert sent == "2026-03-02T04:30:00.000+0000"
    back = inward(each, wire.instant(sent))
    assert back == stored
    assert isinstance(back, datetime)
    assert back.astimezone(MONTREAL).strftime("%d %H:%M") == "01 23:30"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC),  # the second before the clocks skip an hour
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # 01:30, which comes twice
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    ],
)
def test_a_moment_at_a_change_of_clocks_is_itself(moment: datetime) -> None:
    each = of(T.DATETIME, R.DATETIME)
    there = wire.instant(wire.to_wire(outward(each, moment)))  # type: ignore[arg-type]
    assert inward(each, there) == moment
    assert not pair_equal(each, moment, moment.replace(hour=(moment.hour + 1) % 24))


def test_a_day_and_a_moment_are_not_paired() -> None:
    for local, there in ((T.DATE, R.DATETIME), (T.DATETIME, R.DATE)):
        verdict = check(spec("f", local), remote("F", there), Direction.BOTH)
        assert isinstance(verdict, Incompatible)
        assert verdict.code == "raccord.mapping.date_and_time"
    assert inward(of(T.DATE, R.DATE), date(2026, 3, 1)) == date(2026, 3, 1)


def test_an_empty_box_is_sent_as_not_ticked_and_that_is_said() -> None:
    each = of(T.BOOLEAN, R.BOOLEAN)
    assert outward(each, None) is False
    assert pair_equal(each, None, False)
    assert changed(each, None, False, (True, True)) is Step.NOTHING
    verdict = check(each.local, each.remote, Direction.OUTBOUND)
    assert isinstance(verdict, Compatible)
    assert "raccord.mapping.empty_is_unticked" in [notice.code for notice in verdict.warnings]


def test_a_semicolon_is_a_letter_in_every_text() -> None:
    """A product replaced “;” in every string."""
    for local, there in ((T.TEXT, R.STRING), (T.LONG_TEXT, R.TEXT), (T.URL, R.URL)):
        each = of(local, there)
        text = "https://a.example/?x=1;y=2"
        assert outward(each, text) == wire.to_wire(text) == text
        assert inward(each, text) == text
    assert outward(of(T.CHOICE, R.PICKLIST), "a;b") == "a;b"
    assert inward(of(T.CHOICE, R.PICKLIST), "a;b") == "a;b"


def test_a_choice_with_a_semicolon_is_refused_where_it_would_become_two() -> None:
    each = of(T.MULTIPLE_CHOICE, R.MULTIPICKLIST)
    with pytest.raises(ValueError, match="separator"):
        wire.to_wire(outward(each, ("a;b",)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("there", "code"),
    [
        (remote("OwnerId", R.REFERENCE), "raccord.mapping.remote_is_reference"),
        (remote("MailingAddress", R.COMPOUND), "raccord.mapping.remote_is_compound"),
        (remote("Id", R.ID), "raccord.mapping.remote_is_id"),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_what_cannot_be_mapped_says_why(there: Any, code: str, direction: Direction) -> None:
    verdict = check(spec("f"), there, direction)
    assert isinstance(verdict, Incompatible)
    assert verdict.code == code


def test_a_formula_can_only_come_in() -> None:
    formula = remote("Age__c", R.DECIMAL, createable=False, updateable=False)
    for direction in (Direction.OUTBOUND, Direction.BOTH):
        refused = check(spec("f", T.DECIMAL), formula, direction)
        assert isinstance(refused, Incompatible)
        assert refused.code == "raccord.mapping.remote_is_read_only"
    assert isinstance(check(spec("f", T.DECIMAL), formula, Direction.INBOUND), Compatible)
