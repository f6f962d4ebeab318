"""Reading what changed over there: in order, page by page, whoever did it, deletions too."""

from datetime import UTC, datetime, timedelta

import pytest

from raccord.connectors.base import Changes, Connector, Position
from raccord.engine.errors import SchemaChanged
from raccord.engine.records import Record
from tests.contract.counterpart import Counterpart, Trouble
from tests.contract.people import newcomer

LONG_AGO = Position(datetime(2000, 1, 1, tzinfo=UTC))


def create(counterpart: Counterpart, connector: Connector, count: int) -> list[str]:
    outcomes = connector.push([newcomer(counterpart, number) for number in range(1, count + 1)])
    return [outcome.remote_id or "" for outcome in outcomes]


def read(counterpart: Counterpart, connector: Connector, *, after: Position = LONG_AGO) -> Changes:
    names = counterpart.fields
    return connector.changes(names.object, [names.email, names.company], after=after)


def place(record: Record) -> Position:
    assert record.modified_at is not None
    return Position(record.modified_at, record.id)


def test_everything_changed_is_read_with_its_values_and_who_did_it(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    ids = create(counterpart, connector, 3)
    counterpart.edit(ids[1], {names.company: "Acme"})
    changes = read(counterpart, connector)
    by_id = {record.id: record for record in changes.records}
    assert set(by_id) == set(ids)
    assert not changes.more
    assert by_id[ids[1]].values[names.company] == "Acme"
    assert by_id[ids[1]].modified_by != by_id[ids[0]].modified_by == connector.check().user
    assert [place(record) for record in changes.records] == sorted(
        map(place, changes.records), key=lambda each: (each.stamp, each.id)
    )


def test_after_a_record_come_those_of_the_same_moment_and_later(
    counterpart: Counterpart, connector: Connector
) -> None:
    create(counterpart, connector, 5)
    records = read(counterpart, connector).records
    for number, record in enumerate(records, start=1):
        following = read(counterpart, connector, after=place(record)).records
        assert [each.id for each in following] == [each.id for each in records[number:]]
    assert records[0].modified_at is not None
    from_its_moment = read(counterpart, connector, after=Position(records[0].modified_at))
    assert records[0].id in {record.id for record in from_its_moment.records}


def test_a_deletion_is_a_change(counterpart: Counterpart, connector: Connector) -> None:
    kept, gone = create(counterpart, connector, 2)
    counterpart.delete(gone)
    deleted = {record.id: record.deleted for record in read(counterpart, connector).records}
    assert deleted == {kept: False, gone: True}


def test_nothing_is_after_the_last(counterpart: Counterpart, connector: Connector) -> None:
    create(counterpart, connector, 1)
    last = read(counterpart, connector).records[-1]
    assert read(counterpart, connector, after=place(last)) == Changes((), more=False)


def test_up_to_when_nothing_can_appear_any_more(
    counterpart: Counterpart, connector: Connector
) -> None:
    until = connector.stable_until(counterpart.fields.object)
    assert until is not None
    assert abs(until - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_field_that_is_gone_is_a_changed_schema(
    counterpart: Counterpart, connector: Connector
) -> None:
    with pytest.raises(SchemaChanged):
        connector.changes(counterpart.fields.object, ["Gone"], after=LONG_AGO)


def test_a_refused_token_is_renewed(counterpart: Counterpart, connector: Connector) -> None:
    create(counterpart, connector, 1)
    counterpart.trouble(Trouble.TOKEN_REFUSED)
    assert len(read(counterpart, connector).records) == 1
    assert counterpart.tokens.refused
