"""What a spreadsheet would run is guarded; what comes back is what went out."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from raccord.contacts.spreadsheet_safety import guarded, unguarded

FIRST_CHARACTERS = st.text("'=+-@\t\r\n ＝a1", max_size=4)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
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
    ],
)
def test_what_runs_nothing_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@given(st.builds(str.__add__, FIRST_CHARACTERS, st.text(max_size=20)))
@example("'=1")
@example("''=1")
@example("'+1 514 555-0100")
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.builds(str.__add__, FIRST_CHARACTERS, st.text(max_size=20)))
def test_a_guarded_cell_begins_with_nothing_that_runs(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "@", "\t", "\r", "\n"))
