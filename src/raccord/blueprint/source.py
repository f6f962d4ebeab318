"""The text of a set-up file: its YAML nodes with their lines, and the plain data in them.

What the data say is asked by `reading.py`, which goes on from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from raccord.engine.errors import BadInput

Keys = tuple[int | str, ...]
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
LARGEST_FILE = 1_000_000


@dataclass(eq=False)
class InvalidBlueprint(Exception):  # noqa: N818 - it carries findings, like a Failure
    """A file that cannot be applied; `problems` has one entry per finding, in file order."""

    problems: tuple[BadInput, ...]

    def __str__(self) -> str:
        return "; ".join(f"{problem.at}: {problem.code}" for problem in self.problems)


def compose(path: Path) -> yaml.Node:
    """The root of the file's nodes, a mapping. Raises InvalidBlueprint."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidBlueprint((BadInput("raccord.blueprint.too_large", at=str(path)),))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        parameters = {"problem": error.strerror or ""}
        raise InvalidBlueprint(
            (BadInput("raccord.blueprint.unreadable", parameters, at=str(path)),)
        ) from None
    except UnicodeDecodeError:
        raise InvalidBlueprint((BadInput("raccord.blueprint.encoding", at=str(path)),)) from None
    try:
        _refuse_aliases(path, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        parameters = {"problem": error.problem or ""}
        raise InvalidBlueprint(
            (BadInput("raccord.blueprint.not_yaml", parameters, at=place),)
        ) from None
    except yaml.YAMLError:
        raise InvalidBlueprint((BadInput("raccord.blueprint.not_yaml", at=str(path)),)) from None
    if not isinstance(node, yaml.MappingNode):
        raise InvalidBlueprint((BadInput("raccord.blueprint.no_mapping", at=f"{path}:1"),))
    return node


def _refuse_aliases(path: Path, text: str) -> None:
    """An alias can make a small file endless; a set-up needs none."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            mark = event.start_mark
            place = f"{path}:{mark.line + 1}" if mark else str(path)
            raise InvalidBlueprint((BadInput("raccord.blueprint.alias", at=place),))


class Source:
    """The file's nodes, to find the line of a path of keys."""

    def __init__(self, path: Path, root: yaml.Node) -> None:
        self.path = path
        self.root = root

    def at(self, keys: Keys) -> str:
        """``file:line: dotted.key`` of a path; of the nearest parent where the key is missing."""
        node, line = self.root, self.root.start_mark.line
        for key in keys:
            child = _child(node, key)
            if child is None:
                break
            named, node = child
            line = named.start_mark.line
        dotted = ".".join(str(key) for key in keys)
        return f"{self.path}:{line + 1}: {dotted}" if dotted else f"{self.path}:{line + 1}"

    def repeated_keys(self) -> Iterator[BadInput]:
        """YAML itself would silently keep the last of two equal keys."""
        for keys, node in _walk(self.root, ()):
            if not isinstance(node, yaml.MappingNode):
                continue
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    place = f"{self.path}:{key.start_mark.line + 1}: "
                    dotted = ".".join(str(part) for part in (*keys, key.value))
                    yield BadInput("raccord.blueprint.repeated_key", at=place + dotted)
                seen.add(key.value)

    def plain(self, environment: Mapping[str, str], problems: list[BadInput]) -> Any:
        """The data with variables replaced; a missing variable is added to `problems`."""
        for keys, node in _walk(self.root, ()):
            if isinstance(node, yaml.ScalarNode) and "${" in node.value:
                for name in VARIABLE.findall(node.value):
                    if name not in environment:
                        parameters = {"name": name}
                        problems.append(
                            BadInput("raccord.blueprint.no_variable", parameters, at=self.at(keys))
                        )
                node.value = VARIABLE.sub(lambda found: environment.get(found[1], ""), node.value)
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(self.root)
        except yaml.YAMLError as error:
            parameters = {"problem": getattr(error, "problem", None) or ""}
            problems.append(BadInput("raccord.blueprint.not_yaml", parameters, at=str(self.path)))
            return None


def _child(node: yaml.Node, key: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _walk(node: yaml.Node, keys: Keys) -> Iterator[tuple[Keys, yaml.Node]]:
    yield keys, node
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _walk(value, (*keys, name.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*keys, number))
