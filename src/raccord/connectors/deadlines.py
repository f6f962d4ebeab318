"""A wall-clock deadline for one HTTP call, held at every touch of the socket.

httpx has time-outs per socket operation only: a server that sends one byte a second keeps a
call alive for ever, and our lease on the records would end before the call does. So the
connection pool gets a network backend that never waits longer than what is left until the
deadline of the call that runs in this thread. Used by `http.py`.

Resolving a host name is the one wait outside our reach; it happens before anything is sent.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import httpcore
import httpx

_ends_at: ContextVar[float | None] = ContextVar("call_ends_at", default=None)

# A socket with no time left still gets this long, so that it fails as a time-out.
_SHORTEST_WAIT = 0.001


@contextmanager
def deadline(duration: timedelta) -> Iterator[None]:
    """End every socket operation of this thread that would outlast `duration` from now."""
    token = _ends_at.set(time.monotonic() + duration.total_seconds())
    try:
        yield
    finally:
        _ends_at.reset(token)


def passed() -> bool:
    """Whether the deadline of the call that runs in this thread is over."""
    ends_at = _ends_at.get()
    return ends_at is not None and time.monotonic() >= ends_at


class DeadlineTransport(httpx.HTTPTransport):
    """httpx's own transport, on a pool whose sockets keep to the deadline."""

    def __init__(self, *, limits: httpx.Limits) -> None:
        ssl_context = httpx.create_ssl_context()
        super().__init__(verify=ssl_context, limits=limits)
        # httpx offers no argument for the network backend; the pool it made is still unused.
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_DeadlineBackend(),
        )


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(
            host, port, _at_most(timeout), local_address, socket_options
        )
        return _DeadlineStream(stream)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        raise NotImplementedError("connectors talk over TCP")


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _at_most(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _at_most(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, _at_most(timeout))
        return _DeadlineStream(stream)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _at_most(timeout: float | None) -> float | None:
    ends_at = _ends_at.get()
    if ends_at is None:
        return timeout
    left = max(ends_at - time.monotonic(), _SHORTEST_WAIT)
    return left if timeout is None else min(timeout, left)
