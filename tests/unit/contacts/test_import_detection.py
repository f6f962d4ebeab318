"""What is found out about a file: its encoding, delimiter, header, dates, numbers and columns."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from raccord.contacts.imports import cells, table_shape
from raccord.contacts.imports.beginning import records
from raccord.contacts.imports.csv_layout import column_names
from raccord.contacts.imports.encoding_guess import Survey
from raccord.contacts.imports.formats import Certainty, date_order, decimal_mark
from raccord.contacts.imports.options import DELIMITERS, DateOrder, DecimalMark
from raccord.contacts.imports.usual_words import GROUPS
from raccord.contacts.project_fields import plain_name

FRENCH = "Prénom;Ville\nZoé;Évry\nÈve;Sept-Îles\nHélène;Trois-Rivières «l'été»\n"
WRITTEN = {
    DateOrder.YEAR_FIRST: "{0.year:04}{1}{0.month:02}{1}{0.day:02}",
    DateOrder.DAY_FIRST: "{0.day:02}{1}{0.month:02}{1}{0.year:04}",
    DateOrder.MONTH_FIRST: "{0.month}{1}{0.day}{1}{0.year:04}",
}
DATES = st.dates(date(1000, 1, 1), date(9999, 12, 31))
ORDERS = st.sampled_from(DateOrder)
SEPARATORS = st.sampled_from(["-", "/", "."])


def guess(content: bytes) -> str:
    survey = Survey()
    assert b"".join(survey.seen([content[:7], content[7:]])) == content
    return survey.guess


# --- encoding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "windows-1252", "mac-roman", "cp850", "utf-16-le", "utf-16-be"],
)
def test_french_text_shows_its_encoding(encoding: str) -> None:
    assert guess(FRENCH.encode(encoding)) == encoding


def test_ascii_is_taken_for_utf_8() -> None:
    assert guess(b"email\na@example.org\n") == "utf-8"


def test_a_few_broken_bytes_do_not_make_another_encoding_of_utf_8() -> None:
    assert guess(FRENCH.encode() * 3 + b"\xe9") == "utf-8"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_an_encoding_is_named(content: bytes) -> None:
    assert b"a".decode(guess(content + b"a"), "replace") is not None


@pytest.mark.parametrize(
    ("content", "text"),
    [(bytes(range(256)) * 20, False), (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", False), (b"", True)],
)
def test_pictures_are_no_text(content: bytes, text: bool) -> None:
    survey = Survey()
    assert list(survey.seen([content])) == [content]
    assert survey.is_text is text


# --- the table ----------------------------------------------------------------------------------


@given(
    st.sampled_from(DELIMITERS),
    st.lists(
        st.lists(st.text(st.sampled_from('ab1 ,;\t|"\n'), max_size=6), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
)
def test_the_delimiter_of_known_columns_is_found(delimiter: str, rows: list[list[str]]) -> None:
    text = written([["email", "first name", "city"], *rows], delimiter)
    known = {"email", "first name", "city"}
    assert table_shape.delimiter_of(text, known=known, whole=True) == delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_delimiter_of_unknown_columns_is_the_regular_one(delimiter: str) -> None:
    rows = [["Zoé", "12,50", "Évry"], ["Ève", "1,00", "Lyon, France"], ["Ana", "7,1", "Metz"]]
    text = written(rows, delimiter)
    assert table_shape.delimiter_of(text, known=(), whole=True) == delimiter


def test_a_header_is_told_from_a_person() -> None:
    known = {"email", "city"}
    assert table_shape.has_header((("E-mail", "City"), ("a@example.org", "x")), known=known)
    assert table_shape.has_header((("Foo", "Bar"), ("a@example.org", "x")), known=known)
    assert not table_shape.has_header((("a@example.org", "Zoé"),), known=known)
    assert not table_shape.has_header((("Zoé", "2001-02-28"),), known=known)


def test_columns_without_a_heading_have_the_letters_of_spreadsheets() -> None:
    names = column_names(800)
    assert (names[0], names[25], names[26], names[701], names[702]) == ("A", "Z", "AA", "ZZ", "AAA")
    assert len(set(names)) == 800


def test_words_for_columns_are_in_plain_form_and_mean_one_thing() -> None:
    words = [word for group in GROUPS for word in group]
    assert len(words) == len(set(words))
    assert [word for word in words if plain_name(word) != word] == []


# --- dates --------------------------------------------------------------------------------------


@given(st.lists(DATES, min_size=1, max_size=9), ORDERS, SEPARATORS, ORDERS)
def test_dates_of_one_order_are_never_read_in_another_unless_said_to_be_open(
    dates: list[date], order: DateOrder, separator: str, usual: DateOrder
) -> None:
    texts = [WRITTEN[order].format(day, separator) for day in dates]
    found, certainty = date_order(texts, usual=usual)
    assert certainty is not Certainty.MIXED
    if certainty is Certainty.CLEAR:
        assert [cells.as_date(text, order=found) for text in texts] == [
            text if order is DateOrder.YEAR_FIRST and separator == "-" else day
            for text, day in zip(texts, dates, strict=True)
        ]
    else:
        assert all(day.day <= 12 for day in dates)


def test_dates_that_fit_no_order_are_said_to_be_mixed() -> None:
    texts = ["31/12/2024", "12/31/2024", "30/11/2024"]
    assert date_order(texts, usual=DateOrder.MONTH_FIRST) == (
        DateOrder.DAY_FIRST,
        Certainty.MIXED,
    )


@pytest.mark.parametrize("usual", DateOrder)
def test_without_dates_the_usual_order_will_do(usual: DateOrder) -> None:
    assert date_order(["", "yesterday", "12"], usual=usual) == (usual, Certainty.CLEAR)


# --- numbers ------------------------------------------------------------------------------------


@given(st.decimals(0, 10**9, places=2), st.booleans())
def test_numbers_with_decimals_show_their_mark(number: Decimal, comma: bool) -> None:
    assume(number % 1)
    text = f"{number:,.2f}"
    if comma:
        text = text.translate(str.maketrans(",.", " ,"))
    mark, certainty = decimal_mark([text], usual=DecimalMark.POINT)
    assert (mark is DecimalMark.COMMA) == comma
    assert certainty is Certainty.CLEAR
    assert Decimal(cells.as_number(text, mark=mark)) == number


def test_a_number_that_could_be_grouped_is_said_to_be_open() -> None:
    assert decimal_mark(["1,234"], usual=DecimalMark.POINT) == (DecimalMark.POINT, Certainty.OPEN)
    assert decimal_mark(["1,234", "0,5"], usual=DecimalMark.POINT)[0] is DecimalMark.COMMA


def test_numbers_with_both_marks_are_said_to_be_mixed() -> None:
    texts = ["1,5", "2,5", "3.5"]
    assert decimal_mark(texts, usual=DecimalMark.POINT) == (DecimalMark.COMMA, Certainty.MIXED)


@given(st.binary(max_size=100))
def test_the_beginning_of_anything_can_be_looked_at(content: bytes) -> None:
    for delimiter in DELIMITERS:
        records(content, delimiter=delimiter)
    delimiter = table_shape.delimiter_of(content, known={"email"}, whole=False)
    table_shape.has_header(records(content, delimiter=delimiter), known={"email"})


def written(rows: list[list[str]], delimiter: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode()
