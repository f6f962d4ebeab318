"""The fields of one project, made ready: parsers, unique key, consents and required ones.

Loaded once per call of `changes.py` or per chunk of an import, after the capture barrier, so that
a change of the fields never happens halfway through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from raccord.contacts.models import Field, Project
from raccord.engine import values as engine_values
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Value, Values
from raccord.engine.values import Parser, Stored


@dataclass(frozen=True, slots=True)
class ProjectFields:
    """specs: in the project's order. key_specs: in the unique key's order."""

    specs: Mapping[str, FieldSpec]
    key_specs: tuple[FieldSpec, ...]
    parsers: Mapping[str, Parser]
    consents: frozenset[str]
    required: tuple[str, ...]

    @classmethod
    def of(cls, project: Project | int) -> Self:
        """Read them from the database; one query."""
        project_id = project if isinstance(project, int) else project.pk
        fields = list(Field.objects.filter(project_id=project_id, retired_at=None))
        specs = {field.key: field.spec() for field in fields}
        in_key = sorted((f.key_position, f.key) for f in fields if f.key_position is not None)
        return cls(
            specs=specs,
            key_specs=tuple(specs[key] for _, key in in_key),
            parsers={key: engine_values.parser(spec) for key, spec in specs.items()},
            consents=frozenset(k for k, spec in specs.items() if spec.type is FieldType.CONSENT),
            required=tuple(key for key, spec in specs.items() if spec.required),
        )

    def parse(self, raw: Mapping[str, object]) -> tuple[dict[str, Value], list[BadInput]]:
        """The values that were meant, and a problem for each field that has none."""
        parsed: dict[str, Value] = {}
        problems: list[BadInput] = []
        for key, given in raw.items():
            parse = self.parsers.get(key)
            if parse is None:
                problems.append(unknown_field(key))
                continue
            try:
                parsed[key] = parse(given)
            except BadInput as problem:
                problems.append(problem)
        return parsed, problems

    def unique_key(self, values: Values) -> str | None:
        """What identifies the contact with these values; None if the key has an empty part."""
        return engine_values.unique_key(self.key_specs, values)

    def typed(self, stored: Mapping[str, Stored]) -> dict[str, Value]:
        """Stored values as Python values, for every field of the project (None where empty)."""
        return {
            key: engine_values.from_json(spec.type, stored.get(key))
            for key, spec in self.specs.items()
        }


def unknown_field(key: str) -> BadInput:
    return BadInput("raccord.contact.unknown_field", params={"field": key}, at=key)
