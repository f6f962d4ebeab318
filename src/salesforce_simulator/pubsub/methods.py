"""The methods of the service, apart from gRPC's machinery: a request in, answers out.

Each is called with the `Rpc` it belongs to and raises a PubSubError where it cannot answer.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc

from salesforce_simulator.events.log import UnknownReplayIdError
from salesforce_simulator.events.topics import Topic, find_topic
from salesforce_simulator.org import Org
from salesforce_simulator.pubsub import messages, refusals
from salesforce_simulator.pubsub.access import Caller
from salesforce_simulator.pubsub.publishing import publish
from salesforce_simulator.pubsub.subscription import Subscription

REPLAY_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Rpc:
    """One call: its id in logs and errors, who made it, and how to learn that it ended."""

    id: str
    caller: Caller
    on_end: Callable[[Callable[[], None]], object]


class Methods:
    """The service of one org."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def get_topic(self, request: Any, rpc: Rpc) -> Any:
        topic = self._topic(request.topic_name)
        return messages.TopicInfo(
            topic_name=topic.name,
            tenant_guid=f"core/prod/{self._org.id}",
            can_publish=topic.can_publish,
            can_subscribe=True,
            schema_id=topic.schema.id if topic.schema else "",
            rpc_id=rpc.id,
        )

    def get_schema(self, request: Any, rpc: Rpc) -> Any:
        schema = self._org.events.schemas.by_id(request.schema_id)
        if schema is None:
            raise refusals.no_such_schema(request.schema_id)
        return messages.SchemaInfo(schema_json=schema.text, schema_id=schema.id, rpc_id=rpc.id)

    def publish(self, request: Any, rpc: Rpc) -> Any:
        topic = self._topic(request.topic_name)
        return publish(self._org, topic, request.events, rpc_id=rpc.id)

    def publish_stream(self, requests: Iterator[Any], rpc: Rpc) -> Iterator[Any]:
        """Answer each request of the stream; only the first needs to name the topic."""
        topic: Topic | None = None
        for request in requests:
            rpc.caller.confirm()
            if topic is None:
                topic = self._topic(request.topic_name)
            elif request.topic_name not in {"", topic.name}:
                raise refusals.topic_changed()
            yield publish(self._org, topic, request.events, rpc_id=rpc.id)

    def subscribe(self, requests: Iterator[Any], rpc: Rpc) -> Iterator[Any]:
        """Deliver events as the stream's requests ask for them."""
        first = next(requests, None)
        if first is None:
            return
        bus = self._org.events
        subscription = self._subscription(first, rpc)
        subscription.want(first.num_requested)
        rpc.on_end(subscription.close)
        reader = threading.Thread(
            target=_read, args=(requests, subscription, rpc), name="pubsub-requests", daemon=True
        )
        with bus.stream(subscription):
            reader.start()
            yield from subscription.answers()

    def _subscription(self, first: Any, rpc: Rpc) -> Subscription:
        topic = self._topic(first.topic_name)
        return Subscription(
            bus=self._org.events,
            topic=topic,
            position=self._position(first),
            rpc_id=rpc.id,
            is_signed_in=rpc.caller.is_signed_in,
        )

    def _position(self, first: Any) -> int:
        """Return where a stream starts. PubSubError for a replay id that leads nowhere."""
        bus = self._org.events
        match first.replay_preset:
            case messages.LATEST:
                return bus.latest()
            case messages.EARLIEST:
                return bus.earliest()
            case messages.CUSTOM:
                if not first.replay_id:
                    raise refusals.replay_id_missing()
            case _:
                raise refusals.preset_invalid()
        if len(first.replay_id) != REPLAY_ID_BYTES:
            raise refusals.replay_id_corrupted()
        try:
            return bus.position_after(int.from_bytes(first.replay_id, "big"))
        except UnknownReplayIdError:
            raise refusals.replay_id_corrupted() from None

    def _topic(self, name: str) -> Topic:
        if not name:
            raise refusals.topic_missing()
        topic = find_topic(self._org, name)
        if topic is None:
            raise refusals.no_such_topic(name)
        return topic


def _read(requests: Iterator[Any], subscription: Subscription, rpc: Rpc) -> None:
    """Take the later requests of a stream in, on a thread of their own."""
    try:
        for request in requests:
            if request.topic_name not in {"", subscription.topic.name}:
                raise refusals.topic_changed()
            rpc.caller.confirm()
            subscription.want(request.num_requested)
    except refusals.PubSubError as refused:
        subscription.close(refused)
    except grpc.RpcError:
        subscription.close()
    else:
        subscription.end_requests()
