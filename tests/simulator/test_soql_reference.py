"""The planner against an evaluator that is too simple to be wrong: every row, one by one.

Random rows are written, changed and deleted through the org, so that indexes and the order of
changes are what they are in use; then random conditions must find what reading everything finds.
"""

# ruff: noqa: S608 - SOQL is what is tested

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_simulator.org import Org
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.soql.run import run
from salesforce_simulator.soql.wildcards import like
from salesforce_simulator.transaction import Actor

Row = dict[str, Any]
Test = Callable[[Row], bool]
START = datetime(2026, 1, 1, tzinfo=UTC)
EMAILS = [f"{name}@example.com" for name in ("a", "b", "c")]
KEYS = ["k1", "K2", "k3", "k4"]
MADE = st.fixed_dictionaries(
    {
        "LastName": st.sampled_from("xyz"),
        "Email": st.sampled_from([*EMAILS, None]),
        "Key__c": st.sampled_from([*KEYS, None]),
    }
)
# Change, delete or restore the record that was made so many steps ago; let time pass, or go back.
DONE = st.tuples(
    st.sampled_from(["email", "delete", "delete", "restore", "wait", "back"]), st.integers(0, 5)
)
STEPS = st.builds(
    lambda first, then: [*first, *then],
    st.lists(MADE, min_size=3, max_size=8),
    st.lists(st.one_of(MADE, DONE, DONE), max_size=15),
)


def org_after(steps: list[Any]) -> Org:
    org = Org()
    key = {"name": "Key__c", "length": 10, "externalId": True, "unique": True}
    apply_seed(org, {"custom_fields": {"Contact": [key]}})
    now = START
    org.clock = lambda: now
    made: list[str] = []
    taken: set[str] = set()
    for step in steps:
        with org.transaction(Actor(user_id=org.users.first())) as writes:
            if isinstance(step, dict):
                known = step["Key__c"] in taken
                taken.add(step["Key__c"])
                made.append(writes.create("Contact", {**step, "Key__c": None} if known else step))
                continue
            what, number = step
            if what in {"wait", "back"}:
                now += timedelta(seconds=number if what == "wait" else -number)
            elif made:
                record_id = made[-1 - number % len(made)]
                alive = record_id in org.store("Contact").live
                if what == "email" and alive:
                    writes.update("Contact", record_id, {"Email": EMAILS[number % 3]})
                elif what == "delete" and alive:
                    writes.delete("Contact", record_id)
                elif what == "restore" and not alive:
                    writes.undelete("Contact", record_id)
    return org


def indexed() -> st.SearchStrategy[tuple[str, Test]]:
    """Conditions that an index answers, as pairs of their text and what they mean."""
    email, key = st.sampled_from(EMAILS), st.sampled_from(KEYS)
    changed = st.tuples(st.sampled_from([">", ">=", "="]), st.integers(-3, 20))
    return st.one_of(
        email.map(lambda one: (f"Email = '{one}'", lambda row: row.get("Email") == one)),
        st.lists(email, min_size=1, max_size=3).map(
            lambda some: (
                "Email IN (" + ", ".join(f"'{one.upper()}'" for one in some) + ")",
                lambda row: row.get("Email") in some,
            )
        ),
        key.map(
            lambda one: (
                f"Key__c = '{one.swapcase()}'",
                lambda row: (row.get("Key__c") or "").lower() == one.lower(),
            )
        ),
        changed.map(_changed),
    )


def conditions() -> st.SearchStrategy[tuple[str, Test]]:
    """Any conditions, joined and nested."""
    leaf = st.one_of(
        indexed(),
        st.just(("Key__c = ''", lambda row: row.get("Key__c") is None)),
        st.just(("Email != null", lambda row: row.get("Email") is not None)),
        st.sampled_from("xyz").map(
            lambda one: (f"LastName > '{one}'", lambda row: row["LastName"] > one)
        ),
        st.integers(-3, 20).map(lambda seconds: _changed(("<", seconds))),
        st.just(
            ("(NOT Email LIKE 'a%')", lambda row: not (row.get("Email") or "").startswith("a"))
        ),
    )
    return st.recursive(leaf, _joined, max_leaves=5)


def _changed(choice: tuple[str, int]) -> tuple[str, Test]:
    symbol, seconds = choice
    moment = START + timedelta(seconds=seconds)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    tests: dict[str, Test] = {
        ">": lambda row: row["SystemModstamp"] > stamp,
        ">=": lambda row: row["SystemModstamp"] >= stamp,
        "=": lambda row: bool(row["SystemModstamp"] == stamp),
        "<": lambda row: row["SystemModstamp"] < stamp,
    }
    return f"SystemModstamp {symbol} {moment:%Y-%m-%dT%H:%M:%SZ}", tests[symbol]


def _joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Test]]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(
            lambda pair: (
                f"({pair[0][0]} AND {pair[1][0]})",
                lambda row: pair[0][1](row) and pair[1][1](row),
            )
        ),
        two.map(
            lambda pair: (
                f"({pair[0][0]} OR {pair[1][0]})",
                lambda row: pair[0][1](row) or pair[1][1](row),
            )
        ),
    )


@settings(deadline=None, max_examples=300)
@given(steps=STEPS, condition=indexed() | conditions(), more=conditions())
def test_an_index_finds_what_reading_everything_finds(
    steps: list[Any], condition: tuple[str, Test], more: tuple[str, Test]
) -> None:
    org = org_after(steps)
    store = org.store("Contact")
    both = f"{condition[0]} AND {more[0]}", lambda row: condition[1](row) and more[1](row)
    for text, holds in (condition, both):
        for deleted in (False, True):
            rows = [*store.live.values(), *(store.deleted.values() if deleted else ())]
            soql = f"SELECT Id FROM Contact WHERE {text} ORDER BY SystemModstamp, Id"
            found = run(org, soql, deleted=deleted, version="62.0")
            expected = sorted((row["SystemModstamp"], row["Id"]) for row in rows if holds(row))
            assert [(row["SystemModstamp"], row["Id"]) for row in found.rows] == expected


@given(
    pattern=st.lists(st.sampled_from(["a", "b", "%", "_", "\\%", "\\_", "B"]), max_size=7),
    text=st.text(alphabet="ab%_", max_size=7),
)
def test_like_against_trying_every_way(pattern: list[str], text: str) -> None:
    def matches(parts: list[str], rest: str) -> bool:
        if not parts:
            return not rest
        first, *others = parts
        if first == "%":
            return any(matches(others, rest[n:]) for n in range(len(rest) + 1))
        if not rest:
            return False
        same = first == "_" or rest[0] == first[-1].lower()
        return same and matches(others, rest[1:])

    assert like("".join(pattern))(text) is matches(pattern, text)
