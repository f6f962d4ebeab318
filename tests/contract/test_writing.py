"""Creating, changing and deleting: one outcome per row, in order, and each row for itself."""

from datetime import date

import pytest

from raccord.connectors.base import Connector, Declaration
from raccord.engine.errors import DuplicateBlocked, RecordRejected, RemoteGone, RowBusy
from raccord.engine.records import Outcome, Status
from tests.contract.counterpart import Counterpart
from tests.contract.people import assert_explained, change, newcomer, removal

# The shared cast's known problems.
NAMES = [
    "O’Brien-Élodie",
    "D'Artagnan",
    '"Quoted" \\ Back',
    "=SUM(A1)",
    "日本語",
    "مرحبا",
    "🎉 Party",
    "<b>&amp;",
    "x" * 80,
]


def ids(outcomes: list[Outcome]) -> list[str]:
    assert all(outcome.remote_id for outcome in outcomes), outcomes
    return [outcome.remote_id or "" for outcome in outcomes]


def test_people_are_created_in_one_call(counterpart: Counterpart, connector: Connector) -> None:
    connector.describe(counterpart.fields.object)
    called = len(counterpart.rows_called)
    outcomes = connector.push([newcomer(counterpart, number) for number in range(3)])
    assert [(o.ref, o.status, o.failure) for o in outcomes] == [
        (number, Status.CREATED, None) for number in range(3)
    ]
    assert len(set(ids(outcomes))) == 3
    assert counterpart.rows_called[called:] == [3]
    assert len(counterpart.stored()) == 3


def test_a_full_batch_is_one_call(
    counterpart: Counterpart, connector: Connector, declaration: Declaration
) -> None:
    connector.describe(counterpart.fields.object)
    called = len(counterpart.rows_called)
    most = declaration.limits.rows_per_write
    outcomes = connector.push([newcomer(counterpart, number) for number in range(most)])
    assert {outcome.status for outcome in outcomes} == {Status.CREATED}
    assert counterpart.rows_called[called:] == [most]


def test_a_creation_that_is_repeated_finds_its_record(
    counterpart: Counterpart, connector: Connector
) -> None:
    first = connector.push([newcomer(counterpart, 1)])
    second = connector.push(
        [newcomer(counterpart, 1, last_name="Renamed"), newcomer(counterpart, 2)]
    )
    assert [outcome.status for outcome in second] == [Status.UPDATED, Status.CREATED]
    assert ids(second)[0] == ids(first)[0]
    assert len(counterpart.stored()) == 2


def test_an_update_changes_what_it_names(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    (remote_id,) = ids(
        connector.push([newcomer(counterpart, 1, company="Acme", birthdate=date(2000, 2, 29))])
    )
    (outcome,) = connector.push([change(counterpart, remote_id, company=None, opted_out=True)])
    assert (outcome.status, outcome.remote_id) == (Status.UPDATED, remote_id)
    read = [names.last_name, names.company, names.birthdate, names.opted_out]
    (record,) = connector.fetch(names.object, [remote_id], read)
    assert dict(record.values) == {
        names.last_name: "Person 1",
        names.company: None,
        names.birthdate: date(2000, 2, 29),
        names.opted_out: True,
    }


@pytest.mark.parametrize("name", NAMES)
def test_text_arrives_as_it_is(counterpart: Counterpart, connector: Connector, name: str) -> None:
    names = counterpart.fields
    notes = f"{name}\nsecond line"
    (remote_id,) = ids(connector.push([newcomer(counterpart, 1, last_name=name, notes=notes)]))
    (record,) = connector.fetch(names.object, [remote_id], [names.last_name, names.notes])
    assert dict(record.values) == {names.last_name: name, names.notes: notes}


def test_a_deleted_record_is_gone_and_deleting_it_again_is_done(
    counterpart: Counterpart, connector: Connector
) -> None:
    (remote_id,) = ids(connector.push([newcomer(counterpart, 1)]))
    for _ in range(2):
        (outcome,) = connector.push([removal(counterpart, remote_id)])
        assert (outcome.status, outcome.failure) == (Status.DELETED, None)
    assert counterpart.stored() == []


def test_a_change_to_a_deleted_record_says_so(
    counterpart: Counterpart, connector: Connector
) -> None:
    (remote_id,) = ids(connector.push([newcomer(counterpart, 1)]))
    counterpart.delete(remote_id)
    (outcome,) = connector.push([change(counterpart, remote_id, company="Acme")])
    assert outcome.status is Status.REJECTED
    assert isinstance(outcome.failure, RemoteGone)
    assert_explained(outcome.failure)


def test_one_bad_row_does_not_stop_the_others(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    rows = [
        newcomer(counterpart, 1),
        newcomer(counterpart, 2, last_name=None),
        newcomer(counterpart, 3, last_name="x" * (names.last_name_length + 1)),
        newcomer(counterpart, 4, email="not an address"),
        newcomer(counterpart, 5),
    ]
    outcomes = connector.push(rows)
    assert [outcome.ref for outcome in outcomes] == [1, 2, 3, 4, 5]
    assert [outcome.status for outcome in outcomes] == [
        Status.CREATED,
        Status.REJECTED,
        Status.REJECTED,
        Status.REJECTED,
        Status.CREATED,
    ]
    blamed = []
    for outcome in outcomes[1:4]:
        assert isinstance(outcome.failure, RecordRejected)
        assert_explained(outcome.failure)
        blamed.append(outcome.failure.fields)
    assert blamed == [(names.last_name,), (names.last_name,), (names.email,)]
    assert len(counterpart.stored()) == 2


def test_a_unique_value_of_another_record_is_a_duplicate(
    counterpart: Counterpart, connector: Connector
) -> None:
    one, two = ids(connector.push([newcomer(counterpart, 1), newcomer(counterpart, 2)]))
    (outcome,) = connector.push([change(counterpart, two, external_id="install-1")])
    assert (outcome.status, outcome.remote_id) == (Status.REJECTED, two)
    assert isinstance(outcome.failure, DuplicateBlocked)
    assert_explained(outcome.failure)
    assert one != two


def test_a_record_that_somebody_holds_is_tried_again(
    counterpart: Counterpart, connector: Connector
) -> None:
    held, free = ids(connector.push([newcomer(counterpart, 1), newcomer(counterpart, 2)]))
    rows = [
        change(counterpart, held, ref=1, company="Acme"),
        change(counterpart, free, ref=2, company="Acme"),
    ]
    with counterpart.lock(held):
        outcomes = connector.push(rows)
    assert [outcome.status for outcome in outcomes] == [Status.RETRY, Status.UPDATED]
    assert isinstance(outcomes[0].failure, RowBusy)
    assert_explained(outcomes[0].failure)
    (again,) = connector.push(rows[:1])
    assert again.status is Status.UPDATED
