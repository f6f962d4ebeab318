"""No value can leave its quotes, and no name can be more than a name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.connectors.salesforce import soql

# A quoted string of SOQL, as its grammar defines one; then how to read it back.
TOKEN = re.compile(r"'((?:[^'\\]|\\(?:u[0-9a-f]{4}|.))*)'", re.DOTALL)
ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)", re.DOTALL)
NAMED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def read_back(literal: str) -> str:
    token = TOKEN.fullmatch(literal)
    assert token, literal

    def character(match: re.Match[str]) -> str:
        escaped = match.group(1)
        if len(escaped) == 5:
            return chr(int(escaped[1:], 16))
        return NAMED.get(escaped, escaped)

    return ESCAPE.sub(character, token.group(1))


@given(st.text())
def test_a_literal_is_one_token_that_means_its_value(value: str) -> None:
    assert read_back(soql.literal(value)) == value


@given(st.lists(st.text(alphabet="ab'\\\"\n) OR(,", min_size=1), min_size=1))
def test_a_query_holds_exactly_its_values(values: list[str]) -> None:
    statement = soql.select(["Id"], from_object="Contact", where="Email", values=values)
    assert [read_back(token.group()) for token in TOKEN.finditer(statement)] == values
    assert TOKEN.sub("?", statement) == (
        f"SELECT Id FROM Contact WHERE Email IN ({', '.join('?' * len(values))})"  # noqa: S608 - the expectation
    )


@pytest.mark.parametrize(
    "attempt", ["' OR Name != '", "\\' OR Name != '", "\\", "o'brien@example.org", "a\nb", "\x00"]
)
def test_known_attempts_stay_inside(attempt: str) -> None:
    assert read_back(soql.literal(attempt)) == attempt


@pytest.mark.parametrize("text", ["Email", "Raccord_Id__c", "Account.Name", "ns__Field__c"])
def test_names_are_taken(text: str) -> None:
    assert soql.name(text) == text


@pytest.mark.parametrize("text", ["", "1st", "a b", "a,b", "a'b", "a)", "é", "a..b", "a\n"])
def test_other_text_is_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        soql.name(text)


@given(st.lists(st.text(max_size=300)), st.integers(min_value=1, max_value=5))
def test_portions_lose_nothing_and_fit(values: list[str], most: int) -> None:
    portions = list(soql.portions(values, most=most))
    assert [value for portion in portions for value in portion] == values
    assert all(1 <= len(portion) <= most for portion in portions)


def test_long_values_make_smaller_portions() -> None:
    portions = list(soql.portions(["'" * 255] * 200, most=200))
    assert len(portions) > 1
    statements = [
        soql.select(["Id"], from_object="Contact", where="Title", values=portion)
        for portion in portions
    ]
    assert max(map(len, statements)) < 100_000
