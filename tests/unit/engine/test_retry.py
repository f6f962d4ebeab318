"""When again, and what waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine import retry
from raccord.engine.errors import (
    AuthorizationLost,
    BadInput,
    DuplicateBlocked,
    Failure,
    GuardStopped,
    MatchAmbiguous,
    OutcomeUnknown,
    PermissionMissing,
    QuotaExhausted,
    RateLimited,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
)
from raccord.engine.retry import Again, Park, Pause, decide, delay, may_repeat
from tests.unit.engine.cast import NOON

LATER = NOON + timedelta(hours=3)


@pytest.mark.parametrize(
    ("failure", "fate"),
    [
        (RateLimited("x", until=LATER), Pause(LATER)),
        (RateLimited("x"), Pause(NOON + retry.RATE_PAUSE)),
        (QuotaExhausted("x", until=LATER), Pause(LATER)),
        (QuotaExhausted("x"), Pause(NOON + retry.QUOTA_PAUSE)),
        (AuthorizationLost("x"), Pause(None)),
        (PermissionMissing("x"), Pause(None, scope="transfer")),
        (SchemaChanged("x"), Pause(None, scope="transfer")),
        (GuardStopped("x"), Pause(None, scope="transfer")),
        (RecordRejected("x.rejected"), Park("x.rejected")),
        (DuplicateBlocked("x.duplicate"), Park("x.duplicate")),
        (MatchAmbiguous("x.ambiguous"), Park("x.ambiguous")),
        (RemoteGone("x.gone"), Park("x.gone")),
        (BadInput("x.bad"), Park("x.bad")),
        (Failure("x.other"), Park("x.other")),
        (Transient("x"), Again(NOON + retry.FIRST_DELAY)),
        (RowBusy("x"), Again(NOON + retry.BUSY_FIRST_DELAY, alone=True)),
        (OutcomeUnknown("x"), Again(NOON + retry.LOOK_AFTER)),
        (ZeroDivisionError(), Park("raccord.internal")),
    ],
)
def test_each_class_of_failure(failure: BaseException, fate: Again | Park | Pause) -> None:
    assert decide(failure, attempts=1, now=NOON) == fate


def test_a_row_that_stays_busy_is_parked_in_the_end() -> None:
    fate = decide(RowBusy("x.busy"), attempts=retry.BUSY_ATTEMPTS, now=NOON)
    assert fate == Park("x.busy")


def test_what_is_transient_is_tried_for_ever() -> None:
    assert decide(Transient("x"), attempts=10_000, now=NOON) == Again(NOON + retry.LONGEST_DELAY)


@given(st.integers(0, 100), st.floats(0, 1))
def test_delays_grow_up_to_a_limit_and_jitter_only_adds(attempts: int, jitter: float) -> None:
    plain = delay(attempts)
    assert retry.FIRST_DELAY <= plain <= delay(attempts + 1) <= retry.LONGEST_DELAY
    assert plain <= delay(attempts, jitter=jitter) <= plain * (1 + retry.JITTER)


def test_an_unanswered_write_is_repeated_only_when_it_can_no_longer_happen() -> None:
    longest = timedelta(minutes=10)
    early, late = NOON + timedelta(minutes=9), NOON + longest
    assert not may_repeat(departed_at=NOON, now=early, max_request_time=longest)
    assert may_repeat(departed_at=NOON, now=late, max_request_time=longest)
    assert may_repeat(departed_at=NOON, now=early, max_request_time=longest, tightens=True)
