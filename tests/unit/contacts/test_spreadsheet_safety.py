"""What a spreadsheet would run is guarded; what comes back is what went out."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from raccord.contacts.spreadsheet_safety import guarded, unguarded

FIRST_CHARACTERS = st.text("'=+-@\t\r\n ＝a1", max_size=4)
CELLS = st.builds(str.__add__, FIRST_CHARACTERS, st.text(max_size=20)) | st.text(
    "'=+-@;,|\"\t\r\n ＝a1\u00a0", max_size=12
)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "@SUM(A1)",
        "\t1",
        "\r1",
        "\n1",
        "  =1",
        "\u00a0=1",
        "＝1",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "+1-514-555-0100",  # a spreadsheet subtracts
        "+1 -514",
        "-",
        "+1 514 555-0100 x",
        "-12.5\n",
    ],
)
def test_what_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "O'Brien",
        "'t Hooft",
        "''",
        "-12.5",
        "-12,5",
        "+15145550100",
        "+1 514 555-0100",
        "+1 (514) 555-0100",
        "+33\u00a01\u202f23 45 67 89",
        "'+1 514 555-0100",
        "a=b",
        "ana@example.org",
        "Lyon, +33 1 23 45 67 89; -12.5",
        "well, it's; so|on",
    ],
)
def test_what_runs_nothing_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("x;=cmd|'/C calc'!A0", "x;'=cmd|'/C calc'!A0"),
        ("x,=1", "x,'=1"),
        ("x;; @SUM(A1)", "x;;' @SUM(A1)"),
        ("x\n=1", "x\n'=1"),
        ("x\t-2+3", "x\t'-2+3"),
        ('say "=1"', 'say "\'=1"'),
        ("x;'=1", "x;''=1"),
        ("\t=1", "'\t'=1"),
        ("=1;=1", "'=1;'=1"),
    ],
)
def test_what_would_run_for_a_spreadsheet_that_splits_elsewhere_is_guarded(
    cell: str, safe: str
) -> None:
    """A comma file opened in France or Germany: a cell begins behind each semicolon."""
    assert guarded(cell) == safe
    assert unguarded(safe) == cell


@given(CELLS, st.sampled_from(';,|"\t\r\n'))
def test_no_piece_of_a_guarded_cell_begins_with_what_runs(cell: str, delimiter: str) -> None:
    for piece in guarded(cell).split(delimiter):
        assert not piece.lstrip(" ").startswith(("=", "@", "＝"))


@given(CELLS)
@example("'=1")
@example("''=1")
@example("'+1 514 555-0100")
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(CELLS)
def test_a_guarded_cell_begins_with_nothing_that_runs(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "@", "\t", "\r", "\n"))
