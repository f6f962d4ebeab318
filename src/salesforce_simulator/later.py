"""Work for later: commits whose client gave up, automations that take their time.

What is still waiting when the org stops or is reset is forgotten.
"""

import threading
from collections.abc import Callable


class Later:
    """Work that waits for its moment, each on a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many are waiting or at work."""
        return self._waiting

    def do(self, work: Callable[[], object], *, milliseconds: int) -> None:
        """Do the work in so many milliseconds; at once, before returning, if that is none."""
        if not milliseconds:
            work()
            return
        with self._lock:
            self._waiting += 1
            cancelled = self._cancelled

        def wait() -> None:
            try:
                if not cancelled.wait(milliseconds / 1000):
                    work()
            finally:
                with self._lock:
                    self._waiting -= 1

        threading.Thread(target=wait, name="later", daemon=True).start()

    def cancel(self) -> None:
        """Forget all that is waiting."""
        with self._lock:
            self._cancelled.set()
            self._cancelled = threading.Event()
