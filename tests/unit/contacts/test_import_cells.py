"""What a cell means by the options of its import; everything else is left to be refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts.imports import cells
from raccord.contacts.imports.options import DateOrder, DecimalMark, ImportOptions
from raccord.contacts.project_fields import ProjectFields
from raccord.engine import values
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Value

YEAR, DAY, MONTH = DateOrder
POINT, COMMA = DecimalMark


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2024-12-31", DAY),
        ("2024/12/31", MONTH),
        ("31/12/2024", DAY),
        ("31.12.2024", DAY),
        ("12/31/2024", MONTH),
        ("2024-12-31 00:00:00", DAY),
        ("31/12/2024 0:00", DAY),
    ],
)
def test_dates_are_read_in_their_order(cell: str, order: DateOrder) -> None:
    assert meant(FieldType.DATE, cell, date_order=order) == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("31/12/2024", MONTH),
        ("31/12/2024", YEAR),
        ("31/12/24", DAY),
        ("29/02/2023", DAY),
        ("31/12-2024", DAY),
        ("31/12/2024 08:15", DAY),
        ("١/٢/2024", DAY),
        ("31/12/2024 x", DAY),
        ("2024-12-31T25:00", DAY),
    ],
)
def test_what_is_no_date_in_this_order_is_refused(cell: str, order: DateOrder) -> None:
    with pytest.raises(BadInput, match="date"):
        meant(FieldType.DATE, cell, date_order=order)


@pytest.mark.parametrize(
    "cell",
    ["31/12/2024 14:05", "31/12/2024 2:05 PM", "31/12/2024 2:05:00 p.m.", "31/12/2024 14h05",
     "2024-12-31 14:05", "2024-12-31T14:05", "2024-12-31T19:05:00Z", "2024-12-31T20:05+01:00"],
)  # fmt: skip
def test_a_moment_is_in_the_time_zone_of_the_options_unless_it_names_one(cell: str) -> None:
    moment = meant(
        FieldType.DATETIME, cell, date_order=DateOrder.DAY_FIRST, time_zone="America/Montreal"
    )
    assert moment == datetime(2024, 12, 31, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["31/12/2024 25:00", "31/12/2024 13:00 PM", "noon", "0:00 AM"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(BadInput, match="datetime"):
        meant(FieldType.DATETIME, cell, date_order=DateOrder.DAY_FIRST)


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("1234.5", POINT, "1234.5"),
        ("1,234.5", POINT, "1234.5"),
        ("1 234.50", POINT, "1234.50"),
        ("1'234'567", POINT, "1234567"),
        ("-1,234", POINT, "-1234"),
        ("1234,5", COMMA, "1234.5"),
        ("1.234,5", COMMA, "1234.5"),
        ("1\u202f234,50", COMMA, "1234.50"),
        ("1\u00a0234\u00a0567,5", COMMA, "1234567.5"),
        ("1.234", COMMA, "1234"),
        (",5", COMMA, ".5"),
        ("+3,", COMMA, "+3."),
    ],
)
def test_numbers_are_read_with_their_mark(cell: str, mark: DecimalMark, number: str) -> None:
    assert cells.as_number(cell, mark=mark) == number


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("1,5", POINT), ("1.5.3", COMMA), ("1,2,3", COMMA), ("12,34.5", POINT), (",", COMMA),
     ("1 23,5", COMMA), ("12 $", COMMA), ("-", COMMA), ("", COMMA), ("1,234", None)],
)  # fmt: skip
def test_what_is_no_number_with_this_mark_is_refused(cell: str, mark: DecimalMark | None) -> None:
    with pytest.raises(BadInput, match="decimal"):
        assert meant(FieldType.DECIMAL, cell or "x", decimal_mark=mark) is None


def test_the_own_numbers_of_a_workbook_have_a_point_whatever_is_typed_there() -> None:
    assert cells.as_number("1.234", mark=COMMA, workbook=True) == "1.234"
    assert cells.as_number("1 234,5", mark=COMMA, workbook=True) == "1234.5"


@pytest.mark.parametrize("cell", ["12", "12,0", "12,00", "12."])
def test_a_whole_number_may_be_written_with_zeros_behind_it(cell: str) -> None:
    assert meant(FieldType.INTEGER, cell, decimal_mark=COMMA) == 12


def test_a_number_with_decimals_is_no_whole_one() -> None:
    with pytest.raises(BadInput, match="integer"):
        meant(FieldType.INTEGER, "12,5", decimal_mark=COMMA)


NAMES = {"gold": "g", "or": "g", "g": "g", "silver; plated": "s", "s": "s", "argent": "s"}


@pytest.mark.parametrize("cell", ["g", "G", "gold", "OR", " Gold "])
def test_a_choice_goes_by_code_or_by_label_in_any_language(cell: str) -> None:
    assert meant(FieldType.CHOICE, cell) == "g"


def test_several_choices_are_separated_by_semicolons() -> None:
    assert meant(FieldType.MULTIPLE_CHOICE, "argent; Or;") == ("g", "s")
    assert meant(FieldType.MULTIPLE_CHOICE, "Silver; plated") == ("s",)


@pytest.mark.parametrize("type", [FieldType.CHOICE, FieldType.MULTIPLE_CHOICE])
def test_an_unknown_choice_is_refused(type: FieldType) -> None:  # noqa: A002
    with pytest.raises(BadInput, match="choice"):
        meant(type, "bronze")


@given(
    st.text(max_size=30),
    st.sampled_from(FieldType),
    st.sampled_from(DateOrder),
    st.none() | st.sampled_from(DecimalMark),
)
def test_any_cell_has_a_meaning_or_a_refusal(
    cell: str, kind: FieldType, order: DateOrder, mark: DecimalMark | None
) -> None:
    try:
        meant(kind, cell, date_order=order, decimal_mark=mark)
    except BadInput as problem:
        assert problem.at == "field"


@given(st.text(max_size=12), st.sampled_from(FieldType))
def test_without_options_cells_mean_what_they_always_meant(cell: str, kind: FieldType) -> None:
    """But for dates that begin with the year and have other separators."""
    spec = FieldSpec("field", kind, choices=("g", "s"))
    try:
        usual = values.parse(spec, cell)
    except BadInput:
        return
    options = ImportOptions(columns=("field",))
    assert cells.parsers(_fields(spec), options, {})["field"](cell) == usual


def meant(kind: FieldType, cell: str, **options: object) -> Value:
    spec = FieldSpec("field", kind, choices=("g", "s"))
    choices = {"field": NAMES} if "choice" in kind else {}
    wanted = ImportOptions(columns=("field", None), **options)  # type: ignore[arg-type]
    return cells.parsers(_fields(spec), wanted, choices)["field"](cell)


def _fields(spec: FieldSpec) -> ProjectFields:
    return ProjectFields(
        specs={spec.key: spec},
        key_specs=(spec,),
        parsers={spec.key: values.parser(spec)},
        consents=frozenset(),
        required=(),
    )
