"""Values survive the way to Salesforce's JSON and back, or are refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.connectors.salesforce import wire
from raccord.engine.records import Value
from raccord.engine.schema import RemoteType

MILLISECONDS = st.datetimes(
    min_value=datetime(1700, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(4000, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=5.5))]),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
VALUES: dict[RemoteType, st.SearchStrategy[Value]] = {
    RemoteType.STRING: st.text(),
    RemoteType.BOOLEAN: st.booleans(),
    RemoteType.OPT_OUT: st.booleans(),
    RemoteType.INTEGER: st.integers(min_value=-(2**31), max_value=2**31 - 1),
    RemoteType.DECIMAL: st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16, places=2
    ),
    RemoteType.DATE: st.dates(),
    RemoteType.DATETIME: MILLISECONDS,
    RemoteType.MULTIPICKLIST: st.lists(
        st.text(alphabet="abcé ", min_size=1), min_size=1, max_size=4
    ).map(tuple),
}


@pytest.mark.parametrize("remote_type", VALUES)
@given(data=st.data())
def test_a_value_comes_back_as_it_went(remote_type: RemoteType, data: st.DataObject) -> None:
    value = data.draw(VALUES[remote_type])
    said = json.loads(json.dumps(wire.to_wire(value)), parse_float=Decimal)
    assert parser(remote_type)(said) == value


@pytest.mark.parametrize("remote_type", VALUES)
def test_empty_is_null_both_ways(remote_type: RemoteType) -> None:
    assert wire.to_wire(None) is None
    assert parser(remote_type)(None) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2026, 11, 22, 10, 55, 53, 337999, UTC), "2026-11-22T10:55:53.337+0000"),
        (date(2026, 2, 3), "2026-02-03"),
        (Decimal("5.00"), 5),
        (Decimal("0.1"), 0.1),
        (Decimal("12345678901234567.89"), "12345678901234567.89"),
        (Decimal("1E+3"), 1000),
        (("Music", "Food"), "Music;Food"),
        ((), None),
        (True, True),
        ("", ""),
    ],
)
def test_how_values_look_on_the_wire(value: Value, said: object) -> None:
    found = wire.to_wire(value)
    assert found == said
    assert type(found) is type(said)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        ("a;b",),
        datetime(2026, 1, 1),  # noqa: DTZ001 - what a value must not be
    ],
)
def test_what_salesforce_cannot_hold_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wire.to_wire(value)


@pytest.mark.parametrize(
    ("remote_type", "said", "value"),
    [
        (RemoteType.DATETIME, "2026-11-22T10:55:53.000+0000", datetime(2026, 11, 22, 10, 55, 53)),  # noqa: DTZ001
        (RemoteType.DATETIME, "2026-11-22T10:55:53Z", datetime(2026, 11, 22, 10, 55, 53)),  # noqa: DTZ001
        (RemoteType.INTEGER, Decimal("250.0"), 250),
        (RemoteType.DECIMAL, 7, Decimal(7)),
        (RemoteType.MULTIPICKLIST, "a;b", ("a", "b")),
    ],
)
def test_how_answers_are_read(remote_type: RemoteType, said: object, value: Value) -> None:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC)
    assert parser(remote_type)(said) == value


@pytest.mark.parametrize(
    ("remote_type", "said"),
    [
        (RemoteType.STRING, 5),
        (RemoteType.STRING, {"city": "Lyon"}),
        (RemoteType.BOOLEAN, "false"),
        (RemoteType.INTEGER, Decimal("1.5")),
        (RemoteType.DATE, "22/11/2026"),
        (RemoteType.DATETIME, "yesterday"),
    ],
)
def test_an_answer_of_another_type_is_not_read(remote_type: RemoteType, said: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parser(remote_type)(said)


def test_compound_values_have_no_parser() -> None:
    assert wire.parser(RemoteType.COMPOUND) is None


def test_every_other_type_has_one() -> None:
    unread = {kind for kind in RemoteType if wire.parser(kind) is None}
    assert unread == {RemoteType.COMPOUND, RemoteType.OTHER}


def parser(remote_type: RemoteType) -> Callable[[object], Value]:
    found = wire.parser(remote_type)
    assert found is not None
    return found
