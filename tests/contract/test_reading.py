"""Reading by id and finding by value."""

from datetime import UTC, datetime, timedelta

import pytest

from raccord.connectors.base import Connector, Declaration
from raccord.engine.errors import SchemaChanged
from raccord.engine.records import Lookup
from tests.contract.counterpart import Counterpart
from tests.contract.people import assert_explained, newcomer

HOSTILE = [
    "' OR LastName != '",
    "\\' OR Id != null --",
    "') OR Id != null",
    "%",
    "_______@example.org",
    'a"b@example.org',
    "line\nbreak@example.org",
]


def create(counterpart: Counterpart, connector: Connector, count: int) -> list[str]:
    outcomes = connector.push([newcomer(counterpart, number) for number in range(1, count + 1)])
    return [outcome.remote_id or "" for outcome in outcomes]


def test_records_are_read_by_id(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    one, two, three = create(counterpart, connector, 3)
    called = len(counterpart.rows_called)
    records = connector.fetch(names.object, [three, one], [names.email])
    assert {record.id: record.values[names.email] for record in records} == {
        one: "person1@example.org",
        three: "person3@example.org",
    }
    assert two not in {record.id for record in records}
    assert counterpart.rows_called[called:] == [2]


def test_a_record_says_when_and_by_whom_it_was_changed(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    ours, theirs = create(counterpart, connector, 2)
    counterpart.edit(theirs, {names.company: "Acme"})
    read = {one.id: one for one in connector.fetch(names.object, [ours, theirs], [names.company])}
    assert read[ours].modified_by == connector.check().user
    assert read[theirs].modified_by not in ("", read[ours].modified_by)
    assert read[theirs].values[names.company] == "Acme"
    modified_at = read[theirs].modified_at
    assert modified_at and abs(modified_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_is_deleted_is_read_as_deleted_and_no_longer_found(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    kept, gone = create(counterpart, connector, 2)
    counterpart.delete(gone)
    records = connector.fetch(names.object, [kept, gone], [names.email])
    assert {record.id: record.deleted for record in records} == {kept: False, gone: True}
    assert all(record.values[names.email] for record in records)
    found = connector.find([Lookup(names.object, names.email, ("person2@example.org",))], {})
    assert found == []


def test_a_field_that_is_gone_is_a_changed_schema(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    (one,) = create(counterpart, connector, 1)
    with pytest.raises(SchemaChanged) as caught:
        connector.fetch(names.object, [one], [names.email, "Gone"])
    assert "Gone" in caught.value.params["fields"]
    assert_explained(caught.value)


def test_people_are_found_whatever_the_case(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    one, _two = create(counterpart, connector, 2)
    lookup = Lookup(names.object, names.email, ("PERSON1@Example.org", "nobody@example.org"))
    (record,) = connector.find([lookup], {names.object: [names.last_name]})
    assert record.id == one
    assert dict(record.values) == {
        names.last_name: "Person 1",
        names.email: "person1@example.org",
    }


def test_look_ups_by_several_fields_find_each_person_once(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    one, two = create(counterpart, connector, 2)
    called = len(counterpart.rows_called)
    found = connector.find(
        [
            Lookup(names.object, names.external_id, ("install-1", "install-2")),
            Lookup(names.object, names.email, ("person1@example.org",)),
        ],
        {},
    )
    assert sorted(record.id for record in found) == sorted([one, two])
    assert all(record.values[names.external_id] for record in found)
    assert counterpart.rows_called[called:] == [3]


def test_everybody_with_the_value_is_found(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    connector.push([newcomer(counterpart, n, email="shared@example.org") for n in (1, 2)])
    found = connector.find([Lookup(names.object, names.email, ("shared@example.org",))], {})
    assert len(found) == 2


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_only_ever_a_value(
    counterpart: Counterpart, connector: Connector, value: str
) -> None:
    names = counterpart.fields
    create(counterpart, connector, 2)
    lookups = [
        Lookup(names.object, names.email, (value,)),
        Lookup(names.object, names.last_name, (value,)),
    ]
    assert connector.find(lookups, {}) == []


def test_names_with_quotes_are_found(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    connector.push([newcomer(counterpart, 1, last_name='O\'Brien \\ "Bob"')])
    found = connector.find([Lookup(names.object, names.last_name, ('o\'brien \\ "bob"',))], {})
    assert len(found) == 1


def test_a_full_look_up_is_one_call(
    counterpart: Counterpart, connector: Connector, declaration: Declaration
) -> None:
    names = counterpart.fields
    create(counterpart, connector, 3)
    most = declaration.limits.values_per_lookup
    values = tuple(f"person{number}@{'long' * 10}.example.org" for number in range(most - 1))
    called = len(counterpart.rows_called)
    found = connector.find(
        [Lookup(names.object, names.email, (*values, "person3@example.org"))], {}
    )
    assert len(found) == 1
    assert counterpart.rows_called[called:] == [most]
