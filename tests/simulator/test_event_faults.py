"""What goes wrong with events, on demand, and that it can be set from outside."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, create
from tests.simulator.subscriber import CONTACTS, PubSub, Received

EARLIEST, CUSTOM = 1, 2


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=SEED, pubsub_port=0) as running:
        yield running


def set_events(simulator: Simulator, **settings: Any) -> httpx.Response:
    return httpx.post(f"{simulator.url}/simulator/events", json=settings)


def test_an_event_comes_twice_with_one_replay_id(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    set_events(simulator, duplicate_next=1)
    create(api, "Contact", LastName="Twice")
    create(api, "Contact", LastName="Once")

    first, second, third = stream.take(3)
    assert first == second
    assert third.body["Name"]["LastName"] == "Once"
    again = pubsub.subscribe(replay_preset=CUSTOM, replay_id=first.replay_id)
    assert again.next() == third


def test_events_are_held_back_and_let_go_in_order(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    set_events(simulator, paused=True)
    for name in ("A", "B"):
        create(api, "Contact", LastName=name)
    # A new stream does not see them either, and is told so by an empty answer.
    set_events(simulator, keepalive_seconds=0)
    assert not pubsub.subscribe(replay_preset=EARLIEST).answer().events
    set_events(simulator, keepalive_seconds=60, paused=False)

    told: list[Received] = []
    while len(told) < 2:
        told += [pubsub.decode(each) for each in stream.answer().events]
    assert [event.body["Name"]["LastName"] for event in told] == ["A", "B"]


def test_an_event_can_come_before_the_answer_to_the_call_that_made_it(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    simulator.faults.add("hang_after", method="POST", path="sobjects/Contact", milliseconds=60_000)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.post, "sobjects/Contact", json={"LastName": "Early"}, timeout=99)
        event = stream.next()
        assert not answer.done()
        # Ends the wait, so that the answer comes now.
        simulator.faults.clear()
        assert answer.result().json()["id"] == event.record_ids[0]


def test_a_gap_says_which_record_and_nothing_else(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    set_events(simulator, gap_next=3)
    contact_id = create(api, "Contact", LastName="Durand")
    api.patch(f"sobjects/Contact/{contact_id}", json={"Title": "CTO"})
    api.delete(f"sobjects/Contact/{contact_id}")
    create(api, "Contact", LastName="Whole")

    *gaps, whole = stream.take(4)
    assert [gap.type for gap in gaps] == ["GAP_CREATE", "GAP_UPDATE", "GAP_DELETE"]
    assert {gap.record_ids[0] for gap in gaps} == {contact_id}
    assert not any(value for gap in gaps for value in gap.body.values())
    assert whole.type == "CREATE"


def test_a_transaction_that_is_too_large_overflows(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe("/data/ChangeEvents")
    set_events(simulator, overflow_after=3)
    rows = [
        {"attributes": {"type": kind}, "LastName": "N", "Company": "C"}
        if kind == "Lead"
        else {"attributes": {"type": kind}, "LastName": "N"}
        for kind in ("Contact", "Contact", "Contact", "Contact", "Lead", "Lead")
    ]
    api.post("composite/sobjects", json={"records": rows})

    told = stream.take(5)
    assert [event.type for event in told] == ["CREATE"] * 3 + ["GAP_OVERFLOW"] * 2
    assert [event.header["entityName"] for event in told[3:]] == ["Contact", "Lead"]


def test_streams_are_cut_off_and_can_come_back(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    create(api, "Contact", LastName="A")
    last = stream.next()
    cut = httpx.post(f"{simulator.url}/simulator/events/disconnect", json={})
    with pytest.raises(grpc.RpcError) as caught:
        stream.answer()
    create(api, "Contact", LastName="B")

    error: Any = caught.value
    assert cut.json() == {"disconnected": 1}
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    again = pubsub.subscribe(replay_preset=CUSTOM, replay_id=last.replay_id)
    assert again.next().body["Name"]["LastName"] == "B"


def test_calls_are_refused_for_a_while(simulator: Simulator, pubsub: PubSub) -> None:
    set_events(simulator, refuse_next=2)
    codes = []
    for _ in range(2):
        with pytest.raises(grpc.RpcError) as caught:
            pubsub.topic(CONTACTS)
        error: Any = caught.value
        codes.append(dict(error.trailing_metadata())["error-code"])

    assert codes == ["sfdc.platform.eventbus.grpc.service.unavailable"] * 2
    assert pubsub.topic(CONTACTS).can_subscribe


def test_what_is_too_large_for_an_event_is_a_gap(simulator: Simulator, pubsub: PubSub) -> None:
    for number in range(9):
        spec = {"name": f"Text{number}__c", "type": "textarea", "length": 131_072}
        simulator.org.add_custom_field("Contact", spec)
    stream = pubsub.subscribe()
    values = {f"Text{number}__c": "x" * 131_072 for number in range(9)}
    person = simulator.representative()
    contact_id = person.create("Contact", {"LastName": "Large", **values})
    person.update("Contact", contact_id, {"Text0__c": None})

    gap, update = stream.take(2)
    assert (gap.type, gap.record_ids) == ("GAP_CREATE", [contact_id])
    assert update.nulled == {"Text0__c"}


def test_what_cannot_be_encoded_is_a_gap_and_the_stream_goes_on(
    simulator: Simulator, pubsub: PubSub
) -> None:
    def spoil(_name: str, row: dict[str, Any]) -> None:
        if row["LastName"] == "Spoiled":
            row["Title"] = ["no", "text"]

    simulator.org.before_save.append(spoil)
    stream = pubsub.subscribe()
    person = simulator.representative()
    for name in ("Spoiled", "Whole"):
        person.create("Contact", {"LastName": name})

    assert [event.type for event in stream.take(2)] == ["GAP_CREATE", "CREATE"]


def test_what_was_kept_can_be_lost(simulator: Simulator, api: httpx.Client, pubsub: PubSub) -> None:
    for name in ("A", "B"):
        create(api, "Contact", LastName=name)
    first, second = pubsub.subscribe(replay_preset=EARLIEST).take(2)
    httpx.delete(f"{simulator.url}/simulator/events")

    lost = pubsub.start(replay_preset=CUSTOM, replay_id=first.replay_id)
    with pytest.raises(grpc.RpcError):
        lost.answer()
    # Whoever had read everything missed nothing.
    create(api, "Contact", LastName="C")
    stream = pubsub.subscribe(replay_preset=CUSTOM, replay_id=second.replay_id)
    assert stream.next().body["Name"]["LastName"] == "C"


def test_a_reset_forgets_events_and_what_was_to_go_wrong(
    simulator: Simulator, api: httpx.Client
) -> None:
    set_events(simulator, gap_next=5, paused=True)
    create(api, "Contact", LastName="A")
    httpx.post(f"{simulator.url}/simulator/reset", json={})

    shown = httpx.get(f"{simulator.url}/simulator/events").json()
    assert (shown["kept"], shown["gap_next"], shown["paused"]) == (0, 0, False)


def test_the_objects_are_chosen_and_shown(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe("/data/ChangeEvents")
    set_events(simulator, selected=["Lead"])
    create(api, "Contact", LastName="Not told")
    create(api, "Lead", LastName="Told", Company="Acme")

    shown = httpx.get(f"{simulator.url}/simulator/events").json()
    assert shown["selected"] == ["Lead"]
    assert shown["streams"] == ["/data/ChangeEvents"]
    assert (shown["kept"], shown["paused"]) == (1, False)
    del stream


@pytest.mark.parametrize(
    "settings",
    [
        {"paused": 1},
        {"merge": "yes"},
        {"gap_next": -1},
        {"gap_next": True},
        {"overflow_after": "many"},
        {"unknown": 1},
        {"selected": "Contact"},
        {"selected": ["Nothing"]},
        {"selected": ["User"]},
        {"selected": [1]},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    simulator: Simulator, settings: dict[str, Any]
) -> None:
    answer = set_events(simulator, **settings)

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_SETTING"


def test_settings_are_json_and_an_object(simulator: Simulator) -> None:
    url = f"{simulator.url}/simulator/events"

    assert httpx.post(url, content=b"paused=1").status_code == 415
    assert httpx.post(url, json=[1]).status_code == 400


def test_nobody_is_told_of_objects_that_were_not_chosen(simulator: Simulator) -> None:
    simulator.events.capture([])
    simulator.representative().create("Contact", {"LastName": "Durand"})

    assert simulator.events.kept() == 0
