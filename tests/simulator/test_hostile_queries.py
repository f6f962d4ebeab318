"""Text that nobody would call a query: always a clear refusal, never a crash, never slow."""

# ruff: noqa: S608 - SOQL is what is tested

import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salesforce_simulator.errors import ApiError
from salesforce_simulator.org import Org
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.soql.lexer import MAX_LENGTH
from salesforce_simulator.soql.parser import parse
from salesforce_simulator.soql.run import columns, run
from salesforce_simulator.soql.wildcards import like
from salesforce_simulator.sosl.run import run_text
from salesforce_simulator.transaction import Actor
from tests.simulator.conftest import create

PIECES = [
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "INCLUDES",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "ROLLUP",
    "CUBE",
    "TYPEOF",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "FOR",
    "VIEW",
    "UPDATE",
    "ALL",
    "ROWS",
    "USING",
    "SCOPE",
    "WITH",
    "USER_MODE",
    "NULLS",
    "LAST",
    "DESC",
    "Id",
    "Name",
    "LastName",
    "Email",
    "Account.Name",
    "Owner.Name",
    "Owner.Type",
    "Contacts",
    "Contact",
    "Lead",
    "Account",
    "c",
    "null",
    "true",
    "1",
    "-5",
    "1e999",
    "2026-01-01",
    "2026-99-99",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "TODAY",
    "LAST_N_DAYS:9999",
    "THIS_FISCAL_YEAR",
    "'x'",
    "''",
    "'%_'",
    "'\\'",
    "'\\u0041'",
    "'\\ud800'",
    "USD5",
    "(",
    ")",
    ",",
    "=",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "*",
    ":",
    ";",
    ".",
    "COUNT(",
    "COUNT()",
    "MAX(",
    "FIELDS(ALL)",
    "CALENDAR_YEAR(",
    "toLabel(",
    "FORMAT(",
    "DISTANCE(",
    "GEOLOCATION(1,2)",
    "convertTimezone(",
    "GROUPING(",
    "FIND",
    "{x}",
    "{x*}",
    "RETURNING",
    "FIELDS",
    "HIGHLIGHT",
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)
FROM_CONTACT = SOUP.map(lambda soup: f"SELECT Id FROM Contact {soup}")
WHERE = SOUP.map(lambda soup: f"SELECT Id FROM Contact WHERE LastName = 'x' AND {soup}")
COLUMNS = SOUP.map(lambda soup: f"SELECT {soup} FROM Contact")


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    made = Org()
    apply_seed(made, {})
    with made.transaction(Actor(user_id=made.users.first())) as writes:
        account = writes.create("Account", {"Name": "x"})
        writes.create("Contact", {"LastName": "x", "AccountId": account, "Email": "x@example.com"})
    yield made


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(SOUP, FROM_CONTACT, WHERE, COLUMNS, st.text(max_size=60)))
@example(text="SELECT Id FROM Contact WHERE Birthdate > LAST_N_DAYS:99999")
@example(text="SELECT Id FROM Contact LIMIT " + "9" * 5000)
@example(text="SELECT COUNT(COUNT(Id)) FROM Contact GROUP BY CALENDAR_YEAR(COUNT(Id))")
def test_any_text_is_answered_or_refused(org: Org, text: str) -> None:
    for ask in (
        lambda: [
            (found := run(org, text, deleted=True, version="62.0")),
            *map(found.render, found.rows),
        ],
        lambda: list(columns(org, text, deleted=False).rows),
        lambda: run_text(org, text, version="62.0", user_id=""),
        lambda: run_text(org, f"FIND {{x}} RETURNING {text}", version="62.0", user_id=""),
        lambda: run_text(org, f"FIND {{{text}}}", version="62.0", user_id=""),
    ):
        try:
            ask()
        except ApiError as refused:
            assert 400 <= refused.status < 500
            refused.message.encode()


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + "LastName = 'x'" + closing * depth


@pytest.mark.parametrize("opening", ["(", "NOT ", "(NOT "])
def test_nesting_has_an_end_that_is_said(api: httpx.Client, opening: str) -> None:
    create(api, "Contact", LastName="x")
    closing = ")" * opening.count("(")
    deep = f"SELECT Id FROM Contact WHERE {nested(opening, closing, 20)}"
    assert api.get("query", params={"q": deep}).status_code == 200
    too_deep = f"SELECT Id FROM Contact WHERE {nested(opening, closing, 700)}"
    [error] = api.get("query", params={"q": too_deep}).json()
    assert error["errorCode"] == "MALFORMED_QUERY"
    assert "nested more than 50 levels deep" in error["message"]


def test_a_query_of_queries_has_an_end_too() -> None:
    text = "SELECT Id FROM Contact WHERE Id IN (" * 200 + ")" * 200
    with pytest.raises(ApiError, match="nested more than"):
        parse(text)


def test_statements_have_a_length() -> None:
    start = "SELECT Id FROM Contact WHERE LastName = '"
    parse(start + "x" * (MAX_LENGTH - len(start) - 1) + "'")
    with pytest.raises(ApiError, match="cannot be longer than 100000 characters"):
        parse(start + "x" * (MAX_LENGTH - len(start)) + "'")


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def test_patterns_cannot_take_all_day() -> None:
    """A regular expression would go back and forth for years over either of these."""
    test = like("%a" * 500 + "%b")
    assert seconds(lambda: test("a" * 30_000)) < 1
    test = like("%" * 5000 + "_" * 2000)
    assert seconds(lambda: test("a" * 1999)) < 1


@pytest.mark.parametrize(
    "text",
    [
        "'" + "\\" * 99_000,
        "SELECT " + "(" * 99_000,
        "SELECT " + "a." * 49_000,
        "SELECT " + ",".join(["Id"] * 30_000) + " FROM Contact",
        "SELECT Id FROM Contact WHERE " + " AND ".join(["LastName = 'x'"] * 5_000),
        "SELECT Id FROM Contact WHERE LastName IN (" + ",".join(["'x'"] * 24_000) + ")",
        " " * 99_000,
        "FIND {" + "x OR " * 1_900 + "x}",
    ],
)
def test_long_statements_are_read_quickly(org: Org, text: str) -> None:
    def ask() -> None:
        for asked in (
            lambda: run(org, text, deleted=False, version="62.0"),
            lambda: run_text(org, text, version="62.0", user_id=""),
        ):
            try:
                asked()
            except ApiError as refused:
                assert refused.status == 400

    assert seconds(ask) < 5


def test_half_a_character_is_answered(api: httpx.Client) -> None:
    for text in (r"\ud83d", r"\ude00\ud83d", r"\ud83d\ude00"):
        soql = f"SELECT Id FROM Contact WHERE LastName = '{text}' OR LastName LIKE '{text}%'"
        assert api.get("query", params={"q": soql}).json()["totalSize"] == 0
    create(api, "Contact", LastName="😀")
    soql = (
        r"SELECT Id FROM Contact WHERE LastName = '\ud83d\ude00' AND LastName LIKE '\ud83d\ude00%'"
    )
    assert api.get("query", params={"q": soql}).json()["totalSize"] == 1
