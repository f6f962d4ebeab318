"""Several reads of the other side at once, as many as its connector allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from raccord.sync import slots
from raccord.sync.steps import Route

T = TypeVar("T")


def in_parallel(reads: Sequence[Callable[[], T]], *, route: Route) -> list[T]:
    """The answers in the order of `reads`; the first failure is raised once all have ended."""
    if len(reads) < 2:
        return [read() for read in reads]
    with ThreadPoolExecutor(calls_at_once(route), thread_name_prefix="read") as pool:
        futures = [pool.submit(without_connection_left, read) for read in reads]
    return [future.result() for future in futures]


def calls_at_once(route: Route) -> int:
    """This run's share of the calls that the connection may have in flight."""
    return max(1, route.limits.parallel_calls // slots.PER_CONNECTION)


def without_connection_left(call: Callable[[], T]) -> T:
    """Run `call` in a thread of its own, and close the database connection it may have opened."""
    try:
        return call()
    finally:
        connection.close()
