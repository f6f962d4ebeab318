"""Reading a whole object: counted in one call, page by page behind an id, the living only."""

import pytest

from raccord.connectors.base import Connector
from raccord.engine.errors import SchemaChanged
from tests.contract.counterpart import Counterpart, Trouble
from tests.contract.people import newcomer


def create(counterpart: Counterpart, connector: Connector, count: int) -> list[str]:
    outcomes = connector.push([newcomer(counterpart, number) for number in range(1, count + 1)])
    return [outcome.remote_id or "" for outcome in outcomes]


def test_the_living_are_counted_in_one_call(counterpart: Counterpart, connector: Connector) -> None:
    names = counterpart.fields
    assert connector.count(names.object) == 0
    ids = create(counterpart, connector, 5)
    counterpart.delete(ids[0])
    called = len(counterpart.rows_called)
    assert connector.count(names.object) == 4
    assert len(counterpart.rows_called) == called + 1


def test_all_living_records_come_once_and_in_order(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    ids = create(counterpart, connector, 7)
    counterpart.delete(ids[2])
    called = len(counterpart.rows_called)
    page = connector.scan(names.object, [names.email, names.company])
    assert len(counterpart.rows_called) == called + 1
    seen = [record.id for record in page.records]
    assert sorted(seen) == sorted(set(ids) - {ids[2]})
    assert not page.more
    assert all(record.values[names.email] and not record.deleted for record in page.records)
    assert all(record.modified_at for record in page.records)


def test_behind_each_record_come_exactly_those_that_follow_it(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    create(counterpart, connector, 6)
    seen = [record.id for record in connector.scan(names.object, [names.email]).records]
    for number, each in enumerate(seen, start=1):
        behind = connector.scan(names.object, [names.email], after=each).records
        assert [record.id for record in behind] == seen[number:]


def test_more_than_a_page_says_so_and_goes_on(
    counterpart: Counterpart, connector: Connector
) -> None:
    """Two thousand and three records are two calls."""
    names = counterpart.fields
    for first in range(1, 2_004, 200):
        writes = [newcomer(counterpart, n) for n in range(first, min(first + 200, 2_004))]
        connector.push(writes)
    called = len(counterpart.rows_called)
    first_page = connector.scan(names.object, [names.email])
    assert first_page.more
    rest = connector.scan(names.object, [names.email], after=first_page.records[-1].id)
    assert len(counterpart.rows_called) == called + 2
    assert (len(first_page.records), len(rest.records), rest.more) == (2_000, 3, False)
    assert len({record.id for record in (*first_page.records, *rest.records)}) == 2_003


def test_what_is_gone_is_a_changed_schema(counterpart: Counterpart, connector: Connector) -> None:
    with pytest.raises(SchemaChanged):
        connector.scan(counterpart.fields.object, ["Gone"])
    with pytest.raises(SchemaChanged):
        connector.count("Gone")


def test_a_refused_token_is_renewed(counterpart: Counterpart, connector: Connector) -> None:
    create(counterpart, connector, 1)
    counterpart.trouble(Trouble.TOKEN_REFUSED)
    names = counterpart.fields
    assert len(connector.scan(names.object, [names.email]).records) == 1
    assert counterpart.tokens.refused
