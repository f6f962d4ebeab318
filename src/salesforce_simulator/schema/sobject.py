"""An object type: its fields by name, and what follows from them."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from salesforce_simulator.schema.field import Field

WorkedOut = Callable[[Mapping[str, Any] | None, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class SObjectType:
    """A table of the org. Field names are looked up without regard to case, as the API does.

    `person` marks objects whose Name is made of first and last name; `defaults` are the values a
    create gets for fields it does not name; `read_only` objects refuse every write. `worked_out`
    returns what the org itself sets in a row that is saved, from the row before (None for a new
    one) and after.
    """

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: tuple[Field, ...]
    person: bool = False
    read_only: bool = False
    custom: bool = False
    custom_setting: bool = False
    verbs: frozenset[str] = frozenset({"create", "edit", "delete"})
    defaults: Mapping[str, str] = dataclasses.field(default_factory=dict)
    worked_out: WorkedOut | None = None

    def field(self, name: str) -> Field | None:
        """Return the field of that name, in any case, or None."""
        return self._by_name.get(name) or self._by_name.get(name.lower())

    def reference(self, relationship: str) -> Field | None:
        """Return the reference field behind a relationship name such as `Account`, or None."""
        return self._by_relationship.get(relationship.lower())

    def address_parts(self, name: str) -> tuple[Field, ...]:
        """Return the fields that a compound address is made of."""
        return tuple(each for each in self.fields if each.compound == name)

    def with_field(self, added: Field) -> "SObjectType":
        """Return this type with a field added, or replaced where it has one of that name."""
        kept = tuple(each for each in self.fields if each.name.lower() != added.name.lower())
        return replace(self, fields=(*kept, added))

    def without_field(self, name: str) -> "SObjectType":
        """Return this type without a field, named in any case."""
        kept = tuple(each for each in self.fields if each.name.lower() != name.lower())
        return replace(self, fields=kept)

    def allows(self, verb: str) -> bool:
        """Tell whether records can be written so: "create", "edit" or "delete"."""
        return not self.read_only and verb in self.verbs

    @property
    def mergeable(self) -> bool:
        return self.name in {"Account", "Contact", "Lead"}

    @cached_property
    def initial(self) -> Mapping[str, Any]:
        """What a new record holds of itself: unchecked boxes and default values."""
        stored = [each for each in self.fields if each.formula is None]
        boxes = {each.name: False for each in stored if each.type == "boolean"}
        given = {each.name: each.default for each in stored if each.default is not None}
        return {**boxes, **self.defaults, **given}

    @cached_property
    def numbered(self) -> tuple[Field, ...]:
        """The fields to which the org gives numbers."""
        return tuple(each for each in self.fields if each.number_format is not None)

    @cached_property
    def hierarchies(self) -> tuple[str, ...]:
        """The standard references to records of this same type, such as ReportsToId."""
        return tuple(
            each.name
            for each in self.fields
            if each.targets == (self.name,) and each.createable and not each.custom
        )

    @cached_property
    def name_field(self) -> str:
        return next((each.name for each in self.fields if each.name_field), "Id")

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields if each.required)

    @cached_property
    def unique(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields if each.unique)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        folded = {each.name.lower(): each for each in self.fields}
        return folded | {each.name: each for each in self.fields}

    @cached_property
    def _by_relationship(self) -> dict[str, Field]:
        return {
            each.relationship.lower(): each
            for each in self.fields
            if each.relationship and each.targets
        }
