"""Wait for conditions, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

# How long, in seconds, a test waits for what must come, before it calls it missing. A test that
# passes never waits that long; a machine with other work may stand still for half a minute.
PATIENCE = 120.0


def wait_until(condition: Callable[[], Answer | None], *, seconds: float = PATIENCE) -> Answer:
    """Return the first true answer of `condition`; fail the test if none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"this did not happen within {seconds:.0f} seconds"
        time.sleep(0.02)
    return answer
