"""A client of the Pub/Sub API, made from `pubsub.proto` as any client is made from such a file.

It decodes events by the vendor's description, not by the simulator's code.
"""

import io
import json
import queue
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import fastavro
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

from salesforce_simulator.server import Simulator
from tests.waiting import PATIENCE, wait_until

PROTO = Path(__file__).with_name("pubsub.proto")
SECONDS = PATIENCE
CONTACTS = "/data/ContactChangeEvent"


class Interface:
    """The messages and methods of `pubsub.proto`, compiled into a registry of its own."""

    def __init__(self, folder: Path) -> None:
        compiled = folder / "pubsub.bin"
        command = ["protoc", f"-I{PROTO.parent}", f"--descriptor_set_out={compiled}", str(PROTO)]
        assert protoc.main(command) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file
        pool = descriptor_pool.DescriptorPool()
        pool.Add(files[0])
        classes = message_factory.GetMessageClassesForFiles([files[0].name], pool)
        self.messages = {name.rpartition(".")[2]: each for name, each in classes.items()}
        self._service = pool.FindServiceByName("eventbus.v1.PubSub")

    def stub(self, channel: grpc.Channel) -> dict[str, Any]:
        """Return the methods by name, to be called as those of a generated stub."""
        return {method.name: self._callable(channel, method) for method in self._service.methods}

    def _callable(self, channel: grpc.Channel, method: Any) -> Any:
        request, answer = method.input_type.name, method.output_type.name
        kind = channel.stream_stream if method.client_streaming else channel.unary_unary
        return kind(
            f"/{self._service.full_name}/{method.name}",
            request_serializer=self.messages[request].SerializeToString,
            response_deserializer=self.messages[answer].FromString,
        )


@dataclass(frozen=True)
class Received:
    """An event as a client sees it. changed, nulled: field names, those of parts with a dot."""

    replay_id: bytes
    id: str
    schema_id: str
    header: dict[str, Any]
    body: dict[str, Any]
    changed: set[str]
    nulled: set[str]

    @property
    def type(self) -> str:
        return str(self.header["changeType"])

    @property
    def record_ids(self) -> list[str]:
        return list(self.header["recordIds"])


