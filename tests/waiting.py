"""Wait for conditions, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def wait_until(condition: Callable[[], Answer | None], *, seconds: float = 20.0) -> Answer:
    """Return the first true answer of `condition`; fail the test if none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"this did not happen within {seconds:.0f} seconds"
        time.sleep(0.02)
    return answer
