"""The Pub/Sub API as a connection: who may use it, where a stream starts, how much it carries."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import httpx
import pytest

from salesforce_simulator.clock import utc_now
from salesforce_simulator.server import PortInUseError, Simulator
from tests.simulator.conftest import SEED, client, create, token_of
from tests.simulator.subscriber import CONTACTS, SECONDS, Interface, PubSub, Stream
from tests.simulator.test_persistence import process
from tests.waiting import wait_until

LATEST, EARLIEST, CUSTOM = 0, 1, 2
CORRUPTED = "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted"
AUTH_ERROR = "sfdc.platform.eventbus.grpc.service.auth.error"
ORDER = {
    "name": "Order__e",
    "fields": [{"name": "Number__c"}, {"name": "Sum__c", "type": "double"}],
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed={**SEED, "platform_events": [ORDER]}, pubsub_port=0) as running:
        yield running


def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    """Return the status and the platform's code of a call that is refused, its trailers checked."""
    with pytest.raises(grpc.RpcError) as caught:
        list(call())
    error: Any = caught.value
    trailers = dict(error.trailing_metadata())
    assert re.fullmatch(r"[0-9a-f-]{36}", trailers["rpc-id"])
    assert error.details().endswith(f"rpcId: {trailers['rpc-id']}")
    return error.code(), trailers["error-code"]


def last_names(stream: Stream, count: int) -> list[str]:
    return [event.body["Name"]["LastName"] for event in stream.take(count)]


def test_a_stream_starts_at_the_end_unless_it_says_otherwise(
    api: httpx.Client, pubsub: PubSub
) -> None:
    create(api, "Contact", LastName="Before")
    from_the_end = pubsub.subscribe()
    from_the_start = pubsub.subscribe(replay_preset=EARLIEST)
    create(api, "Contact", LastName="After")

    assert last_names(from_the_end, 1) == ["After"]
    assert last_names(from_the_start, 2) == ["Before", "After"]


def test_a_stream_goes_on_behind_a_replay_id(api: httpx.Client, pubsub: PubSub) -> None:
    for name in ("A", "B", "C"):
        create(api, "Contact", LastName=name)
    first, second, _ = pubsub.subscribe(replay_preset=EARLIEST).take(3)

    again = pubsub.subscribe(replay_preset=CUSTOM, replay_id=first.replay_id)
    assert [event.id for event in again.take(1)] == [second.id]
    assert last_names(again, 1) == ["C"]


