"""The fields of one project, made ready: parsers, unique key, consents and required ones.

Loaded once per call of `changes.py` or per chunk of an import, after the capture barrier, so that
a change of the fields never happens halfway through.

Beside it, what a screen or a file needs to know of them: which field stands in which section, and
by which names fields and choices are known. Retired fields are in none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from raccord.contacts.models import Field, FieldGroup, Project
from raccord.contacts.search_text import folded
from raccord.engine import values as engine_values
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Value, Values
from raccord.engine.values import Parser, Stored

_STORED_AS: Mapping[FieldType, type] = {
    FieldType.INTEGER: int,
    FieldType.BOOLEAN: bool,
    FieldType.MULTIPLE_CHOICE: list,
}
_BETWEEN_WORDS = re.compile(r"[\s_\-–’'./]+")


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


def typed_value(spec: FieldSpec, stored: Stored) -> Value:
    """A value that was stored some time ago. Raises BadInput if its field was of another type."""
    try:
        if stored is None or type(stored) is _STORED_AS.get(spec.type, str):
            return engine_values.from_json(spec.type, stored)
    except (ValueError, ArithmeticError):
        pass
    params = {"field": spec.label or spec.key}
    raise BadInput("raccord.contact.other_type", params=params, at=spec.key)


class Section(NamedTuple):
    """The fields of one group, in order; group None: those that are in none."""

    group: FieldGroup | None
    specs: tuple[FieldSpec, ...]


def sections(project: Project) -> tuple[Section, ...]:
    """The fields as pages and forms show them: those without a group first; no empty section."""
    fields = list(Field.objects.filter(project=project, retired_at=None))
    groups: tuple[FieldGroup | None, ...] = (None, *project.groups.all())
    members = {
        group: tuple(f.spec() for f in fields if f.group_id == (group.pk if group else None))
        for group in groups
    }
    return tuple(Section(group, specs) for group, specs in members.items() if specs)


def names(project: Project | int) -> dict[str, str]:
    """Everything a field may be called in a file, in plain form -> its key.

    Labels of every language, and keys, which go before labels. Of two fields with the same label
    the first one has it.
    """
    project_id = project if isinstance(project, int) else project.pk
    fields = list(Field.objects.filter(project_id=project_id, retired_at=None))
    labels = (
        (label, field.key)
        for field in reversed(fields)
        for label in (*field.labels.values(), field.label)
    )
    known = {plain_name(label): key for label, key in labels if plain_name(label)}
    return known | {plain_name(field.key): field.key for field in fields}


def choice_names(project: Project | int) -> dict[str, dict[str, str]]:
    """For each field with choices: everything a choice may be called, in plain form -> its code.

    Codes go before labels; of two choices with the same label the first one has it.
    """
    project_id = project if isinstance(project, int) else project.pk
    fields = Field.objects.filter(project_id=project_id, retired_at=None)
    return {field.key: _choice_names(field) for field in fields if field.choices}


def plain_name(name: str) -> str:
    """A name as it is compared: case, accents and what stands between words do not matter."""
    return _BETWEEN_WORDS.sub(" ", folded(name)).strip()


def _choice_names(field: Field) -> dict[str, str]:
    labels = (
        (label, code)
        for code in reversed(field.choices)
        for label in field.choice_labels.get(code, {}).values()
    )
    known = {plain_name(label): code for label, code in labels if plain_name(label)}
    return known | {plain_name(code): code for code in reversed(field.choices)}
