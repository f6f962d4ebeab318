"""One bad row never undoes another's success: halve until the bad ones stand alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

R = TypeVar("R")
T = TypeVar("T")


def bisect(
    rows: Sequence[R],
    attempt: Callable[[Sequence[R]], Sequence[T]],
    *,
    alone: Callable[[R, Exception], Sequence[T]],
    on: type[Exception] | tuple[type[Exception], ...],
) -> list[T]:
    """What `attempt` gives for all rows; halves are tried when it raises one of `on`.

    alone: what is given for a row with which even a call of its own raised.
    """
    if not rows:
        return []
    try:
        return list(attempt(rows))
    except on as failure:
        if len(rows) == 1:
            return list(alone(rows[0], failure))
    middle = len(rows) // 2
    first = bisect(rows[:middle], attempt, alone=alone, on=on)
    return first + bisect(rows[middle:], attempt, alone=alone, on=on)
