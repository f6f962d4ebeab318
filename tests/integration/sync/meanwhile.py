"""Let something run beside the test, and stop it at a named place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
PATIENCE = 20.0


class Gate:
    """Whoever comes here waits until it is opened; only the first does."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._opened = threading.Event()
        self._first = threading.Lock()

    def __call__(self) -> None:
        if self._first.acquire(blocking=False):
            self._reached.set()
            assert self._opened.wait(PATIENCE), "nobody opened the gate"

    def reached(self) -> None:
        """Wait until somebody stands here."""
        assert self._reached.wait(PATIENCE), "nobody came to the gate"

    def stands(self) -> bool:
        """Whether somebody stands here, or has."""
        return self._reached.is_set()

    def glance(self) -> None:
        """Give others a moment to come."""
        self._reached.wait(0.01)

    def open(self) -> None:
        self._opened.set()


@contextmanager
def meanwhile(run: Callable[[], T]) -> Iterator[Future[T]]:
    """Run in a thread with a database connection of its own; its error is the test's error."""

    def in_thread() -> T:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(in_thread)
        yield future
    future.result()


def all_at_once(*runs: Callable[[], T]) -> list[T]:
    """Run all in threads of their own, begun together."""
    together = threading.Barrier(len(runs))

    def begun(run: Callable[[], T]) -> T:
        try:
            together.wait(PATIENCE)
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return [future.result() for future in [pool.submit(begun, run) for run in runs]]
