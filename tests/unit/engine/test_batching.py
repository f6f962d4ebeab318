"""Batches: everything once, in order, within the limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.batching import batches
from raccord.engine.records import Action, Write

WRITES = st.lists(
    st.builds(
        Write,
        ref=st.integers(0, 1000),
        object=st.sampled_from(["person", "lead"]),
        action=st.sampled_from([Action.CREATE, Action.UPDATE]),
        values=st.just({}),
        remote_id=st.sampled_from([None, "r1", "r2", "r3"]),
    ),
    max_size=40,
)


@given(WRITES, st.integers(1, 7))
def test_every_write_is_in_one_batch_of_its_kind(writes: list[Write], size: int) -> None:
    made = batches(writes, rows_per_write=size)
    assert sorted(map(id, (row for batch in made for row in batch))) == sorted(map(id, writes))
    for batch in made:
        assert 1 <= len(batch) <= size
        assert len({(row.object, row.action) for row in batch}) == 1
        ids = [row.remote_id for row in batch if row.remote_id]
        assert len(ids) == len(set(ids))


@given(WRITES, st.integers(1, 7))
def test_the_order_of_a_kind_is_kept_and_its_first_row_leads(
    writes: list[Write], size: int
) -> None:
    made = batches(writes, rows_per_write=size)
    for kind in {(row.object, row.action) for row in writes}:
        rows = [row for batch in made for row in batch if (row.object, row.action) == kind]
        assert rows == [row for row in writes if (row.object, row.action) == kind]
    firsts = [next(at for at, row in enumerate(writes) if row is batch[0]) for batch in made]
    assert firsts == sorted(firsts)


def test_no_more_calls_than_needed() -> None:
    writes = [Write(ref, "person", Action.UPDATE, {}, remote_id=f"r{ref}") for ref in range(1001)]
    assert [len(batch) for batch in batches(writes, rows_per_write=200)] == [200] * 5 + [1]


def test_a_batch_must_hold_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        batches([], rows_per_write=0)
