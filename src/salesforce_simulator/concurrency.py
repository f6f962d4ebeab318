"""Calls that run for long: with so many under way, an org takes no other call."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from salesforce_simulator.errors import ApiError

# What production orgs allow: 25 calls that have been running for 20 seconds or more.
MAX_LONG_CALLS = 25
LONG_CALL_SECONDS = 20.0


class Concurrency:
    """The calls under way."""

    def __init__(self) -> None:
        self.max_long_calls = MAX_LONG_CALLS
        self.long_call_seconds = LONG_CALL_SECONDS
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._began: dict[int, float] = {}

    @contextmanager
    def under_way(self) -> Iterator[int]:
        """Count a call while the block runs; gives its number."""
        with self._lock:
            number = next(self._numbers)
            self._began[number] = time.monotonic()
        try:
            yield number
        finally:
            with self._lock:
                del self._began[number]

    def check(self, number: int) -> None:
        """REQUEST_LIMIT_EXCEEDED where too many other calls have been running for long."""
        with self._lock:
            if len(self._began) <= self.max_long_calls:
                return
            since = time.monotonic() - self.long_call_seconds
            long = sum(began <= since for other, began in self._began.items() if other != number)
        if long >= self.max_long_calls:
            message = "ConcurrentPerOrgLongTxn Limit exceeded."
            raise ApiError("REQUEST_LIMIT_EXCEEDED", message, status=403)
