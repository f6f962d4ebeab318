"""The gRPC server of the Pub/Sub API, beside the HTTP server of the same org.

Each stream keeps a thread of the pool, and one more that reads its requests. What a method raises
as a PubSubError becomes its status and trailers here, in one place.
"""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from salesforce_simulator.org import Org
from salesforce_simulator.pubsub import messages
from salesforce_simulator.pubsub.access import caller_of
from salesforce_simulator.pubsub.methods import Methods, Rpc
from salesforce_simulator.pubsub.refusals import PubSubError, unavailable

# As many streams as one HTTP/2 connection of the platform carries.
MAX_STREAMS = 1000
_GRACE_SECONDS = 2
_OPTIONS = (
    # Otherwise two servers would share a port that both were given.
    ("grpc.so_reuseport", 0),
    # Clients keep silent streams open with pings, some of them every few seconds.
    ("grpc.http2.min_ping_interval_without_data_ms", 1_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 1_000),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.keepalive_permit_without_calls", 1),
)


class PubSubServer:
    """Serves from its construction on. OSError if its port is taken or its certificate no good.

    tls: the files of a certificate and of its key; without them it speaks plain text.
    """

    def __init__(
        self, org: Org, *, host: str, port: int, tls: tuple[Path, Path] | None = None
    ) -> None:
        self._org = org
        self._pool = ThreadPoolExecutor(MAX_STREAMS, thread_name_prefix="pubsub")
        self._server = grpc.server(
            self._pool, maximum_concurrent_rpcs=MAX_STREAMS, options=_OPTIONS
        )
        self._server.add_generic_rpc_handlers([self._handlers(Methods(org))])
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            self.port: int = (
                self._server.add_secure_port(address, _credentials(*tls))
                if tls
                else self._server.add_insecure_port(address)
            )
        except RuntimeError as refused:
            self._pool.shutdown()
            raise OSError(f"cannot listen on {address}") from refused
        self._server.start()

    def close(self) -> None:
        """End the streams with UNAVAILABLE, let other calls end, stop listening."""
        self._org.events.disconnect()
        self._server.stop(_GRACE_SECONDS).wait()
        self._pool.shutdown()

    def _handlers(self, methods: Methods) -> grpc.GenericRpcHandler:
        unary, stream = self._unary, self._stream
        return grpc.method_handlers_generic_handler(
            messages.SERVICE,
            {
                "GetTopic": unary(methods.get_topic, messages.TopicRequest),
                "GetSchema": unary(methods.get_schema, messages.SchemaRequest),
                "Publish": unary(methods.publish, messages.PublishRequest),
                "PublishStream": stream(methods.publish_stream, messages.PublishRequest),
                "Subscribe": stream(methods.subscribe, messages.FetchRequest),
                "ManagedSubscribe": stream(_unimplemented, messages.ManagedFetchRequest),
            },
        )

    def _unary(self, method: Callable[[Any, Rpc], Any], request: Any) -> grpc.RpcMethodHandler:
        def answer(message: Any, context: grpc.ServicerContext) -> Any:
            with self._rpc(context) as rpc:
                return method(message, rpc)

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=request.FromString,
            response_serializer=_to_bytes,
        )

    def _stream(
        self, method: Callable[[Iterator[Any], Rpc], Iterator[Any]], request: Any
    ) -> grpc.RpcMethodHandler:
        def answer(received: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
            with self._rpc(context) as rpc:
                yield from method(received, rpc)

        return grpc.stream_stream_rpc_method_handler(
            answer,
            request_deserializer=request.FromString,
            response_serializer=_to_bytes,
        )

    @contextmanager
    def _rpc(self, context: grpc.ServicerContext) -> Iterator[Rpc]:
        """Find out who calls; turn a refusal into the status and trailers of the call."""
        rpc_id = str(uuid.uuid4())
        try:
            if not self._org.events.takes_call():
                raise unavailable()
            caller = caller_of(self._org, context.invocation_metadata())
            yield Rpc(rpc_id, caller, context.add_callback)
        except PubSubError as refused:
            context.set_trailing_metadata((("error-code", refused.code), ("rpc-id", rpc_id)))
            context.abort(refused.status, f"{refused.text} rpcId: {rpc_id}")


def _unimplemented(_requests: Iterator[Any], _rpc: Rpc) -> Iterator[Any]:
    raise PubSubError(
        grpc.StatusCode.UNIMPLEMENTED,
        "managed.subscription.unimplemented",
        "This org has no managed event subscriptions.",
    )


def _credentials(cert: Path, key: Path) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials([(key.read_bytes(), cert.read_bytes())])


def _to_bytes(message: Any) -> bytes:
    return bytes(message.SerializeToString())