def test_the_replay_id_of_an_empty_answer_can_be_gone_on_from(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    simulator.events.change_settings({"keepalive_seconds": 0})
    alive = pubsub.subscribe(wanted=7).answer()
    assert (list(alive.events), alive.pending_num_requested) == ([], 7)
    create(api, "Contact", LastName="Later")

    stream = pubsub.subscribe(replay_preset=CUSTOM, replay_id=alive.latest_replay_id)
    while not (answer := stream.answer()).events:
        pass
    assert pubsub.decode(answer.events[0]).body["Name"]["LastName"] == "Later"


@pytest.mark.parametrize(
    "replay_id", [b"\0" * 8, b"\xff" * 8, b"short", b"much too long an id", "step"]
)
def test_a_replay_id_that_was_never_given_is_refused(
    api: httpx.Client, pubsub: PubSub, replay_id: Any
) -> None:
    if replay_id == "step":
        create(api, "Contact", LastName="A")
        real = pubsub.subscribe(replay_preset=EARLIEST).next().replay_id
        replay_id = (int.from_bytes(real, "big") + 1).to_bytes(8, "big")

    stream = pubsub.start(replay_preset=CUSTOM, replay_id=replay_id)
    assert refusal(stream.answers) == (grpc.StatusCode.INVALID_ARGUMENT, CORRUPTED)


def test_events_are_kept_for_three_days(api: httpx.Client, pubsub: PubSub) -> None:
    create(api, "Contact", LastName="Old")
    create(api, "Contact", LastName="Older than the next, gone as well")
    old, _ = pubsub.subscribe(replay_preset=EARLIEST).take(2)
    pubsub.simulator.org.grants.session_seconds = timedelta(days=9).total_seconds()
    pubsub.simulator.org.clock = lambda: utc_now() + timedelta(hours=73)
    create(api, "Contact", LastName="New")

    stream = pubsub.start(replay_preset=CUSTOM, replay_id=old.replay_id)
    assert refusal(stream.answers) == (grpc.StatusCode.INVALID_ARGUMENT, CORRUPTED)
    assert last_names(pubsub.subscribe(replay_preset=EARLIEST), 1) == ["New"]


def test_a_client_gets_no_more_than_it_asked_for(api: httpx.Client, pubsub: PubSub) -> None:
    stream = pubsub.subscribe(wanted=2)
    rows = [{"attributes": {"type": "Contact"}, "LastName": f"N{n}"} for n in range(150)]
    api.post("composite/sobjects", json={"records": rows})

    counts: list[int] = []
    while sum(counts) < 2:
        answer = stream.answer()
        counts.append(len(answer.events))
    assert (sum(counts), answer.pending_num_requested) == (2, 0)
    # Requests add up; one that asks for more than 100 counts as 100.
    stream.fetch(3)
    stream.fetch(4)
    stream.fetch(500)
    got = 0
    while got < 107:
        answer = stream.answer()
        assert len(answer.events) <= 100
        got += len(answer.events)
    assert (got, answer.pending_num_requested) == (107, 0)


@pytest.mark.parametrize("wanted", [0, -1])
def test_to_ask_for_nothing_is_refused(pubsub: PubSub, wanted: int) -> None:
    invalid = "sfdc.platform.eventbus.grpc.subscription.fetch.requested.events.invalid"
    expected = (grpc.StatusCode.INVALID_ARGUMENT, invalid)

    assert refusal(pubsub.start(wanted=wanted).answers) == expected
    stream = pubsub.subscribe()
    stream.fetch(wanted)
    assert refusal(stream.answers) == expected


def test_a_stream_that_wants_nothing_is_closed(simulator: Simulator, pubsub: PubSub) -> None:
    simulator.events.change_settings({"idle_seconds": 1, "keepalive_seconds": 0})
    stream = pubsub.subscribe(wanted=1)
    create_one(simulator)

    assert sum(len(answer.events) for answer in stream.answers()) == 1


def test_a_client_that_asks_for_nothing_more_gets_what_it_asked_for(
    simulator: Simulator, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe(wanted=2)
    stream.end()
    create_one(simulator)
    create_one(simulator)

    assert sum(len(answer.events) for answer in stream.answers()) == 2


def test_a_stream_keeps_its_topic(pubsub: PubSub) -> None:
    stream = pubsub.subscribe()
    stream.fetch(1, topic=CONTACTS)
    stream.fetch(1, topic="/data/LeadChangeEvent")

    status, _ = refusal(stream.answers)
    assert status == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "metadata",
    [
        {"accesstoken": "00Dnobody!AQ"},
        {"accesstoken": None},
        {"tenantid": "00D000000000000AAA"},
        {"tenantid": None},
        {"instanceurl": None},
        {"instanceurl": "nowhere"},
    ],
)
def test_who_is_not_signed_in_gets_nothing(pubsub: PubSub, metadata: dict[str, str | None]) -> None:
    changed = {**dict(pubsub.metadata), **metadata}
    pubsub.metadata = [(name, value) for name, value in changed.items() if value is not None]

    for call in (pubsub.start().answers, lambda: [pubsub.topic(CONTACTS)]):
        status, code = refusal(call)
        assert status == grpc.StatusCode.UNAUTHENTICATED
        assert code.startswith("sfdc.platform.eventbus.grpc.service.auth.")


def test_an_inactive_user_gets_nothing(simulator: Simulator, pubsub: PubSub) -> None:
    for user in simulator.org.store("User").live.values():
        user["IsActive"] = False

    assert refusal(pubsub.start().answers) == (grpc.StatusCode.UNAUTHENTICATED, AUTH_ERROR)


def test_the_short_form_of_the_orgs_id_will_do(pubsub: PubSub) -> None:
    pubsub.metadata = [*pubsub.metadata[:2], ("tenantid", pubsub.simulator.org.id[:15])]

    assert pubsub.topic(CONTACTS).topic_name == CONTACTS


def test_a_stream_ends_with_its_session(simulator: Simulator, pubsub: PubSub) -> None:
    stream = pubsub.subscribe()
    simulator.org.grants.expire_sessions()

    assert refusal(stream.answers) == (grpc.StatusCode.UNAUTHENTICATED, AUTH_ERROR)


def test_a_session_times_out_under_a_silent_stream(simulator: Simulator, pubsub: PubSub) -> None:
    stream = pubsub.subscribe()
    simulator.org.clock = lambda: datetime.now(UTC) + timedelta(hours=3)

    assert refusal(stream.answers) == (grpc.StatusCode.UNAUTHENTICATED, AUTH_ERROR)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/data/NothingChangeEvent",
        "/data/contactchangeevent",
        "/data/OrganizationChangeEvent",
        "/data/None__chn",
        "/event/None__e",
        "data/ContactChangeEvent",
        "/data/",
        "/" * 10_000,
        "\u2603",
    ],
)
def test_a_topic_that_is_not_there_is_refused(pubsub: PubSub, name: str) -> None:
    refused = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT}

    assert refusal(lambda: [pubsub.topic(name)])[0] in refused
    assert refusal(pubsub.start(name).answers)[0] in refused


def test_a_schema_that_is_not_there_is_refused(pubsub: PubSub) -> None:
    status, _ = refusal(lambda: pubsub.schema_text("hvHoESAbPHS1Nw0VNQXVrg"))

    assert status == grpc.StatusCode.NOT_FOUND


