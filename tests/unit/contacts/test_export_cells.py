"""From a contact to the cells of a file, and to lines and rows: pure."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts.exports import cells, csv_rows, gathered_rows
from raccord.contacts.exports.cells import Cell, Row
from raccord.contacts.exports.columns import Column
from raccord.contacts.exports.options import Delimiter, ExportOptions, Wording, file_format
from raccord.contacts.spreadsheet_safety import unguarded
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType
from raccord.engine.values import Stored

MONTREAL = ZoneInfo("America/Toronto")
LABELS = (("a", "Älpha"), ("b", "Be;ta"), ("c", "Same"), ("d", "Same"))
NAMES = {"f": {"a": "a", "b": "b", "c": "c", "d": "d", "alpha": "a", "be;ta": "b", "same": "c"}}

CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-(10**18), 10**18),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
)


def cell(
    kind: FieldType, stored: Stored, *, wording: Wording = Wording.LABELS, **more: Any
) -> Cell:
    spec = FieldSpec("f", kind, **more)
    read = cells.reader(
        [Column("f", "F", spec)], wording=wording, choice_names=NAMES, zone=MONTREAL
    )
    now = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    (found,) = read(Row("uid", {} if stored is None else {"f": stored}, now, now, {}))
    return found


@pytest.mark.parametrize(
    ("kind", "stored", "labels", "keys"),
    [
        (FieldType.TEXT, "x", "x", "x"),
        (FieldType.TEXT, None, None, None),
        (FieldType.INTEGER, 12, 12, 12),
        (FieldType.DECIMAL, "12.50", Decimal("12.50"), Decimal("12.50")),
        (FieldType.BOOLEAN, True, "Yes", "yes"),
        (FieldType.BOOLEAN, False, "No", "no"),
        (FieldType.CONSENT, "yes", "Yes", "yes"),
        (FieldType.CONSENT, "no", "No", "no"),
        (FieldType.CONSENT, None, None, None),
        (FieldType.DATE, "2000-02-29", date(2000, 2, 29), date(2000, 2, 29)),
        (FieldType.CHOICE, "a", "Älpha", "a"),
        (FieldType.CHOICE, "gone", "gone", "gone"),
        # An import would not find the code again by these labels.
        (FieldType.CHOICE, "b", "b", "b"),
        (FieldType.CHOICE, "c", "Same", "c"),
        (FieldType.CHOICE, "d", "d", "d"),
        (FieldType.MULTIPLE_CHOICE, ["a", "d"], "Älpha;d", "a;d"),
    ],
)
def test_a_value_is_written_so_that_it_can_be_read_again(
    kind: FieldType, stored: Stored, labels: Cell, keys: Cell
) -> None:
    more: dict[str, Any] = {}
    if kind in (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE):
        more = {"choices": ("a", "b", "c", "d"), "choice_labels": LABELS}
    assert cell(kind, stored, **more) == labels
    assert cell(kind, stored, wording=Wording.KEYS, **more) == keys


def test_a_moment_is_one_of_the_readers_time_zone() -> None:
    found = cell(FieldType.DATETIME, "2026-11-22T02:30:00+00:00")
    assert isinstance(found, datetime)
    assert found.isoformat() == "2026-11-21T21:30:00-05:00"
    line = csv_rows.lines([[found]], delimiter=Delimiter.COMMA)
    assert line == b'"2026-11-21 21:30:00-05:00"\r\n'


def test_the_semicolon_goes_with_a_decimal_comma() -> None:
    row: list[Cell] = [Decimal("-1234.50"), "a;b", 'say "x"']
    assert csv_rows.lines([row], delimiter=Delimiter.SEMICOLON) == (
        b'"-1234,5";"a;b";"say ""x"""\r\n'
    )
    assert csv_rows.lines([row], delimiter=Delimiter.COMMA) == (b'"-1234.5","a;b","say ""x"""\r\n')


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            min_size=2,
            max_size=2,
        ),
        max_size=5,
    ),
    st.sampled_from(Delimiter),
)
def test_texts_come_back_as_they_were(rows: list[list[Cell]], delimiter: Delimiter) -> None:
    content = csv_rows.lines(rows, delimiter=delimiter).decode()
    read = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    assert [[unguarded(text) for text in line] for line in read] == rows


@given(st.lists(st.lists(CELLS, max_size=4), max_size=5), st.integers(0, 5))
def test_gathered_rows_come_back_as_they_were(rows: list[list[Cell]], cut: int) -> None:
    pieces = [gathered_rows.kept(rows[:cut]), gathered_rows.kept(rows[cut:])]
    back = list(gathered_rows.read(pieces))
    assert back == rows
    assert [list(map(type, row)) for row in back] == [list(map(type, row)) for row in rows]


def test_options_are_stored_and_read() -> None:
    options = ExportOptions(Wording.KEYS, Wording.LABELS, Delimiter.SEMICOLON)
    assert ExportOptions.from_json(options.to_json()) == options
    assert ExportOptions.from_json({}) == ExportOptions()


@pytest.mark.parametrize("name", ["headings", "choices", "delimiter"])
def test_an_option_that_is_none_of_those_is_named(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        ExportOptions.from_json({name: "\t"})
    assert refused.value.at == name
    with pytest.raises(BadInput):
        file_format("docx")
