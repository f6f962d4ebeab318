"""Bad days: what the rows of a call are told when the call as a whole went wrong."""

import pytest

from raccord.connectors.base import Connector
from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    OutcomeUnknown,
    QuotaExhausted,
    Transient,
)
from raccord.engine.records import Lookup, Outcome, Status
from tests.contract.counterpart import Counterpart, Trouble
from tests.contract.people import assert_explained, newcomer


@pytest.fixture
def settled(counterpart: Counterpart, connector: Connector) -> Connector:
    """A connector that has described its object, so that the next call is the one meant."""
    connector.describe(counterpart.fields.object)
    connector.find([], {})
    return connector


def push_two(counterpart: Counterpart, connector: Connector) -> list[Outcome]:
    outcomes = connector.push([newcomer(counterpart, 1), newcomer(counterpart, 2)])
    assert [outcome.ref for outcome in outcomes] == [1, 2]
    for outcome in outcomes:
        if outcome.status in (Status.CREATED, Status.UPDATED):
            assert outcome.failure is None
        else:
            assert_explained(outcome.failure)
    return outcomes


def test_a_refused_token_is_renewed_and_the_call_made_again(
    counterpart: Counterpart, settled: Connector
) -> None:
    refused = counterpart.tokens.token
    counterpart.trouble(Trouble.TOKEN_REFUSED)
    outcomes = push_two(counterpart, settled)
    assert {outcome.status for outcome in outcomes} == {Status.CREATED}
    assert counterpart.tokens.refused == [refused]
    assert len(counterpart.stored()) == 2


def test_a_token_that_stays_refused_is_a_lost_authorization(
    counterpart: Counterpart, settled: Connector
) -> None:
    counterpart.trouble(Trouble.TOKEN_REFUSED, times=10)
    with pytest.raises(AuthorizationLost) as caught:
        push_two(counterpart, settled)
    assert_explained(caught.value)
    assert len(counterpart.tokens.refused) == 1
    assert counterpart.stored() == []


def test_a_grant_that_cannot_be_renewed_is_a_lost_authorization(
    counterpart: Counterpart, settled: Connector
) -> None:
    counterpart.tokens.renewals_left = 0
    counterpart.trouble(Trouble.TOKEN_REFUSED)
    with pytest.raises(AuthorizationLost):
        push_two(counterpart, settled)
    assert counterpart.stored() == []


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.UNAVAILABLE])
def test_a_write_that_certainly_did_not_happen_is_tried_again(
    counterpart: Counterpart, settled: Connector, trouble: Trouble
) -> None:
    counterpart.trouble(trouble)
    outcomes = push_two(counterpart, settled)
    assert {outcome.status for outcome in outcomes} == {Status.RETRY}
    assert {type(outcome.failure) for outcome in outcomes} == {Transient}
    assert counterpart.stored() == []
    assert {outcome.status for outcome in push_two(counterpart, settled)} == {Status.CREATED}


@pytest.mark.parametrize(
    ("trouble", "written"),
    [
        (Trouble.LOST_BEFORE_WRITE, 0),
        (Trouble.LOST_AFTER_WRITE, 2),
        (Trouble.GARBLED_AFTER_WRITE, 2),
        (Trouble.SILENT_AFTER_WRITE, 2),
    ],
)
def test_a_write_without_an_answer_is_unknown_and_repeating_it_doubles_nothing(
    counterpart: Counterpart, settled: Connector, trouble: Trouble, written: int
) -> None:
    names = counterpart.fields
    counterpart.trouble(trouble)
    outcomes = push_two(counterpart, settled)
    assert {outcome.status for outcome in outcomes} == {Status.UNKNOWN}
    assert {type(outcome.failure) for outcome in outcomes} == {OutcomeUnknown}
    assert len(counterpart.stored()) == written
    lookup = Lookup(names.object, names.external_id, ("install-1", "install-2"))
    assert len(settled.find([lookup], {})) == written
    push_two(counterpart, settled)
    assert len(counterpart.stored()) == 2


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble.UNREACHABLE, Transient),
        (Trouble.UNAVAILABLE, Transient),
        (Trouble.LOST_BEFORE_WRITE, Transient),
        (Trouble.LOST_AFTER_WRITE, Transient),
        (Trouble.GARBLED_AFTER_WRITE, Transient),
        (Trouble.QUOTA_EXHAUSTED, QuotaExhausted),
    ],
)
def test_a_reading_call_without_an_answer_can_be_made_again(
    counterpart: Counterpart, settled: Connector, trouble: Trouble, kind: type[Failure]
) -> None:
    names = counterpart.fields
    lookup = Lookup(names.object, names.email, ("person1@example.org",))
    push_two(counterpart, settled)
    counterpart.trouble(trouble)
    with pytest.raises(kind) as caught:
        settled.find([lookup], {})
    assert type(caught.value) is kind
    assert_explained(caught.value)
    assert len(settled.find([lookup], {})) == 1


def test_an_exhausted_quota_stops_the_call_before_it_writes(
    counterpart: Counterpart, settled: Connector
) -> None:
    counterpart.trouble(Trouble.QUOTA_EXHAUSTED)
    with pytest.raises(QuotaExhausted):
        push_two(counterpart, settled)
    assert counterpart.stored() == []
