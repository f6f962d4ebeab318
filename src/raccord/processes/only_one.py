"""One run at a time: what must not run twice holds a lock file for as long as it runs.

The system gives the lock back when its process ends, however it ends; nobody has to tidy up after
a kill -9. The file says who holds it, for the message that the second one gets.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class AlreadyRunsError(RuntimeError):
    """The lock is held; the message says by whom."""


@contextlib.contextmanager
def only_one(lock: Path, *, what: str, at: str) -> Iterator[None]:
    """Hold the lock file for the block. `what` runs, for the message, at the address `at`.

    Raises AlreadyRunsError if another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            raise AlreadyRunsError(f"{what} already runs{holder and ' '}{holder}.") from None
        file.truncate(0)
        file.write(f"at {at} (process {os.getpid()})")
        file.flush()
        yield
