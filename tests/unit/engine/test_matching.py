"""Matched, new, or ambiguous: never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.matching import match, wanted_value
from raccord.engine.records import Record
from tests.unit.engine.cast import transfer, view

LOCAL = {"email": "ann@example.com", "last_name": "Lee", "phone": None}
BY_NAME = transfer(match_fields=(("Email", "email"), ("LastName", "last_name")))


def found(id: str, **values: str | None) -> Record:  # noqa: A002
    return view(values, id=id)


MINE = found("r1", OurId="raccord-7", Email="old@example.com")
SAME_EMAIL = found("r2", Email=" ANN@Example.com ")
SAME_EMAIL_TOO = found("r3", Email="ann@example.com")
SAME_NAME = found("r4", LastName="LEE")
OTHER = found("r5", Email="bob@example.com", LastName=None)


@pytest.mark.parametrize(
    ("candidates", "record", "ambiguous", "by"),
    [
        ([], None, [], ""),
        ([OTHER], None, [], ""),
        ([SAME_EMAIL, MINE, SAME_EMAIL_TOO], "r1", [], "OurId"),
        ([SAME_EMAIL, OTHER], "r2", [], "Email"),
        ([SAME_EMAIL, SAME_EMAIL], "r2", [], "Email"),
        ([SAME_EMAIL_TOO, SAME_EMAIL], None, ["r2", "r3"], "Email"),
        ([SAME_NAME, SAME_EMAIL], "r2", [], "Email"),
        ([SAME_NAME], "r4", [], "LastName"),
        ([view({"Email": "ann@example.com"}, deleted=True)], None, [], ""),
        ([Record("company", "c1", {"Email": "ann@example.com"})], None, [], ""),
    ],
)
def test_match(
    candidates: Sequence[Record], record: str | None, ambiguous: list[str], by: str
) -> None:
    verdict = match(BY_NAME, external_id="raccord-7", local=LOCAL, candidates=candidates)
    assert (verdict.record.id if verdict.record else None) == record
    assert [each.id for each in verdict.ambiguous] == ambiguous
    assert verdict.by == by


def test_an_empty_match_field_matches_nobody() -> None:
    nameless = {"email": None, "last_name": None}
    verdict = match(BY_NAME, external_id="x", local=nameless, candidates=[OTHER, found("r6")])
    assert verdict.record is None
    assert wanted_value(BY_NAME, "Email", local_key="email", local=nameless) == ""


def test_what_is_looked_up_is_what_would_be_sent() -> None:
    assert wanted_value(BY_NAME, "Email", local_key="email", local=LOCAL) == "ann@example.com"
    assert wanted_value(BY_NAME, "Unmapped", local_key="last_name", local=LOCAL) == "Lee"


@given(st.permutations([SAME_EMAIL, SAME_EMAIL_TOO, SAME_NAME, OTHER]), st.integers(0, 4))
def test_the_order_of_the_candidates_decides_nothing(
    candidates: list[Record], how_many: int
) -> None:
    chosen = candidates[:how_many]
    one = match(BY_NAME, external_id="raccord-7", local=LOCAL, candidates=chosen)
    other = match(BY_NAME, external_id="raccord-7", local=LOCAL, candidates=chosen[::-1])
    assert one == other
