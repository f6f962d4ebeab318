"""What a check found: fine, a warning, or wrong; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """WARNING: it works, or nobody needs it yet. WRONG: something does not work."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. check: a short name that never changes, for scripts. title, text, todo: for people,
    in the language of the terminal.
    """

    check: str
    result: Result
    title: str
    text: str
    todo: str = ""


def fine(check: str, title: str, text: str) -> Finding:
    return Finding(check, Result.FINE, title, text)


def warning(check: str, title: str, text: str, *, todo: str) -> Finding:
    return Finding(check, Result.WARNING, title, text, todo)


def wrong(check: str, title: str, text: str, *, todo: str) -> Finding:
    return Finding(check, Result.WRONG, title, text, todo)


def worst(findings: list[Finding]) -> Result:
    """The worst of them; FINE of none."""
    order = list(Result)
    return max((each.result for each in findings), key=order.index, default=Result.FINE)
