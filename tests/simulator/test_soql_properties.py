"""SOQL against a plain model: random rows, random conditions, the same rows found."""

# ruff: noqa: S608 - SOQL is what is tested

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_simulator.org import Org
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.soql.lexer import unquote
from salesforce_simulator.soql.parser import parse
from salesforce_simulator.soql.run import run
from salesforce_simulator.transaction import Actor

TEXTS = st.text(alphabet="abAB é'\\%_\n", min_size=1, max_size=4).filter(lambda text: text.strip())
NUMBERS = st.integers(min_value=-5, max_value=5)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"LastName": TEXTS, "Title": st.none() | TEXTS, "DoNotCall": st.booleans()},
        optional={"Score__c": NUMBERS},
    ),
    max_size=8,
)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def conditions() -> st.SearchStrategy[tuple[str, Any]]:
    """Pairs of a condition's text and the function that a row must satisfy."""
    text = TEXTS.map(str.strip).flatmap(
        lambda value: st.sampled_from(
            [
                (f"Title = {quoted(value)}", lambda row: fold(row["Title"]) == fold(value)),
                (f"Title != {quoted(value)}", lambda row: fold(row["Title"]) != fold(value)),
                (
                    f"LastName > {quoted(value)}",
                    lambda row: fold(row["LastName"]) > fold(value),  # type: ignore[operator]
                ),
                (
                    f"Title IN ({quoted(value)}, null)",
                    lambda row: fold(row["Title"]) in {fold(value), None},
                ),
            ]
        )
    )
    number = NUMBERS.flatmap(
        lambda value: st.sampled_from(
            [
                (f"Score__c = {value}", lambda row: row["Score__c"] == value),
                (
                    f"Score__c <= {value}",
                    lambda row: row["Score__c"] is not None and row["Score__c"] <= value,
                ),
            ]
        )
    )
    other = st.sampled_from(
        [
            ("DoNotCall = true", lambda row: row["DoNotCall"]),
            ("Title = null", lambda row: row["Title"] is None),
        ]
    )
    return st.recursive(
        text | number | other,
        lambda inner: st.one_of(
            inner.map(lambda one: (f"(NOT ({one[0]}))", lambda row: not one[1](row))),
            st.tuples(inner, inner).map(
                lambda two: (
                    f"(({two[0][0]}) AND ({two[1][0]}))",
                    lambda row: two[0][1](row) and two[1][1](row),
                )
            ),
            st.tuples(inner, inner).map(
                lambda two: (
                    f"(({two[0][0]}) OR ({two[1][0]}))",
                    lambda row: two[0][1](row) or two[1][1](row),
                )
            ),
        ),
        max_leaves=5,
    )


def fold(text: str | None) -> str | None:
    return text.casefold() if text is not None else None


def org_with(rows: list[dict[str, Any]]) -> tuple[Org, dict[str, dict[str, Any]]]:
    org = Org()
    fields = {"Contact": [{"name": "Score__c", "type": "double", "precision": 5}]}
    apply_seed(org, {"custom_fields": fields})
    stored: dict[str, dict[str, Any]] = {}
    with org.transaction(Actor(user_id=org.users.first())) as writes:
        for row in rows:
            record_id = writes.create("Contact", row)
            stored[record_id] = {
                "LastName": row["LastName"].strip(),
                "Title": (row["Title"] or "").strip() or None,
                "DoNotCall": row["DoNotCall"],
                "Score__c": row.get("Score__c"),
            }
    return org, stored


@settings(deadline=None)
@given(rows=ROWS, condition=conditions())
def test_where_finds_what_the_model_finds(
    rows: list[dict[str, Any]], condition: tuple[str, Any]
) -> None:
    org, stored = org_with(rows)
    text, holds = condition
    found = run(org, f"SELECT Id FROM Contact WHERE {text}", deleted=False, version="62.0")
    assert {row["Id"] for row in found.rows} == {key for key, row in stored.items() if holds(row)}


@settings(deadline=None)
@given(rows=ROWS, descending=st.booleans(), nulls_last=st.booleans())
def test_order_is_total_and_keeps_nulls_together(
    rows: list[dict[str, Any]], descending: bool, nulls_last: bool
) -> None:
    org, stored = org_with(rows)
    order = f"Title {'DESC' if descending else 'ASC'} NULLS {'LAST' if nulls_last else 'FIRST'}"
    found = run(org, f"SELECT Id FROM Contact ORDER BY {order}", deleted=False, version="62.0")
    titles = [stored[row["Id"]]["Title"] for row in found.rows]
    known = sorted(fold(each) or "" for each in titles if each is not None)
    known.reverse() if descending else None
    nulls = [None] * (len(titles) - len(known))
    assert [fold(each) for each in titles] == ([*known, *nulls] if nulls_last else [*nulls, *known])


@given(st.text(alphabet=st.characters(exclude_characters="_%", exclude_categories=["Cs"])))
def test_any_text_survives_quoting(text: str) -> None:
    assert unquote(quoted(text)) == text
    query = parse(f"SELECT Id FROM Contact WHERE LastName = {quoted(text)}")
    assert getattr(query.where, "value").text == text  # noqa: B009 - a union of conditions
