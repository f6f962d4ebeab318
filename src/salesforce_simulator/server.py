"""The simulator over real HTTP: on a thread of this process, or as the whole of it.

    with Simulator(seed={...}) as simulator:
        httpx.get(f"{simulator.url}/services/data")

`Simulator` listens on 127.0.0.1 unless told otherwise, on a free port unless one is given, and
offers the org, the list of calls and the fault plans to tests directly.
"""

import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from salesforce_simulator.app import App
from salesforce_simulator.broken_answers import ConnectionDropped
from salesforce_simulator.call import Calls
from salesforce_simulator.clock import Clock, utc_now
from salesforce_simulator.events.bus import EventBus
from salesforce_simulator.faults import Faults
from salesforce_simulator.journal import Journal
from salesforce_simulator.org import Org
from salesforce_simulator.representative import Representative
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.tls import TlsFront

if TYPE_CHECKING:
    from salesforce_simulator.pubsub.server import PubSubServer

_BUFFER = 64 * 1024 * 1024


class PortInUseError(Exception):
    """Another program listens there."""


def create_app(org: Org | None = None, *, my_domain: str | None = None, latency_ms: int = 0) -> App:
    """Return the WSGI application of an org: of the given one, or of a new default one."""
    if org is None:
        org = Org()
        apply_seed(org, {})
    return App(org, my_domain=my_domain, latency_ms=latency_ms)


class Simulator:
    """A running simulator. PortInUseError if its port is taken, TlsError for a bad certificate.

    tls: the files of a certificate and of its key; it then speaks https only. pubsub_port: where
    the Pub/Sub API listens, encrypted if the rest is; 0 takes a free port, and without one there
    is none. `pubsub` is its address as host:port, or None.
    """

    def __init__(
        self,
        *,
        seed: Mapping[str, Any] | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        data: Path | str | None = None,
        my_domain: str | None = None,
        latency_ms: int = 0,
        threads: int = 16,
        clock: Clock = utc_now,
        tls: tuple[Path, Path] | None = None,
        pubsub_port: int | None = None,
    ) -> None:
        journal = Journal(Path(data)) if data else Journal.none()
        self.org = Org(clock=clock, journal=journal)
        with ExitStack() as undo:
            listener = _listen(host, port)
            undo.callback(journal.close)
            undo.callback(listener.close)
            journal.open(self.org)
            apply_seed(self.org, seed or {}, with_records=self.org.never_had_records)
            self._pubsub = _serve_events(self.org, host=host, port=pubsub_port, tls=tls)
            if self._pubsub is not None:
                undo.callback(self._pubsub.close)
            self._front: TlsFront | None = None
            inner = listener
            if tls is not None:
                inner = _listen("127.0.0.1", 0)
                undo.callback(inner.close)
                target = inner.getsockname()[1]
                self._front = TlsFront(listener, cert=tls[0], key=tls[1], target=target)
            undo.pop_all()
        self.app = create_app(self.org, my_domain=my_domain, latency_ms=latency_ms)
        self.port: int = listener.getsockname()[1]
        scheme = "https" if tls else "http"
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared only
        self.pubsub = f"{shown}:{self._pubsub.port}" if self._pubsub else None
        self.app.pubsub = self.pubsub
        self.url = self.app.my_domain or f"{scheme}://{shown}:{self.port}"
        self._connections: dict[int, Any] = {}
        self._server = create_server(
            self.app,
            map=self._connections,
            sockets=[inner],
            threads=threads,
            ident=None,
            inbuf_overflow=_BUFFER,
            outbuf_overflow=_BUFFER,
            clear_untrusted_proxy_headers=True,
            channel_timeout=300,
            url_scheme=scheme,
        )
        self._server.channel_class = _Channel
        self._thread = threading.Thread(target=self._serve, name="simulator", daemon=True)
        self._thread.start()
        if self._front is not None:
            self._front.start()

    @property
    def calls(self) -> Calls:
        return self.app.calls

    @property
    def faults(self) -> Faults:
        return self.app.faults

    @property
    def events(self) -> EventBus:
        return self.org.events

    def representative(self, username: str | None = None) -> Representative:
        """Return a person who works in the org: that user, or the first who is no integration."""
        return Representative(self.org, username)

    def close(self) -> None:
        """Stop listening, let calls under way end, close the journal. Twice is once."""
        if self.app.stopping.is_set():
            return
        self.app.stopping.set()
        self.org.later.cancel()
        self.app.faults.clear()
        if self._front is not None:
            self._front.close()
        if self._pubsub is not None:
            self._pubsub.close()
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown(timeout=5)
        for connection in list(self._connections.values()):
            connection.close()
        self.org.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _serve(self) -> None:
        while not self.app.stopping.is_set():
            wasyncore.loop(timeout=1, map=self._connections, count=1, use_poll=True)


def _serve_events(
    org: Org, *, host: str, port: int | None, tls: tuple[Path, Path] | None
) -> "PubSubServer | None":
    """Start the Pub/Sub API, if a port is given for it."""
    if port is None:
        return None
    # gRPC is large, and most tests do without events.
    from salesforce_simulator.pubsub.server import PubSubServer

    try:
        return PubSubServer(org, host=host, port=port, tls=tls)
    except OSError as refused:
        raise PortInUseError(f"Pub/Sub API: {refused}") from refused


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as refused:
        listener.close()
        raise PortInUseError(f"cannot listen on {host}:{port}: {refused.strerror}") from refused
    return listener


class _Task(WSGITask):  # type: ignore[misc]
    """A request that may end in a reset of its connection, when a fault plan says so."""

    def execute(self) -> None:
        try:
            super().execute()
        except ConnectionDropped:
            if not self.wrote_header:
                self.channel.reset()
            raise ClientDisconnected from None


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that can be reset."""

    task_class = _Task

    def reset(self) -> None:
        # With a linger of zero, closing sends RST in place of FIN.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


__all__ = ["PortInUseError", "Simulator", "create_app"]
