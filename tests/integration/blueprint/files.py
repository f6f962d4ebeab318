"""A set-up file's text, applied or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from raccord.blueprint.applying import Applied, apply
from raccord.blueprint.reading import InvalidBlueprint, read
from raccord.blueprint.sentences import sentence_for


def applied(text: str, *, environment: dict[str, str], tmp_path: Path) -> list[Applied]:
    path = tmp_path / "setup.yaml"
    path.write_text(text)
    return apply(read(path, environment=environment))


def refused(text: str, *, environment: dict[str, str], tmp_path: Path) -> list[str]:
    """Each finding as its place without the folder, and its code."""
    with pytest.raises(InvalidBlueprint) as caught:
        applied(text, environment=environment, tmp_path=tmp_path)
    for problem in caught.value.problems:
        assert problem.code not in sentence_for(problem), "every finding has a sentence"
    return [
        f"{problem.at.partition('setup.yaml:')[2]}: {problem.code}"
        for problem in caught.value.problems
    ]
