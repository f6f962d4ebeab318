"""From a YAML file to a `Blueprint`, or to errors that name the file, the line and the key.

``${NAME}`` in a text is replaced by the environment's variable of that name, so that a file
under version control holds no secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from raccord.blueprint.document import Blueprint
from raccord.engine.errors import BadInput

Keys = tuple[int | str, ...]
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
LARGEST_FILE = 1_000_000
CODES = {
    "missing": "missing_key",
    "extra_forbidden": "unknown_key",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "string_pattern_mismatch": "bad_form",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_too_long": "too_long",
    "string_type": "not_text",
    "bool_type": "not_boolean",
    "bool_parsing": "not_boolean",
    "int_type": "not_integer",
    "int_parsing": "not_integer",
    "int_from_float": "not_integer",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_great",
    "tuple_type": "no_list",
    "dict_type": "no_group",
    "model_type": "no_group",
}
QUOTED = re.compile(r"'([^']*)'")


@dataclass(eq=False)
class InvalidBlueprint(Exception):  # noqa: N818 - it carries findings, like a Failure
    """A file that cannot be applied; `problems` has one entry per finding, in file order."""

    problems: tuple[BadInput, ...]

    def __str__(self) -> str:
        return "; ".join(f"{problem.at}: {problem.code}" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class SetUpFile:
    """A file that reads well. `at` gives ``file:line: dotted.key`` for a path of keys."""

    blueprint: Blueprint
    at: Callable[[Keys], str]


def read(path: Path, *, environment: Mapping[str, str] | None = None) -> SetUpFile:
    """Read and check a set-up file.

    Raises InvalidBlueprint for anything that is wrong with it, all findings at once; nothing is
    looked up in the installation here.
    """
    node = _compose(path)
    source = _Source(path, node)
    problems = [*source.repeated_keys()]
    data = source.plain(os.environ if environment is None else environment, problems)
    if problems:
        raise InvalidBlueprint(tuple(problems))
    try:
        blueprint = Blueprint.model_validate(data)
    except ValidationError as error:
        found = [_problem(source, detail) for detail in error.errors()]
        raise InvalidBlueprint(tuple(found)) from None
    if dangling := tuple(_dangling(blueprint, source)):
        raise InvalidBlueprint(dangling)
    return SetUpFile(blueprint, source.at)


def _compose(path: Path) -> yaml.Node:
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


class _Source:
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


def _problem(source: _Source, detail: Any) -> BadInput:
    kind = CODES.get(detail["type"], "wrong_type")
    facts = {key: str(value) for key, value in (detail.get("ctx") or {}).items()}
    # The validator's own list is in English words: 'a', 'b' or 'c'.
    allowed = QUOTED.findall(facts.get("expected", "")) or [facts.get("expected", "")]
    parameters = {
        "expected": ", ".join(allowed),
        "limit": facts.get("ge") or facts.get("le") or "",
    }
    return BadInput(f"raccord.blueprint.{kind}", parameters, at=source.at(detail["loc"]))


def _dangling(blueprint: Blueprint, source: _Source) -> Iterator[BadInput]:
    """References inside the file that lead nowhere, and names that stand twice.

    A connection's authorization may be one that the installation has: `applying.py` looks there.
    """
    fields = {field.key for field in blueprint.project.fields}
    names: list[tuple[Keys, str]] = []

    def missing(keys: Keys, name: str) -> BadInput:
        return BadInput("raccord.blueprint.no_such", {"name": name}, at=source.at(keys))

    for number, key in enumerate(blueprint.project.unique_key):
        if key not in fields:
            yield missing(("project", "unique_key", number), key)
    for number, field in enumerate(blueprint.project.fields):
        names.append((("project", "fields", number, "key"), field.key))
    for number, grant in enumerate(blueprint.authorizations):
        names.append((("authorizations", number, "name"), grant.name))
    for number, connection in enumerate(blueprint.connections):
        here: Keys = ("connections", number)
        names.append(((*here, "name"), connection.name))
        objects = {transfer.object for transfer in connection.transfers}
        for place, transfer in enumerate(connection.transfers):
            names.append(((*here, "transfers", place, "object"), transfer.object))
            for line, mapping in enumerate(transfer.mappings):
                if mapping.field not in fields:
                    keys = (*here, "transfers", place, "mappings", line, "field")
                    yield missing(keys, mapping.field)
        for name in connection.integration.operations if connection.integration else ():
            if name not in objects:
                yield missing((*here, "integration", "operations", name), name)
    yield from _repeated(names, source)


def _repeated(names: list[tuple[Keys, str]], source: _Source) -> Iterator[BadInput]:
    """Names must differ among siblings (paths that differ in their number only)."""
    seen: set[tuple[Keys, str]] = set()
    for keys, name in names:
        place = (*keys[:-2], *keys[-1:])
        if (place, name) in seen:
            yield BadInput("raccord.blueprint.repeated_name", {"name": name}, at=source.at(keys))
        seen.add((place, name))
