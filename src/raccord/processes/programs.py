"""The programs of an installation, as the supervisor starts them."""

import http.client
import sys
from pathlib import Path

from raccord.processes import ports
from raccord.processes.supervisor import Program


def web(*, host: str, port: int) -> Program:
    """Return the web server; it is ready when it answers a request."""
    # A server that listens everywhere is asked on this machine.
    asked = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return Program(
        name="web",
        command=_raccord("web", "--host", host, "--port", str(port)),
        is_ready=lambda: _answers(asked, port),
    )


def worker(number: int) -> Program:
    """Return worker process `number`; numbers only tell the workers' output apart."""
    return Program(name=f"worker-{number}", command=_raccord("worker"))


def simulator(*, port: int, data: Path | None = None, seed: Path | None = None) -> Program:
    """Return the Salesforce simulator on 127.0.0.1:port, its records in the file `data`, if any."""
    command = [sys.executable, "-m", "salesforce_simulator", "--port", str(port)]
    if data:
        command += ["--data", str(data)]
    if seed:
        command += ["--seed", str(seed)]
    return Program(
        name="simulator",
        command=tuple(command),
        is_ready=lambda: ports.accepts_connections(port),
    )


def _raccord(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "raccord.cli", *arguments)


def _answers(host: str, port: int) -> bool:
    """Tell whether any answer comes: an error page is one, starting again would not change it."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
