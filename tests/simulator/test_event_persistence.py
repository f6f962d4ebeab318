"""A subscriber that was away during a restart misses nothing, if the org keeps a data file."""

import shutil
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, token_of
from tests.simulator.subscriber import Interface, PubSub, Received

EARLIEST, CUSTOM = 1, 2
ORDER = {"name": "Order__e", "fields": [{"name": "Number__c"}]}


def simulator(data: Path, **seed: Any) -> Simulator:
    return Simulator(seed={**SEED, **seed}, data=data, pubsub_port=0)


def history(running: Simulator, interface: Interface, count: int) -> list[Received]:
    with client(running) as api, PubSub(running, interface, token=token_of(api)) as pubsub:
        stream = pubsub.subscribe("/data/ChangeEvents", replay_preset=EARLIEST)
        return stream.take(count)


def live(api: httpx.Client) -> int:
    """Make changes of every type and return how many events that makes."""
    contact_id = create(api, "Contact", FirstName="A", LastName="B", MailingCity="Lyon")
    url = f"sobjects/Contact/{contact_id}"
    api.patch(url, json={"FirstName": None, "MailingCity": None, "Title": "CTO"})
    create(api, "Account", Name="Acme")
    api.delete(url)
    return 4


def twice_in_one_transaction(api: httpx.Client) -> int:
    """Create and change a record in one transaction; return how many events that makes."""
    url = "/services/data/v62.0/sobjects/Contact"
    steps = [
        {"method": "POST", "url": url, "referenceId": "made", "body": {"LastName": "First"}},
        {
            "method": "PATCH",
            "url": f"{url}/@{{made.id}}",
            "referenceId": "changed",
            "body": {"LastName": "Second"},
        },
    ]
    answer = api.post("composite", json={"allOrNone": True, "compositeRequest": steps}).json()
    assert [each["httpStatusCode"] for each in answer["compositeResponse"]] == [201, 204]
    return 2


def test_events_are_the_same_after_a_restart(tmp_path: Path, interface: Interface) -> None:
    data = tmp_path / "org.jsonl"
    with simulator(data) as first:
        with client(first) as api:
            count = live(api)
            count += twice_in_one_transaction(api)
        deleted = next(iter(first.org.store("Contact").deleted))
        first.representative().undelete("Contact", deleted)
        before = history(first, interface, count + 1)
        # As a kill leaves it, and as an orderly end does.
        killed = Path(shutil.copy(data, tmp_path / "killed.jsonl"))
    for left in (killed, data, data):
        with simulator(left) as again:
            assert history(again, interface, count + 1) == before


def test_replay_ids_go_on_after_a_restart(tmp_path: Path, interface: Interface) -> None:
    data = tmp_path / "org.jsonl"
    with simulator(data) as first:
        with client(first) as api:
            create(api, "Contact", LastName="A")
            create(api, "Contact", LastName="B")
        seen, _ = history(first, interface, 2)
    with (
        simulator(data) as second,
        client(second) as api,
        PubSub(second, interface, token=token_of(api)) as pubsub,
    ):
        create(api, "Contact", LastName="C")
        stream = pubsub.subscribe(replay_preset=CUSTOM, replay_id=seen.replay_id)
        missed, new = stream.take(2)

    assert [each.body["Name"]["LastName"] for each in (missed, new)] == ["B", "C"]
    assert seen.replay_id < missed.replay_id < new.replay_id
    assert missed.header["commitNumber"] < new.header["commitNumber"]


def test_published_events_and_forgotten_ones_stay_so(tmp_path: Path, interface: Interface) -> None:
    data = tmp_path / "org.jsonl"
    with (
        simulator(data, platform_events=[ORDER]) as first,
        client(first) as api,
        PubSub(first, interface, token=token_of(api)) as pubsub,
    ):
        create(api, "Contact", LastName="Forgotten")
        (forgotten,) = pubsub.subscribe(replay_preset=EARLIEST).take(1)
        first.events.forget()
        schema_id = pubsub.topic("/event/Order__e").schema_id
        event = pubsub.encode(schema_id, CreatedDate=1, CreatedById="005", Number__c="7")
        pubsub.publish("/event/Order__e", [event])
    with (
        simulator(data) as second,
        client(second) as api,
        PubSub(second, interface, token=token_of(api)) as pubsub,
    ):
        kept = pubsub.subscribe("/event/Order__e", replay_preset=EARLIEST).next()
        stream = pubsub.start(replay_preset=CUSTOM, replay_id=b"\0" * 7 + b"\1")
        with pytest.raises(grpc.RpcError):
            stream.answer()
        # The newest of those that are gone: nothing behind it was lost.
        pubsub.subscribe(replay_preset=CUSTOM, replay_id=forgotten.replay_id)
        assert second.events.kept() == 1

    assert (kept.id, kept.body["Number__c"]) == (event.id, "7")


def test_without_a_data_file_old_replay_ids_lead_nowhere(interface: Interface) -> None:
    with Simulator(seed=SEED, pubsub_port=0) as first:
        first.representative().create("Contact", {"LastName": "A"})
        (event,) = history(first, interface, 1)
    with (
        Simulator(seed=SEED, pubsub_port=0) as second,
        client(second) as api,
        PubSub(second, interface, token=token_of(api)) as pubsub,
    ):
        stream = pubsub.start(replay_preset=CUSTOM, replay_id=event.replay_id)
        with pytest.raises(grpc.RpcError) as caught:
            stream.answer()

    error: Any = caught.value
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
