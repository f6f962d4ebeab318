"""What a field takes, what it makes of it, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType, Value
from raccord.engine.values import parse, parser
from tests.unit.engine.cast import spec

T = FieldType
COLOURS = spec("colour", T.CHOICE, choices=("Red", "Dark blue", "Vert"))
TAGS = spec("tags", T.MULTIPLE_CHOICE, choices=("Red", "Dark blue", "Vert"))

TAKEN: list[tuple[FieldType, object, Value]] = [
    (T.TEXT, "  O'Brien ", "O'Brien"),
    (T.TEXT, "=1+1", "=1+1"),
    (T.TEXT, "محمد", "محمد"),
    (T.TEXT, "👩‍🚀 “q”", "👩‍🚀 “q”"),
    (T.TEXT, "a\r\nb\rc\td", "a\nb\nc\td"),
    (T.TEXT, " \t ", None),
    (T.TEXT, None, None),
    (T.TEXT, 75002, "75002"),
    (T.TEXT, 75002.0, "75002"),
    (T.TEXT, True, "true"),
    (T.TEXT, date(2026, 1, 31), "2026-01-31"),
    (T.LONG_TEXT, "x" * 32_000, "x" * 32_000),
    (T.EMAIL, " Jean.DUPONT@Example.COM ", "jean.dupont@example.com"),
    (T.EMAIL, "o'brien+tag@sub.example.museum", "o'brien+tag@sub.example.museum"),
    (T.EMAIL, "JÉRÔME@exämple.fr", "jérôme@exämple.fr"),
    (T.EMAIL, "用户@例子.公司", "用户@例子.公司"),
    (T.EMAIL, "ı@उदाहरण.भारत", "ı@उदाहरण.भारत"),
    (T.DATE, "2024-02-29", date(2024, 2, 29)),
    (T.DATE, date(2024, 2, 29), date(2024, 2, 29)),
    (T.DATETIME, "2026-01-31T14:30+01:00", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
    (T.DATETIME, "2026-01-31 14:30", datetime(2026, 1, 31, 14, 30, tzinfo=UTC)),
    (T.DATETIME, "2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
    (T.INTEGER, "-0042", -42),
    (T.INTEGER, Decimal("3.0"), 3),
    (T.INTEGER, 3.0, 3),
    (T.DECIMAL, "+12.50", Decimal("12.50")),
    (T.DECIMAL, ".5", Decimal("0.5")),
    (T.DECIMAL, "1e3", Decimal("1e3")),
    (T.DECIMAL, 0.1, Decimal("0.1")),
    (T.BOOLEAN, "OUI", True),
    (T.BOOLEAN, "0", False),
    (T.BOOLEAN, False, False),
    (T.BOOLEAN, 1, True),
    (T.CONSENT, "Yes", "yes"),
    (T.CONSENT, "non", "no"),
    (T.CONSENT, True, "yes"),
    (T.CONSENT, "", None),
    (T.PHONE, "+33 (0)1 23-45 ext. 6", "+33 (0)1 23-45 ext. 6"),
    (T.PHONE, "front desk", "front desk"),
    (T.URL, "HTTPS://www.example.com:8080/a?b=c#d", "HTTPS://www.example.com:8080/a?b=c#d"),
    (T.URL, "example.com", "example.com"),
]
REFUSED: list[tuple[FieldType, object, str]] = [
    (T.TEXT, "a\x00b", "control_character"),
    (T.TEXT, "a\x1bb", "control_character"),
    (T.TEXT, "half \ud800 pair", "control_character"),
    (T.TEXT, "x" * 256, "too_long"),
    (T.TEXT, ["a", 1], "text"),
    (T.TEXT, {"a": 1}, "text"),
    (T.LONG_TEXT, "x" * 32_001, "too_long"),
    *[(T.EMAIL, address, "email") for address in (
        "a", "a@b", "@b.com", "a@", "a b@c.com", "a@@b.com", "a@b..com", "a.@b.com", ".a@b.com",
        "a..b@c.com", "a@-b.com", "a@b-.com", "a@b.c", "a@example.c", "a@1.2.3.4", "a@b.com.",
        "a@b_c.com", "a@b.com,c@d.com", "<a@b.com>", "mailto:a@b.com", "a\u200b@b.com",
        "a\ud800@b.com",
        "x" * 65 + "@b.com", "a@" + "x" * 64 + ".com", "a@" + "x." * 130 + "com", "a\n@b.com",
    )],
    (T.EMAIL, 7, "email"),
    (T.DATE, "2023-02-29", "date"),
    (T.DATE, "31/01/2026", "date"),
    (T.DATE, "20260131", "date"),
    (T.DATE, "2024-W01-1", "date"),
    (T.DATE, "0000-01-01", "date"),
    (T.DATE, datetime(2026, 1, 1, tzinfo=UTC), "date"),
    (T.DATETIME, "2026-01-31T25:00", "datetime"),
    (T.DATETIME, "0001-01-01T00:00+14:00", "datetime"),
    (T.DATETIME, "tomorrow", "datetime"),
    (T.INTEGER, "1.5", "integer"),
    (T.INTEGER, "1_000", "integer"),
    (T.INTEGER, "٣", "integer"),
    (T.INTEGER, True, "integer"),
    (T.INTEGER, "1" + "0" * 18, "number_too_large"),
    (T.INTEGER, float("inf"), "integer"),
    (T.DECIMAL, "NaN", "decimal"),
    (T.DECIMAL, "Infinity", "decimal"),
    (T.DECIMAL, float("nan"), "decimal"),
    (T.DECIMAL, Decimal("sNaN"), "decimal"),
    (T.DECIMAL, "1,5", "decimal"),
    (T.DECIMAL, "1e99", "number_too_large"),
    (T.DECIMAL, "1e-19", "decimal_places"),
    (T.BOOLEAN, "maybe", "boolean"),
    (T.BOOLEAN, 2, "boolean"),
    (T.CONSENT, "perhaps", "consent"),
    (T.PHONE, "1\n2", "phone"),
    (T.PHONE, "1" * 256, "too_long"),
    (T.URL, "javascript:alert(1)", "url"),
    (T.URL, "https://user:secret@example.com", "url"),
    (T.URL, "https://exa mple.com", "url"),
    (T.URL, "ftp://example.com", "url"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "raw", "value"), TAKEN)
def test_taken(type_: FieldType, raw: object, value: Value) -> None:
    taken = parse(spec("f", type_), raw)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize(("type_", "raw", "kind"), REFUSED)
def test_refused_with_a_code_that_names_the_field(type_: FieldType, raw: object, kind: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse(spec("f", type_), raw)
    assert refusal.value.code == f"raccord.value.{kind}"
    assert refusal.value.at == "f"
    assert refusal.value.params["field"] == "F"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("Red", "Red"), ("dark BLUE", "Dark blue"), (" vert", "Vert"), ("", None)],
)
def test_choice_is_found_whatever_its_case(raw: str, value: Value) -> None:
    assert parse(COLOURS, raw) == value


def test_a_choice_outside_the_list_is_refused_with_the_list() -> None:
    with pytest.raises(BadInput) as refusal:
        parse(COLOURS, "Rouge")
    assert refusal.value.params["choices"] == "Red, Dark blue, Vert"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("vert; Red;;red", ("Red", "Vert")),
        (["Vert", "Red"], ("Red", "Vert")),
        (("Vert",), ("Vert",)),
        ([], None),
        (";", None),
    ],
)
def test_multiple_choice_keeps_each_choice_once_in_the_list_s_order(
    raw: object, value: Value
) -> None:
    assert parse(TAGS, raw) == value


def test_multiple_choice_refuses_the_whole_when_one_is_unknown() -> None:
    with pytest.raises(BadInput, match="multiple_choice"):
        parse(TAGS, "Red;Pink")


def test_limits_of_the_field_itself() -> None:
    with pytest.raises(BadInput, match="too_long"):
        parse(spec("f", T.TEXT, max_length=3), "abcd")
    assert parse(spec("f", T.DECIMAL, decimal_places=2), "1.2300") == Decimal("1.23")
    with pytest.raises(BadInput, match="decimal_places"):
        parse(spec("f", T.DECIMAL, decimal_places=2), "1.234")


@given(
    type_=st.sampled_from([kind for kind in T if "choice" not in kind]),
    raw=st.one_of(
        st.text(max_size=50),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.none(),
        st.lists(st.text(max_size=3), max_size=3),
    ),
)
def test_whatever_comes_in_is_a_value_or_a_clear_refusal(type_: FieldType, raw: object) -> None:
    read = parser(spec("f", type_))
    try:
        value = read(raw)
    except BadInput as refusal:
        assert refusal.code.startswith("raccord.value.")
        return
    assert value != ""
    assert "\x00" not in str(value)
    str(value).encode()
    assert read(value) == value


EMAILS = st.from_regex(
    r"[a-zA-Z0-9+_.'-]{1,10}@[a-zA-Z0-9äß.-]{1,12}\.[a-zA-Z]{2,4}", fullmatch=True
)


@given(EMAILS)
def test_an_address_that_was_taken_is_taken_again_as_it_is(raw: str) -> None:
    read = parser(spec("f", T.EMAIL))
    try:
        address = read(raw)
    except BadInput:
        return
    assert address == read(address) == read(raw.upper() if raw.isascii() else raw)