def test_bytes_that_are_no_request_are_an_error_of_the_call_only(pubsub: PubSub) -> None:
    broken = pubsub.raw("/eventbus.v1.PubSub/GetTopic")

    with pytest.raises(grpc.RpcError):
        broken(b"\xff\xff\xff", metadata=pubsub.metadata, timeout=SECONDS)
    assert pubsub.topic(CONTACTS).can_subscribe


def test_managed_subscriptions_are_not_there(pubsub: PubSub) -> None:
    request = pubsub.messages["ManagedFetchRequest"](developer_name="Any", num_requested=1)
    call = pubsub.methods["ManagedSubscribe"](
        iter([request]), metadata=pubsub.metadata, timeout=SECONDS
    )

    assert refusal(lambda: call)[0] == grpc.StatusCode.UNIMPLEMENTED


def test_many_streams_get_everything_each(api: httpx.Client, pubsub: PubSub) -> None:
    streams = [pubsub.start(replay_preset=EARLIEST) for _ in range(60)]
    wait_until(lambda: len(pubsub.simulator.events.connected_topics()) == len(streams))
    for part in range(5):
        rows = [{"attributes": {"type": "Contact"}, "LastName": f"{part}-{n}"} for n in range(20)]
        assert api.post("composite/sobjects", json={"records": rows}).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda stream: last_names(stream, 100), streams))
    assert told == [[f"{part}-{n}" for part in range(5) for n in range(20)]] * len(streams)


def test_a_stream_that_its_client_left_is_let_go(simulator: Simulator, pubsub: PubSub) -> None:
    pubsub.subscribe().cancel()

    wait_until(lambda: not simulator.events.connected_topics())


def test_published_platform_events_arrive_as_they_were_sent(pubsub: PubSub) -> None:
    topic = pubsub.topic("/event/Order__e")
    stream = pubsub.subscribe(topic.topic_name)
    good = pubsub.encode(
        topic.schema_id, CreatedDate=1, CreatedById="005", Number__c="7", Sum__c=1.5
    )
    bad = pubsub.event(topic.schema_id, b"\x01")
    answer = pubsub.publish(topic.topic_name, [good, bad])

    accepted, refused = answer.results
    event = stream.next()
    assert topic.can_publish
    assert (accepted.correlation_key, accepted.replay_id) == (good.id, event.replay_id)
    assert (refused.error.code, refused.correlation_key) == (1, bad.id)
    assert event.id == good.id
    assert event.body == {"CreatedDate": 1, "CreatedById": "005", "Number__c": "7", "Sum__c": 1.5}


def test_a_stream_of_publications_answers_each_request(pubsub: PubSub) -> None:
    topic = pubsub.topic("/event/Order__e")
    event = pubsub.encode(topic.schema_id, CreatedDate=1, CreatedById="005")
    request = pubsub.messages["PublishRequest"]
    requests = [request(topic_name=topic.topic_name, events=[event]), request(events=[event] * 2)]
    call = pubsub.methods["PublishStream"](
        iter(requests), metadata=pubsub.metadata, timeout=SECONDS
    )

    assert [len(answer.results) for answer in call] == [1, 2]


@pytest.mark.parametrize(
    ("topic", "count", "status"),
    [
        (CONTACTS, 1, grpc.StatusCode.PERMISSION_DENIED),
        ("/event/Order__e", 0, grpc.StatusCode.INVALID_ARGUMENT),
        ("/event/None__e", 1, grpc.StatusCode.NOT_FOUND),
    ],
)
def test_what_cannot_be_published_is_refused(
    pubsub: PubSub, topic: str, count: int, status: grpc.StatusCode
) -> None:
    events = [pubsub.event("any", b"")] * count

    assert refusal(lambda: [pubsub.publish(topic, events)])[0] == status


def test_a_simulator_ends_its_streams_when_it_stops(interface: Interface) -> None:
    simulator = Simulator(seed=SEED, pubsub_port=0)
    with client(simulator) as api, PubSub(simulator, interface, token=token_of(api)) as pubsub:
        stream = pubsub.subscribe()
        simulator.close()

        assert refusal(stream.answers)[0] == grpc.StatusCode.UNAVAILABLE


def test_a_port_in_use_is_said(simulator: Simulator) -> None:
    assert simulator.pubsub is not None
    port = int(simulator.pubsub.rpartition(":")[2])

    with pytest.raises(PortInUseError):
        Simulator(seed=SEED, pubsub_port=port)


def test_without_a_port_there_is_no_pubsub_api() -> None:
    with Simulator(seed=SEED) as simulator:
        assert simulator.pubsub is None
        assert httpx.get(f"{simulator.url}/simulator").json()["pubsub"] is None


def test_the_line_at_the_start_says_where_it_is() -> None:
    with process("--pubsub-port", "0") as (_, ready):
        shown = httpx.get(f"{ready['url']}/simulator").json()
        grpc.channel_ready_future(grpc.insecure_channel(ready["pubsub"])).result(timeout=SECONDS)
    assert shown["pubsub"] == ready["pubsub"]


def create_one(simulator: Simulator) -> str:
    return simulator.representative().create("Contact", {"LastName": "One"})
