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

from pydantic import ValidationError

from raccord.blueprint.document import Blueprint
from raccord.blueprint.source import InvalidBlueprint, Keys, Source, compose
from raccord.engine.errors import BadInput

__all__ = ["InvalidBlueprint", "Keys", "SetUpFile", "read"]

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
    node = compose(path)
    source = Source(path, node)
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


def _problem(source: Source, detail: Any) -> BadInput:
    kind = CODES.get(detail["type"], "wrong_type")
    facts = {key: str(value) for key, value in (detail.get("ctx") or {}).items()}
    # The validator's own list is in English words: 'a', 'b' or 'c'.
    allowed = QUOTED.findall(facts.get("expected", "")) or [facts.get("expected", "")]
    parameters = {
        "expected": ", ".join(allowed),
        "limit": facts.get("ge") or facts.get("le") or "",
    }
    return BadInput(f"raccord.blueprint.{kind}", parameters, at=source.at(detail["loc"]))


def _dangling(blueprint: Blueprint, source: Source) -> Iterator[BadInput]:
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
    groups = {group.label for group in blueprint.project.groups}
    for number, group in enumerate(blueprint.project.groups):
        names.append((("project", "groups", number, "label"), group.label))
    for number, field in enumerate(blueprint.project.fields):
        names.append((("project", "fields", number, "key"), field.key))
        if field.group and field.group not in groups:
            yield missing(("project", "fields", number, "group"), field.group)
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


def _repeated(names: list[tuple[Keys, str]], source: Source) -> Iterator[BadInput]:
    """Names must differ among siblings (paths that differ in their number only)."""
    seen: set[tuple[Keys, str]] = set()
    for keys, name in names:
        place = (*keys[:-2], *keys[-1:])
        if (place, name) in seen:
            yield BadInput("raccord.blueprint.repeated_name", {"name": name}, at=source.at(keys))
        seen.add((place, name))
