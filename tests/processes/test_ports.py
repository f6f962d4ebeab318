"""Ports: a taken one is named together with whoever took it."""

import os
import socket
from collections.abc import Iterator

import pytest

from raccord.processes import ports


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_taken_port_is_an_error_that_names_port_owner_and_way_out(
    listener: socket.socket,
) -> None:
    port = listener.getsockname()[1]

    with pytest.raises(ports.PortTakenError) as caught:
        ports.require_free(port, host="127.0.0.1", option="--port")

    message = str(caught.value)
    assert f"Port {port} on 127.0.0.1" in message
    assert f"process {os.getpid()}" in message
    assert "--port" in message


def test_a_free_port_is_accepted() -> None:
    ports.require_free(ports.free_port(), host="127.0.0.1", option="--port")


def test_a_port_that_was_closed_a_moment_ago_is_free(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as client:
        accepted, _ = listener.accept()
        accepted.close()
        client.recv(1)
    listener.close()

    ports.require_free(port, host="127.0.0.1", option="--port")


def test_accepts_connections_tells_a_listener_from_silence(listener: socket.socket) -> None:
    assert ports.accepts_connections(listener.getsockname()[1])
    assert not ports.accepts_connections(ports.free_port())
