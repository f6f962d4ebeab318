"""What must hold for events of any content: their encoding, their log, their limits."""

import io
import json
from typing import Any

import fastavro
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.events.changes import (
    CREATE,
    UPDATE,
    Change,
    changes_of,
    within_limit,
)
from salesforce_simulator.events.encoding import Commit, bitmaps, encode
from salesforce_simulator.events.event import ChangeEvent
from salesforce_simulator.events.log import EventLog, UnknownReplayIdError
from salesforce_simulator.events.origin import api_of, change_origin
from salesforce_simulator.events.schema import change_schema, event_name
from salesforce_simulator.schema import STANDARD_OBJECTS
from salesforce_simulator.schema.contact import CONTACT
from tests.simulator.subscriber import names_of

SCHEMA = change_schema(CONTACT)
COMMIT = Commit("key", 1, 1_000, "005", "")
TEXTS = sorted(
    name for name, place in SCHEMA.places.items() if place.type in {"string", "textarea", "phone"}
)
rows = st.dictionaries(st.sampled_from(TEXTS), st.text(min_size=1), max_size=8)


def row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": "003",
        "IsDeleted": False,
        "LastName": "x",
        "LastModifiedDate": "2026-11-22T10:00:00.000+0000",
        **values,
    }


def only_change(old: dict[str, Any], new: dict[str, Any]) -> Change | None:
    written = [("Contact", row(old), row(new))]
    found = changes_of(written, captured={"Contact"}, schema_of=lambda _: SCHEMA)
    return found[0] if found else None


def decoded(change: Change) -> Any:
    payload = encode(change, COMMIT, 1)
    return fastavro.schemaless_reader(io.BytesIO(payload), json.loads(SCHEMA.text), None)


@given(old=rows, new=rows)
def test_who_applies_an_update_to_the_old_record_has_the_new_one(
    old: dict[str, str], new: dict[str, str]
) -> None:
    change = only_change(old, new)
    before, after = row(old), row(new)
    if change is None:
        assert before == after
        return
    record = decoded(change)
    changed = names_of(json.loads(SCHEMA.text), record["ChangeEventHeader"]["changedFields"])
    nulled = names_of(json.loads(SCHEMA.text), record["ChangeEventHeader"]["nulledFields"])
    assert nulled <= changed
    for name, place in SCHEMA.places.items():
        path = f"{place.name}.{place.part}" if place.part else place.name
        if not {path, place.name} & changed:
            assert before.get(name) == after.get(name)
        elif name != "LastModifiedDate":
            top = record[place.name]
            told = (top or {}).get(place.part) if place.part else top
            assert told == after.get(name)
            assert bool({path, place.name} & nulled) == (name not in after)


@given(names=st.sets(st.sampled_from(sorted(SCHEMA.places))))
def test_bitmaps_are_whole_bytes_and_say_every_name(names: set[str]) -> None:
    made = bitmaps(SCHEMA, names)

    for each in made:
        digits = each.rpartition("0x")[2]
        assert len(digits) % 2 == 0
        assert digits == digits.upper()
    places = [SCHEMA.places[name] for name in names]
    expected = {f"{each.name}.{each.part}" if each.part else each.name for each in places}
    assert names_of(json.loads(SCHEMA.text), made) == expected


@given(
    batches=st.lists(st.integers(1, 5), max_size=12),
    capacity=st.integers(1, 20),
    start=st.integers(0, 2**40),
)
def test_each_replay_id_leads_to_what_comes_behind_it(
    batches: list[int], capacity: int, start: int
) -> None:
    log = EventLog(capacity=capacity, first_number=start)
    numbers: list[int] = []
    for at, size in enumerate(batches):
        added = [event(log.next_number(), at) for _ in range(size)]
        log.extend(added)
        log.drop_before(0)
        numbers += [each.number for each in added]

    kept = numbers[-capacity:]
    dropped = numbers[: len(numbers) - len(kept)]
    assert len(log) == len(kept)
    assert sorted(set(numbers)) == numbers
    for number in dropped[:-1]:
        assert position(log, number) is None
    last_gone = dropped[-1] if dropped else start
    for index, number in enumerate([last_gone, *kept]):
        found = position(log, number)
        assert found is not None
        behind, end = log.read(found, until=log.end, sources={"Contact"}, limit=100)
        assert [each.number for each in behind] == kept[index:]
        assert end == log.end
        assert log.number_before(found) == number


@given(weights=st.lists(st.integers(0, 4), max_size=20), limit=st.integers(0, 30))
def test_a_transaction_tells_as_much_as_it_may_and_names_the_rest(
    weights: list[int], limit: int
) -> None:
    names = sorted(SCHEMA.places)
    changes = [
        Change(
            "Contact" if count % 2 else "Lead",
            SCHEMA,
            UPDATE if count else CREATE,
            ("003",),
            {},
            frozenset(names[:count]),
        )
        for count in weights
    ]
    told = within_limit(changes, limit=limit)

    whole = [each for each in told if each.type != "GAP_OVERFLOW"]
    beyond = [each.entity for each in told[len(whole) :]]
    assert whole == changes[: len(whole)]
    assert sum(each.weight for each in whole) <= limit
    assert set(beyond) == {each.entity for each in changes[len(whole) :]}
    assert len(set(beyond)) == len(beyond)


def test_every_object_has_a_schema_that_any_reader_parses() -> None:
    for kind in STANDARD_OBJECTS:
        schema = change_schema(kind)
        fastavro.parse_schema(json.loads(schema.text))
        assert len(schema.id) == 22
        assert json.loads(schema.text)["name"] == f"{kind.name}ChangeEvent"


def test_names_and_origins() -> None:
    assert event_name("Thing__c") == "Thing__ChangeEvent"
    assert api_of("/services/data/v62.0/sobjects") == "rest"
    assert api_of("/services/data/v62.0/tooling/sobjects") == "toolingrest"
    assert api_of("/services/Soap/u/62.0") == "soap"
    assert api_of("/services/async/62.0/job") == "bulkapi"
    assert change_origin("soap", "62.0", "a/1") == "com/salesforce/api/soap/62.0;client=a/1"


def event(number: int, at: float) -> ChangeEvent:
    return ChangeEvent(number, at, Change("Contact", SCHEMA, CREATE, ("003",), {}), COMMIT, 1)


def position(log: EventLog, number: int) -> int | None:
    try:
        return log.position_after(number)
    except UnknownReplayIdError:
        return None
