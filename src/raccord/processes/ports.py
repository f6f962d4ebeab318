"""Ports: which numbers are some, which are free, and who is in the way of a taken one."""

import argparse
import socket

import psutil

HIGHEST = 65_535


class PortTakenError(RuntimeError):
    """Another program listens on the port; the message names both and says what to do."""


def port(text: str) -> int:
    """Read an option's value; raise argparse.ArgumentTypeError where it is no port."""
    if not (text.isdecimal() and 1 <= int(text) <= HIGHEST):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to {HIGHEST}")
    return int(text)


def require_free(port: int, *, host: str, option: str) -> None:
    """Raise PortTakenError if nobody can listen on host:port now; `option` chooses another one."""
    if _can_listen(port, host=host):
        return
    owner = _listener(port)
    by = f" by {owner}" if owner else ""
    raise PortTakenError(
        f"Port {port} on {host} is already in use{by}. "
        f"Stop that program, or choose another port with {option}."
    )


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(port: int, *, host: str = "127.0.0.1") -> bool:
    """Tell whether a program answers on host:port."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _can_listen(port: int, *, host: str) -> bool:
    with socket.socket() as probe:
        # Without this, a port stays "in use" for a minute after our own last run.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        # On some systems the option above lets us bind beside a listener; listening tells.
        try:
            probe.listen(1)
        except OSError:
            return False
        return True


def _listener(port: int) -> str | None:
    """Return "name (process 123)" of the program that listens on `port`, if we may know it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.pid
            # An address is an empty tuple, or (host, port).
            if listens and connection.laddr and connection.laddr[1] == port:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return None
    return None
