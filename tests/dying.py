"""A worker that dies at a commit: before it, so that nothing of it holds, or right after it.

`Dying` counts the borders between what the database knows and what it does not: the commits of
transactions, and the statements that are one by themselves. At the chosen border the connection is
gone, for whatever would run on the way out as well, as it is after kill -9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class WorkerDied(BaseException):
    """Nothing of ours catches it, as nothing catches kill -9."""


class Dying:
    """Dies at border number `border`, from 0. struck: whether it came to that."""

    def __init__(self, border: int, *, after: bool) -> None:
        self.struck = False
        self._left = border
        self._after = after

    def statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Around each statement; outside a transaction a writing one is a border."""
        if connection.in_atomic_block or not sql.lstrip().upper().startswith(_WRITES):
            return execute(sql, params, many, context)
        return self.border(lambda: execute(sql, params, many, context))

    def border(self, commit: Callable[[], Any]) -> Any:
        dies = self._left == 0
        self._left -= 1
        if dies and not self._after:
            self._die()
        done = commit()
        if dies:
            self._die()
        return done

    def _die(self) -> None:
        self.struck = True
        connection.connection.close()
        raise WorkerDied


@contextmanager
def dying(border: int, *, after: bool) -> Iterator[Dying]:
    """Let the block be a worker that dies at a border, if it comes so far."""
    connection.ensure_connection()
    death = Dying(border, after=after)
    commit = connection.commit

    def commit_or_die() -> None:
        death.border(commit)

    setattr(connection, "commit", commit_or_die)  # noqa: B010 - a method, of this one only
    try:
        with connection.execute_wrapper(death.statement):
            yield death
    except BaseException:
        # What ran on the way out failed as well, and hides how it began.
        if not death.struck:
            raise
    finally:
        delattr(connection, "commit")
        if death.struck:
            connection.connection = None
            connection.connect()
