"""tools.recordings: what differs between an answer and a recording is found, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.recordings.compare import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert list(differences(value, value)) == []
    assert list(differences(value, value, exact=True)) == []


@given(JSON, JSON)
def test_equal_when_exact_means_equal(one: Any, other: Any) -> None:
    assert bool(list(differences(one, other, exact=True))) == (_written(one) != _written(other))


@pytest.mark.parametrize(
    ("recorded", "ours", "found"),
    [
        ({"id": "1"}, {"id": "2"}, []),
        ({"id": "1"}, {}, [".id: recorded, missing here"]),
        ({}, {"id": "1"}, [".id: here, not recorded"]),
        ([{"n": 1}, {"n": 2}], [{"n": 7}], []),
        ([{"n": 1}], [{"n": "1"}], ["[0].n: number recorded, text here"]),
        ([], [1], [": empty in the recording only"]),
        ({"a": {"b": None}}, {"a": {"b": False}}, [".a.b: null recorded, true or false here"]),
    ],
)
def test_what_differs_in_shape(recorded: Any, ours: Any, found: list[str]) -> None:
    assert list(differences(recorded, ours)) == found


def test_values_count_when_they_must() -> None:
    assert list(differences([{"n": 1}], [{"n": 2}], exact=True)) == ["[0].n: 1 recorded, 2 here"]
    assert list(differences([1, 2], [1], exact=True)) == [": 2 elements recorded, 1 here"]


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)  # unlike ==, tells 1 from true
