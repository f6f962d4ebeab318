"""What a caller gets when its input cannot be taken: every problem at once, nothing written."""

from __future__ import annotations

from collections.abc import Iterable

from raccord.engine.errors import BadInput


class InvalidInput(Exception):  # noqa: N818 - reads as what it is where it is caught
    """One or more problems; each names its place in `at` (a field's key)."""

    def __init__(self, problems: Iterable[BadInput]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{problem.at}: {problem.code}" for problem in self.problems))


class InvalidContact(InvalidInput):
    """A contact that cannot be written as asked."""


class InvalidProject(InvalidInput):
    """A project, or a field of one, that cannot be as asked."""


class InvalidImport(InvalidInput):
    """An import whose options cannot be as asked; `at` names the option."""
