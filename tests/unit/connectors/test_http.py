"""The way out: deadlines, size, hosts, and what a fault says about the request."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import structlog

from raccord.connectors import http
from raccord.engine.errors import AuthorizationLost, Failure, OutcomeUnknown, Transient
from tests.unit.connectors.bad_server import Reply, bad_server
from tests.waiting import PATIENCE

SECRET = "00Dsecret!token"
SOON = timedelta(seconds=10)


def send(url: str, *, writes: bool, deadline: timedelta = SOON, largest: int = 1000) -> http.Answer:
    with http.make_client(allowed_hosts=(), simulator_url=url) as client:
        return http.send(
            client,
            "POST",
            f"{url}/services/data",
            deadline=deadline,
            headers={"Authorization": f"Bearer {SECRET}"},
            content=b'{"Email":"ada@example.org"}',
            writes=writes,
            largest=largest,
        )


def answering(data: bytes) -> Reply:
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def a_byte_now_and_then(prefix: bytes) -> Callable[[socket.socket], None]:
    def reply(connection: socket.socket) -> None:
        connection.sendall(prefix)
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    return reply


def test_an_answer_of_any_status_is_an_answer() -> None:
    reply = b'HTTP/1.1 503 No\r\nContent-Length: 13\r\nX-A: b\r\n\r\n{"n": 10.010}'
    with bad_server(answering(reply)) as url:
        answer = send(url, writes=True)
    assert (answer.status, answer.headers["x-a"]) == (503, "b")
    assert str(answer.json()) == "{'n': Decimal('10.010')}"


def test_a_refused_connection_is_certainly_before_departure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Transient, match=r"http\.unreachable"):
        send(url, writes=True)


CUT_SHORT = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"success"'
TOO_LARGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(reset, id="reset"),
        pytest.param(answering(b""), id="closed"),
        pytest.param(answering(b"SSH-2.0\r\n\r\n"), id="not HTTP"),
        pytest.param(answering(CUT_SHORT), id="cut short"),
        pytest.param(answering(TOO_LARGE), id="too large"),
    ],
)
def test_a_write_that_departed_and_was_not_answered_in_full_is_unknown(reply: Reply) -> None:
    with bad_server(reply) as url:
        with pytest.raises(OutcomeUnknown, match=r"http\.no_answer"):
            send(url, writes=True)
        with pytest.raises(Transient, match=r"http\.no_answer"):
            send(url, writes=False)


def test_a_server_that_says_nothing_is_left_at_the_deadline() -> None:
    released = threading.Event()

    def say_nothing(connection: socket.socket) -> None:
        released.wait(PATIENCE)

    with bad_server(say_nothing) as url:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            send(url, writes=True, deadline=timedelta(seconds=0.3))
        assert time.monotonic() - started < PATIENCE / 2
        released.set()


@pytest.mark.parametrize("prefix", [b"HTTP/1.1 200 OK\r\nX-Slow: ", CUT_SHORT])
def test_a_server_that_answers_byte_by_byte_is_left_at_the_deadline(prefix: bytes) -> None:
    with bad_server(a_byte_now_and_then(prefix)) as url:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            send(url, writes=True, deadline=timedelta(seconds=0.3), largest=10**6)
        assert time.monotonic() - started < PATIENCE / 2


def test_redirects_are_not_followed() -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with bad_server(answering(reply)) as url:
        assert send(url, writes=False).status == 302


def test_neither_token_nor_payload_is_in_logs_or_failures(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with (
        structlog.testing.capture_logs() as events,
        bad_server(reset) as url,
        pytest.raises(Failure) as caught,
    ):
        send(url, writes=True)
    said = f"{events}{caplog.text}{caught.value!r}{caught.value.__cause__!r}"
    assert "connector.no_answer" in said
    assert SECRET not in said
    assert "ada@example.org" not in said


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://acme.my.salesforce.com", True),
        ("https://acme.my.salesforce.com:443/x?y", True),
        ("https://ACME.MY.SALESFORCE.COM", True),
        ("https://exact.example", True),
        ("http://acme.my.salesforce.com", False),
        ("https://acme.my.salesforce.com:8443", False),
        ("https://salesforce.com.evil.example", False),
        ("https://evilsalesforce.com", False),
        ("https://evil.example/.salesforce.com", False),
        ("https://evil.example#.salesforce.com", False),
        ("https://x.salesforce.com@evil.example", False),
        ("https://user@x.salesforce.com", False),
        ("https://sub.exact.example", False),
        ("http://127.0.0.1:8901/services", True),
        ("http://127.0.0.1:8902", False),
        ("https://127.0.0.1:8901", False),
        ("https://x.salesforce.com:nope", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_declared_hosts_and_the_simulator_are_allowed(url: str, allowed: bool) -> None:
    assert allowed is http.address_allowed(
        url,
        allowed_hosts=(".salesforce.com", "exact.example"),
        simulator_url="http://127.0.0.1:8901",
    )


def test_a_standard_port_may_be_left_out() -> None:
    assert http.address_allowed("http://sim:80/x", allowed_hosts=(), simulator_url="http://sim")


def test_without_a_simulator_there_is_no_plain_http() -> None:
    assert not http.address_allowed("http://127.0.0.1:8901", allowed_hosts=(".salesforce.com",))
    assert not http.address_allowed("", allowed_hosts=(".salesforce.com",))


def test_a_client_refuses_other_hosts_before_it_connects() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    client = http.make_client(
        allowed_hosts=(".salesforce.com",), transport=httpx.MockTransport(unreachable)
    )
    with pytest.raises(AuthorizationLost, match=r"http\.host_not_allowed"):
        http.send(client, "GET", "https://evil.example/", deadline=SOON)
