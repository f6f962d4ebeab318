"""HTTPS in front of the simulator: takes the encryption off and passes the bytes on.

The WSGI server speaks plain HTTP only. What happens to a connection happens on both sides: its
end, and its reset, which fault plans ask for.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from pathlib import Path

_PIECE = 64 * 1024


class TlsError(Exception):
    """The certificate or its key cannot be used; says which and why."""


class TlsFront:
    """Listens with a certificate and passes every connection on to a port of this machine."""

    def __init__(self, listener: socket.socket, *, cert: Path, key: Path, target: int) -> None:
        self._context = _context(cert, key)
        self._listener = listener
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator-tls", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._listens.wait()

    def close(self) -> None:
        """Stop listening and drop what is still open."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        """The whole life of the loop is on its own thread: the caller's may have one that runs."""
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._take, sock=self._listener, ssl=self._context)
        server = self._loop.run_until_complete(serving)
        self._listens.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one direction until it ends; a reset on one side is a reset on the other."""
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        writer.transport.abort()
    else:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()


def _context(cert: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as wrong:
        raise TlsError(f"cannot use the certificate {cert} with the key {key}: {wrong}") from wrong
    return context
