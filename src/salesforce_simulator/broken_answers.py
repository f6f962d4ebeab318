"""Answers that do not arrive as they should: not at all, by half, or drop by drop."""

from collections.abc import Callable, Iterable

from werkzeug.wrappers import Response

_DRIPS_PER_SECOND = 10


class ConnectionDropped(Exception):  # noqa: N818 - it is an event the server acts on
    """The fault plan wants the connection gone. A server that can, resets it."""


def drop(response: Response, *, after_half: bool) -> Response:
    """Announce the whole answer, send half of it or nothing, and lose the connection."""
    data = response.get_data()
    # Werkzeug does not even ask for the body of a 204.
    response.status_code = 200

    def chunks() -> Iterable[bytes]:
        if after_half:
            yield data[: len(data) // 2]
        raise ConnectionDropped

    response.response = chunks()
    response.headers["Content-Length"] = str(len(data))
    return response


def dribble(response: Response, *, bytes_per_second: int, wait: Callable[[int], None]) -> Response:
    """Send an answer a few bytes at a time; wait: sleeps so many milliseconds."""
    data = response.get_data()
    size = max(1, bytes_per_second // _DRIPS_PER_SECOND)

    def drips() -> Iterable[bytes]:
        for start in range(0, len(data), size):
            wait(1000 * size // bytes_per_second)
            yield data[start : start + size]

    response.response = drips()
    response.headers["Content-Length"] = str(len(data))
    return response
