"""A condition of a list comes back out of an address as it went in."""

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts.lists.query import Condition, Operator
from raccord.engine.errors import BadInput
from raccord.web.contacts.address import read_condition, written_condition
from raccord.web.contacts.condition_words import one_of
from raccord.web.contacts.filters import _joined, _split

CONDITIONS = st.builds(
    Condition,
    field=st.sampled_from(["city", "@sync", "first_name"]),
    operator=st.sampled_from(Operator),
    values=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4).map(
        tuple
    ),
)


@given(CONDITIONS)
def test_a_condition_survives_the_address(condition: Condition) -> None:
    query = urlencode({"f": written_condition(condition)})
    (found,) = parse_qs(query, keep_blank_values=True)["f"]
    assert read_condition(found) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("city:empty", Condition("city", Operator.EMPTY)),
        ("@sync:is:refused:3", Condition("@sync", Operator.IS, ("refused:3",))),
        ("city:is:Paris|Lyon", Condition("city", Operator.IS, ("Paris", "Lyon"))),
        ("city:is:50%", Condition("city", Operator.IS, ("50%",))),
        ("city:is:a%7Cb", Condition("city", Operator.IS, ("a|b",))),
        ("city:is:|", Condition("city", Operator.IS)),
    ],
)
def test_a_condition_is_read_as_people_write_it(text: str, condition: Condition) -> None:
    assert read_condition(text) == condition


@pytest.mark.parametrize("text", ["city", "city:", ":is:Paris", "city:likes:Paris", ":", "::"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_condition(text)
    assert refused.value.code == "raccord.address.filter"


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0"), min_size=1), min_size=1))
def test_a_line_holds_the_values_that_were_put_into_it(values: list[str]) -> None:
    tidy = [value.strip() for value in values if value.strip()]
    if tidy:
        assert _split(_joined(tidy)) == tidy


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Paris", ["Paris"]),
        ("Paris; Lyon;", ["Paris", "Lyon", ""]),
        ('"a; b"; c', ["a; b", "c"]),
        ('L\'Atelier "Au Fil"', ['L\'Atelier "Au Fil"']),
        ("", []),
    ],
)
def test_a_line_of_values_is_read_as_people_type_it(line: str, values: list[str]) -> None:
    assert _split(line) == values


def test_values_are_named_as_one_says_them() -> None:
    assert [one_of(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a or b",
        "a, b or c",
    ]