class PubSub:
    """A signed-in connection to the Pub/Sub API of a simulator."""

    def __init__(
        self,
        simulator: Simulator,
        interface: Interface,
        *,
        token: str,
        root_certificate: bytes | None = None,
    ) -> None:
        assert simulator.pubsub is not None
        self.simulator = simulator
        self.messages = interface.messages
        self.token = token
        self.metadata = [
            ("accesstoken", token),
            ("instanceurl", simulator.url),
            ("tenantid", simulator.org.id),
        ]
        self._channel = (
            grpc.secure_channel(simulator.pubsub, grpc.ssl_channel_credentials(root_certificate))
            if root_certificate
            else grpc.insecure_channel(simulator.pubsub)
        )
        self.methods = interface.stub(self._channel)
        self._schemas: dict[str, Any] = {}
        # A stream that nobody holds any more is cancelled.
        self._streams: list[Stream] = []

    def topic(self, name: str) -> Any:
        request = self.messages["TopicRequest"](topic_name=name)
        return self.methods["GetTopic"](request, metadata=self.metadata, timeout=SECONDS)

    def schema_text(self, schema_id: str) -> str:
        request = self.messages["SchemaRequest"](schema_id=schema_id)
        answer = self.methods["GetSchema"](request, metadata=self.metadata, timeout=SECONDS)
        assert answer.schema_id == schema_id
        return str(answer.schema_json)

    def schema(self, schema_id: str) -> Any:
        """Return a schema, parsed; each is asked for once."""
        if schema_id not in self._schemas:
            self._schemas[schema_id] = json.loads(self.schema_text(schema_id))
        return self._schemas[schema_id]

    def subscribe(self, topic: str = CONTACTS, *, wanted: int = 100, **start: Any) -> "Stream":
        """Open a stream and wait until the other side has it."""
        before = len(self.simulator.events.connected_topics())
        stream = self.start(topic, wanted=wanted, **start)
        wait_until(lambda: len(self.simulator.events.connected_topics()) > before)
        return stream

    def start(self, topic: str = CONTACTS, *, wanted: int = 100, **start: Any) -> "Stream":
        """Open a stream that may be refused. start: replay_preset and replay_id."""
        first = self.messages["FetchRequest"](topic_name=topic, num_requested=wanted, **start)
        stream = Stream(self, first)
        self._streams.append(stream)
        return stream

    def decode(self, consumed: Any) -> Received:
        schema = self.schema(consumed.event.schema_id)
        payload = io.BytesIO(consumed.event.payload)
        body: Any = fastavro.schemaless_reader(payload, schema, None)
        assert not payload.read(1)
        header = body.pop("ChangeEventHeader", {})
        return Received(
            replay_id=consumed.replay_id,
            id=consumed.event.id,
            schema_id=consumed.event.schema_id,
            header=header,
            body=body,
            changed=names_of(schema, header.get("changedFields", [])),
            nulled=names_of(schema, header.get("nulledFields", [])),
        )

    def encode(self, schema_id: str, **values: Any) -> Any:
        """Return an event to publish, with the values it names."""
        out = io.BytesIO()
        fastavro.schemaless_writer(out, self.schema(schema_id), values)
        return self.event(schema_id, out.getvalue())

    def event(self, schema_id: str, payload: bytes) -> Any:
        event_id = str(uuid.uuid4())
        return self.messages["ProducerEvent"](id=event_id, schema_id=schema_id, payload=payload)

    def publish(self, topic: str, events: list[Any]) -> Any:
        request = self.messages["PublishRequest"](topic_name=topic, events=events)
        return self.methods["Publish"](request, metadata=self.metadata, timeout=SECONDS)

    def raw(self, method: str) -> Any:
        """Return a method that takes and gives bytes as they travel."""
        return self._channel.unary_unary(method)

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Stream:
    """One Subscribe call under way."""

    def __init__(self, pubsub: PubSub, first: Any) -> None:
        self._pubsub = pubsub
        # Events that came with others and were not asked for here yet.
        self._here: list[Received] = []
        self._requests: queue.Queue[Any] = queue.Queue()
        self._requests.put(first)
        self._call = pubsub.methods["Subscribe"](
            iter(self._requests.get, None), metadata=pubsub.metadata, timeout=SECONDS
        )

    def fetch(self, count: int, *, topic: str = "") -> None:
        """Ask for more events."""
        request = self._pubsub.messages["FetchRequest"](topic_name=topic, num_requested=count)
        self._requests.put(request)

    def answer(self) -> Any:
        """Return the next answer as it came."""
        return next(self._call)

    def answers(self) -> Iterator[Any]:
        """Yield the answers until the other side ends the stream."""
        return iter(self._call)

    def take(self, count: int) -> list[Received]:
        """Return that many events, asking for more whenever none is on its way."""
        while len(self._here) < count:
            answer = self.answer()
            self._here += [self._pubsub.decode(each) for each in answer.events]
            if not answer.pending_num_requested and len(self._here) < count:
                self.fetch(min(100, count - len(self._here)))
        taken, self._here = self._here[:count], self._here[count:]
        return taken

    def next(self) -> Received:
        (event,) = self.take(1)
        return event

    def end(self) -> None:
        """Ask for nothing more, and stay for what was asked for."""
        self._requests.put(None)

    def cancel(self) -> None:
        self._requests.put(None)
        self._call.cancel()


def names_of(schema: Any, bitmaps: list[str]) -> set[str]:
    """Return the names behind bitmaps: hexadecimal, field 0 is the lowest bit."""
    found: set[str] = set()
    for bitmap in bitmaps:
        parent, dash, bits = bitmap.rpartition("-")
        fields, prefix = schema["fields"], ""
        if dash:
            compound = fields[int(parent)]
            prefix = f"{compound['name']}."
            fields = _record(schema, compound)["fields"]
        marked = reversed(f"{int(bits, 16):b}")
        found |= {
            prefix + field["name"] for field, bit in zip(fields, marked, strict=False) if bit == "1"
        }
    return found


def _record(schema: Any, field: Any) -> Any:
    """Return the record type of a compound field, which an earlier field may have defined."""
    kind = field["type"][-1]
    if isinstance(kind, dict):
        return kind
    unions = [other["type"] for other in schema["fields"] if isinstance(other["type"], list)]
    defined = [union[-1] for union in unions if isinstance(union[-1], dict)]
    return next(each for each in defined if each["name"] == kind)
