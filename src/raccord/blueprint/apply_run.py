"""What the stages of one apply share: places in the file, what was done, what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from raccord.blueprint.reading import InvalidBlueprint, Keys, SetUpFile
from raccord.contacts.invalid import InvalidProject
from raccord.engine.errors import BadInput, Failure


@dataclass(frozen=True, slots=True)
class Applied:
    """One thing the file names, and whether it was ``created``, ``changed``, …"""

    kind: str
    name: str
    result: str


class ApplyRun:
    """One run: the file's places, and what came of it so far."""

    def __init__(self, file: SetUpFile) -> None:
        self.at = file.at
        self.done: list[Applied] = []
        self.problems: list[BadInput] = []

    def note(self, kind: str, name: str, result: str) -> None:
        """Remember what was done, to be told at the end."""
        self.done.append(Applied(kind, name, result))

    @contextmanager
    def placed(self, keys: Keys) -> Iterator[None]:
        """Give every refusal inside its place in the file."""
        try:
            yield
        except InvalidProject as invalid:
            raise InvalidBlueprint(tuple(self._moved(invalid.problems, keys))) from None
        except BadInput as problem:
            raise InvalidBlueprint(tuple(self._moved([problem], keys))) from None
        except Failure as failure:
            refusal = BadInput(failure.code, failure.params, failure.detail)
            raise InvalidBlueprint(tuple(self._moved([refusal], keys))) from None

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep a refusal for `refuse`, so that what does not depend on it is looked at, too."""
        try:
            yield
        except InvalidBlueprint as invalid:
            self.problems += invalid.problems

    def refuse(self) -> None:
        """Raise InvalidBlueprint with everything collected, if there is anything."""
        if self.problems:
            raise InvalidBlueprint(tuple(self.problems))

    def _moved(self, problems: Iterable[BadInput], keys: Keys) -> Iterator[BadInput]:
        for problem in problems:
            inner = (problem.at,) if problem.at else ()
            yield replace(problem, at=self.at((*keys, *inner)))


def differs(stored: object, shape: dict[str, object]) -> bool:
    """Whether any attribute of `stored` is not as `shape` says."""
    return any(getattr(stored, name) != value for name, value in shape.items())
