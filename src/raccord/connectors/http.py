"""The way out: every HTTP call of every connector goes through `send`.

`make_client` makes the one client that all conversations of a connector share. `send` adds
what httpx leaves open: a wall-clock deadline (`deadlines.py`), a cap on the answer's size, and
the translation of transport faults into the taxonomy, where one question matters most: had the
request departed? Tokens and payloads appear neither in logs nor in failures.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import structlog

from raccord.connectors import deadlines
from raccord.engine.errors import AuthorizationLost, OutcomeUnknown, Transient, sentence

log = structlog.get_logger(__name__)

_DEFAULT_PORTS = {"http": 80, "https": 443}

LARGEST_ANSWER = 64 * 1024 * 1024

# Raised by httpx before the first byte of a request has left; every other fault may come later.
_BEFORE_DEPARTURE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)

SENTENCES: Mapping[str, tuple[str, str]] = {
    "http.unreachable": (
        sentence("The other side could not be reached."),
        sentence("Nothing was sent. Raccord tries again by itself; check the network if it lasts."),
    ),
    "http.no_answer": (
        sentence("The request was sent, but no answer came."),
        sentence("Raccord looks up what happened before it sends anything again."),
    ),
    "http.host_not_allowed": (
        sentence("The stored address does not belong to this source."),
        sentence("Authorize access again, from the source's own sign-in page."),
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, whatever its status."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> object:
        """The parsed body, numbers with a fraction as `Decimal`; ValueError if it is no JSON."""
        return json.loads(self.body, parse_float=Decimal)


def make_client(
    *,
    allowed_hosts: Sequence[str],
    simulator_url: str = "",
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """Make the client that all conversations of one connector share; it is thread-safe.

    allowed_hosts: host names, or domain suffixes with a leading dot. simulator_url: the origin
    of a simulator, the only one that may be plain HTTP, and only because the settings say so.
    No redirect is followed, and no proxy or netrc file is taken from the environment.
    """
    # These two log request addresses and headers; ours are events without either.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)

    def refuse_other_hosts(request: httpx.Request) -> None:
        if not address_allowed(
            str(request.url), allowed_hosts=allowed_hosts, simulator_url=simulator_url
        ):
            raise AuthorizationLost("http.host_not_allowed", {"host": request.url.host})

    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30)
    return httpx.Client(
        transport=transport or deadlines.DeadlineTransport(limits=limits),
        timeout=httpx.Timeout(connect=10, read=None, write=None, pool=30),
        headers={"User-Agent": "raccord/1.0", "Accept-Encoding": "gzip"},
        event_hooks={"request": [refuse_other_hosts]},
        follow_redirects=False,
        trust_env=False,
    )


def address_allowed(url: str, *, allowed_hosts: Sequence[str], simulator_url: str = "") -> bool:
    """Whether `url` is HTTPS on an allowed host's standard port, or lies at the simulator."""
    address, simulator = _place(url), _place(simulator_url)
    if address is None:
        return False
    scheme, host, port = address
    return address == simulator or (
        (scheme, port) == ("https", 443)
        and any(
            host.endswith(allowed) if allowed.startswith(".") else host == allowed
            for allowed in allowed_hosts
        )
    )


def _place(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None if it has none, or a user's name in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    if parts.username is not None or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port


def send(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    deadline: timedelta,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    writes: bool = False,
    largest: int = LARGEST_ANSWER,
) -> Answer:
    """Make one call and read its whole answer, of any status, within `deadline`.

    writes: whether the call may change something over there. Raises Transient when nothing
    departed (for a reading call: whenever no answer came), OutcomeUnknown when a writing call
    departed and was not answered in full, AuthorizationLost for a host that is not allowed.
    """
    started = time.monotonic()
    try:
        with (
            deadlines.deadline(deadline),
            client.stream(method, url, headers=headers, content=content) as response,
        ):
            body = _read(response, largest=largest)
    except httpx.HTTPError as fault:
        departed = not isinstance(fault, _BEFORE_DEPARTURE)
        log.info("connector.no_answer", reason=type(fault).__name__, departed=departed)
        # Not chained: httpx's exception holds the request with its token and payload.
        raise _no_answer(type(fault).__name__, departed=departed, writes=writes) from None
    log.debug(
        "connector.call",
        method=method,
        status=response.status_code,
        milliseconds=round((time.monotonic() - started) * 1000),
        bytes=len(body),
    )
    return Answer(status=response.status_code, headers=response.headers, body=body)


def _read(response: httpx.Response, *, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > largest:
            raise httpx.ReadError("the answer is too large", request=response.request)
        if deadlines.passed():
            raise httpx.ReadTimeout("the deadline has passed", request=response.request)
        chunks.append(chunk)
    return b"".join(chunks)


def _no_answer(reason: str, *, departed: bool, writes: bool) -> Transient | OutcomeUnknown:
    if departed and writes:
        return OutcomeUnknown("http.no_answer", detail=reason)
    return Transient("http.no_answer" if departed else "http.unreachable", detail=reason)
