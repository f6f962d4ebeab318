"""Lines and records of CSV files, however the file arrives and from wherever one goes on."""

from __future__ import annotations

import csv
import io
from itertools import islice, pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts.imports import csv_lines
from raccord.contacts.imports.csv_lines import lines
from raccord.contacts.imports.csv_records import Record, RecordReader, spaced_cells

BYTES = st.lists(
    st.sampled_from([b"a", b"bc", b",", b'"', b"\n", b"\r\n", b"\r", b"\xe9", b" "]), max_size=40
).map(b"".join)
# Spreadsheets quote a line feed; a carriage return alone they would not.
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)
TABLE = st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=6)


def in_pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    return [content[a:b] for a, b in pairwise(places)]


def read(content: bytes, *, width: int | None = None) -> list[Record]:
    return list(RecordReader(lines([content]), delimiter=",", width=width))


def told(record: Record) -> tuple[int, list[str], str, str]:
    code = record.problem.code if record.problem else ""
    return record.line, record.cells, record.content, code


@given(BYTES, st.lists(st.integers(0, 100), max_size=8))
def test_lines_do_not_depend_on_how_the_file_was_cut(content: bytes, cuts: list[int]) -> None:
    whole = list(lines([content]))
    assert list(lines(in_pieces(content, cuts))) == whole
    assert b"".join(line.content or b"" for line in whole) == content
    assert [line.number for line in whole] == list(range(1, len(whole) + 1))


@given(BYTES, st.lists(st.integers(0, 100), max_size=8))
def test_lines_that_are_too_long_are_told_of_and_passed_over(
    content: bytes, cuts: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_lines, "LONGEST_LINE", 5)
        whole = list(lines([content]))
        assert list(lines(in_pieces(content, cuts))) == whole
    for line in whole:
        long = line.end - line.start > 5
        assert (line.content is None) == long
        assert long or content[line.start : line.end] == line.content


@given(BYTES, st.integers(0, 10))
def test_reading_goes_on_from_wherever_it_stopped(content: bytes, after: int) -> None:
    reader = RecordReader(lines([content]), delimiter=",", width=2)
    first = list(islice(reader, after))
    start, number = reader.place or (0, 1)
    rest = lines([content[start:]] if start < len(content) else [], start=start, number=number)
    again = list(RecordReader(rest, delimiter=",", width=2))
    assert list(map(told, [*first, *again])) == list(map(told, read(content, width=2)))


@given(TABLE, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]))
def test_what_a_spreadsheet_writes_is_read_as_it_was(
    table: list[list[str]], quoting: Literal[0, 1], line_break: str
) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=quoting, lineterminator=line_break).writerows(table)
    records = read(written.getvalue().encode(), width=2)
    expected = [row for row in table if ",".join(row).strip() or quoting == csv.QUOTE_ALL]
    assert [record.cells for record in records] == expected
    assert not any(record.problem for record in records)


@given(BYTES)
def test_no_line_is_lost(content: bytes) -> None:
    """The records' contents and the blank lines between them are the file."""
    blank = sum(x.end - x.start for x in lines([content]) if not (x.content or b"").strip())
    taken = sum(len(record.content) for record in read(content, width=3))
    assert len(content) - blank <= taken <= len(content)


def test_spaces_around_quoted_cells_are_passed_over() -> None:
    assert spaced_cells('a, "b, c" ,"d""e" , f', delimiter=",") == ["a", "b, c", 'd"e', " f"]
    assert spaced_cells('"ACME" Ltd,x', delimiter=",") == ['"ACME" Ltd', "x"]
    assert spaced_cells('"Ac"me",x', delimiter=",") is None
    assert spaced_cells('5" pipe,"x" ', delimiter=",") == ['5" pipe', "x"]
