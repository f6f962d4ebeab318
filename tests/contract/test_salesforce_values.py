"""Whatever value a field of ours holds: sent to a simulated org and read back, it is the same.

One record has a field for every pair of types that a mapping may have; what is drawn fills them
all, in one call. What is only *equal for the pair* (rounded, in capitals, a box) is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from raccord.connectors.base import Connector
from raccord.engine.compatibility import Compatible, check
from raccord.engine.mapping import fingerprinted, inward, outward, pair_equal, unsendable
from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.parsing import parse
from raccord.engine.records import (
    Action,
    Direction,
    FieldPair,
    FieldSpec,
    FieldType,
    Record,
    Status,
    Value,
    Write,
)
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT
from raccord.engine.values import equal
from salesforce_simulator.server import Simulator
from tests.contract.counterpart_salesforce import IDENTITY, SEED, SalesforceCounterpart

T, R = FieldType, RemoteType
COLOURS = ("Red", "Blue", "Très foncé")
THERE: dict[str, dict[str, Any]] = {
    "string": {"length": 255},
    "textarea": {"length": 32_000},
    "email": {},
    "phone": {"length": 40},
    "url": {},
    "int": {},
    "double": {"precision": 16, "scale": 2},
    "currency": {"precision": 16, "scale": 2},
    "percent": {"precision": 16, "scale": 2},
    "boolean": {},
    "date": {},
    "datetime": {},
    "picklist": {"values": COLOURS, "restricted": True},
    "multipicklist": {"values": COLOURS, "restricted": True},
}
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
EMAILS = st.from_regex(r"[A-Za-z0-9]{1,8}(\.[a-z]{1,5})?@[a-z]{2,8}\.(org|example)", fullmatch=True)
OURS: dict[FieldType, st.SearchStrategy[object]] = {
    T.TEXT: PLAIN,
    T.LONG_TEXT: PLAIN | st.lists(PLAIN, max_size=3).map("\n".join),
    T.EMAIL: EMAILS,
    T.PHONE: st.from_regex(r"\+?[0-9][0-9 ().-]{5,18}[0-9]( ext\. [0-9]{1,4})?", fullmatch=True),
    T.URL: st.from_regex(r"https://[a-z]{1,9}\.example(/[a-z0-9;=]{0,9})?", fullmatch=True),
    T.INTEGER: st.integers(-(2**31), 2**31 - 1),
    T.DECIMAL: st.decimals(-(10**9), 10**9, allow_nan=False, places=4),
    T.BOOLEAN: st.booleans(),
    T.DATE: st.dates(date(1700, 1, 1), date(2999, 12, 31)),
    T.DATETIME: st.datetimes(
        datetime(1700, 1, 1),  # noqa: DTZ001 - hypothesis wants it without
        datetime(2999, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    T.CHOICE: st.sampled_from(COLOURS),
    T.MULTIPLE_CHOICE: st.lists(st.sampled_from(COLOURS), max_size=3),
    T.CONSENT: st.sampled_from(["yes", "no"]),
}
# Where only the pair is equal, because the other side can hold no more, or the mapping says so.
NOT_THE_VALUE_ITSELF = {"upper", "lower"}


def spec(kind: FieldType) -> FieldSpec:
    return FieldSpec(f"a_{kind}", kind, choices=COLOURS if "choice" in kind else ())


def name_of(local: FieldType, there: str) -> str:
    return f"{local}_{there}__c"


@pytest.fixture(scope="module")
def connector() -> Iterator[Connector]:
    fields = [
        {"name": name_of(local, there), "type": there, **limits}
        for local in T
        for there, limits in THERE.items()
    ]
    custom = {"Contact": [IDENTITY, *fields]}
    with Simulator(seed={**SEED, "custom_fields": custom}) as simulator:
        started = SalesforceCounterpart(simulator)
        yield started.connect()
        started.close()


@pytest.fixture(scope="module")
def pairs(connector: Connector) -> list[FieldPair]:
    """Every pair of types that may be mapped, with every conversion."""
    described = connector.describe("Contact").fields
    return [
        fingerprinted(FieldPair(spec(local), remote, Direction.BOTH, transform=transform))
        for local in T
        for remote in (described[name_of(local, there)] for there in THERE)
        for transform in transforms(spec(local), remote)
    ]


def transforms(local: FieldSpec, remote: RemoteField) -> tuple[str, ...]:
    verdict = check(local, remote, Direction.OUTBOUND)
    return verdict.transforms if isinstance(verdict, Compatible) else ()


def drawn(data: st.DataObject, pair: FieldPair) -> Value:
    """A value that the field holds, or none; for a field that checks, one that it takes."""
    kind = pair.local.type
    if pair.remote.type is R.EMAIL:
        raw: object = data.draw(EMAILS)
    elif pair.remote.type is R.PICKLIST:
        raw = data.draw(st.sampled_from(COLOURS))
    else:
        raw = data.draw(OURS[kind])
    if kind in (T.EMAIL, T.URL, T.PHONE) and pair.remote.type is R.PICKLIST:
        return None  # no such value is on a list of colours
    if pair.remote.type is R.EMAIL and kind in (T.URL, T.CHOICE):
        return None
    return parse(pair.local, raw)


def there_and_back(
    connector: Connector, pairs: list[FieldPair], ours: list[Value], *, number: int
) -> Record:
    """One new record with all that is sent, as it is read afterwards."""
    values: dict[str, Value] = {"LastName": "Values"}
    for pair, value in zip(pairs, ours, strict=True):
        sent = outward(pair, value)
        if sent is not ABSENT:
            assert unsendable(pair, sent) is None
            values[pair.remote.name] = sent
    (outcome,) = connector.push([Write(number, "Contact", Action.CREATE, values)])
    assert outcome.status is Status.CREATED, outcome.failure
    assert outcome.remote_id is not None
    names = [pair.remote.name for pair in pairs]
    (record,) = connector.fetch("Contact", [outcome.remote_id], names)
    return record


def test_every_type_can_be_paired_with_something(pairs: list[FieldPair]) -> None:
    assert {pair.local.type for pair in pairs} == set(T)
    assert len({pair.remote.type for pair in pairs}) >= 12


@settings(
    max_examples=10,
    # A smaller example would cost a record each, and say no more than the pair that is named.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(data=st.data())
def test_what_is_sent_and_read_back_is_the_same(
    connector: Connector, pairs: list[FieldPair], data: st.DataObject
) -> None:
    # A field takes one conversion at a time.
    chosen = list({pair.remote.name: pair for pair in data.draw(st.permutations(pairs))}.values())
    ours = [drawn(data, pair) if data.draw(st.booleans()) else None for pair in chosen]
    record = there_and_back(connector, chosen, ours, number=1)
    for pair, value in zip(chosen, ours, strict=True):
        seen = record.values[pair.remote.name]
        assert pair_equal(pair, value, seen) or value is None, pair
        verdict = merge(pair, ours=value, theirs=seen, base=None, context=MergeContext())
        assert verdict.step is Step.NOTHING or value is None, pair
        if keeps_the_value(pair, value):
            assert equal(pair.local.type, value, inward(pair, seen)), pair


def keeps_the_value(pair: FieldPair, value: Value) -> bool:
    """Whether it comes back as itself. An empty box, a consent and a rounded number do not, nor
    does an address in a field of ours that tells capitals apart."""
    if value is None or pair.local.type in (T.CONSENT, T.DECIMAL):
        return False
    if pair.remote.type is R.EMAIL and pair.local.type is not T.EMAIL:
        return False
    return pair.transform not in NOT_THE_VALUE_ITSELF and pair.remote.type is not R.PHONE


def test_an_empty_field_is_empty_there_and_stays_so(
    connector: Connector, pairs: list[FieldPair]
) -> None:
    chosen = list({pair.remote.name: pair for pair in pairs}.values())
    record = there_and_back(connector, chosen, [None] * len(chosen), number=2)
    for pair in chosen:
        seen = record.values[pair.remote.name]
        assert seen in (None, False), pair
        if pair.remote.type is not R.BOOLEAN:
            assert inward(pair, seen) is None
