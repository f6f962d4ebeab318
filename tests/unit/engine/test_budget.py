"""The budget of calls: what yields first, and what never has to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.budget import Budget, Spent
from raccord.engine.records import Priority

CALLS = st.integers(0, 10**9)
SHARES = st.integers(1, 100)


@pytest.mark.parametrize(
    ("ours", "used", "least_urgent", "spent"),
    [
        (0, 0, Priority.BACKFILL, None),
        (3_999, 3_999, Priority.BACKFILL, None),
        (4_000, 4_000, Priority.IMPORT, None),  # 80 % of our 5,000
        (4_999, 4_999, Priority.IMPORT, None),
        (5_000, 5_000, Priority.CONSENT_TIGHTENED, Spent.OURS),
        (100, 7_199, Priority.BACKFILL, None),
        (100, 7_200, Priority.IMPORT, None),  # 80 % of the 9,000 that are not the reserve
        (100, 9_000, Priority.CONSENT_TIGHTENED, Spent.EVERYBODYS),
        (100, None, Priority.BACKFILL, None),
    ],
)
def test_what_can_wait_yields_before_what_cannot(
    ours: int, used: int | None, least_urgent: int, spent: Spent | None
) -> None:
    budget = Budget(allowed=10_000, share=50, ours=ours, used=used)
    assert (budget.limit, budget.everybodys_limit) == (5_000, 9_000)
    assert budget.least_urgent == least_urgent
    assert budget.spent == spent


@given(CALLS, SHARES, CALLS, st.none() | CALLS, st.integers(0, 10**6))
def test_more_calls_never_let_more_through_and_a_withdrawn_consent_always_goes(
    allowed: int, share: int, ours: int, used: int | None, more: int
) -> None:
    before = Budget(allowed, share, ours, used).least_urgent
    after = Budget(allowed, share, ours + more, None if used is None else used + more).least_urgent
    assert Priority.CONSENT_TIGHTENED <= after <= before


@given(st.integers(100, 10**9), SHARES, CALLS, st.none() | CALLS)
def test_a_larger_share_never_lets_less_through(
    allowed: int, share: int, ours: int, used: int | None
) -> None:
    assert (
        Budget(allowed, 100, ours, used).least_urgent
        >= Budget(allowed, share, ours, used).least_urgent
    )
