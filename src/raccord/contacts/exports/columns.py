"""The columns of an export: the project's fields, and what every contact has beside them.

A heading is the field's label if an import would find the field again by it, else its key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from raccord.contacts.exports.options import Wording
from raccord.contacts.lists.query import CHANGED, CREATED
from raccord.contacts.models import Project
from raccord.contacts.project_fields import ProjectFields, names, plain_name
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec

ID = "@id"
LINK = "@link:"
"""Followed by a data transfer: where the contact's counterpart is found over there."""
WHY = "@why:"
"""Followed by a data transfer: why the contact was refused there, and what helps."""


class Counterparts(Protocol):
    """Who knows the contacts' records in other systems (`sync/counterparts.py`)."""

    def systems(self, project: Project) -> Mapping[int, str]:
        """The project's data transfers by id, each as people call it."""
        ...

    def addresses(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        """(data transfer, contact) -> where the linked record is found, for those that are."""
        ...

    def refusals(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        """(data transfer, contact) -> why it was refused and what helps, for those that were."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """name: a field's key or a special name. spec: None for the special ones.

    transfer: for a link's address, and why a contact was refused.
    """

    name: str
    label: str
    spec: FieldSpec | None = None
    transfer: int | None = None


def offered(
    project: Project, fields: ProjectFields, *, counterparts: Counterparts | None = None
) -> tuple[Column, ...]:
    """Everything that can be a column, the fields first."""
    systems = counterparts.systems(project) if counterparts else {}
    return (
        *(Column(key, spec.label, spec) for key, spec in fields.specs.items()),
        Column(ID, _("Raccord id")),
        Column(CREATED, _("Created")),
        Column(CHANGED, _("Changed")),
        *(
            Column(
                f"{LINK}{transfer}", _("Address in %(system)s") % {"system": name}, None, transfer
            )
            for transfer, name in systems.items()
        ),
        *(
            Column(
                f"{WHY}{transfer}",
                _("Why it was refused by %(system)s") % {"system": name},
                None,
                transfer,
            )
            for transfer, name in systems.items()
        ),
    )


def chosen(given: Sequence[str], known: Sequence[Column]) -> tuple[Column, ...]:
    """The named columns, in that order, each once. Raises BadInput at ``columns``."""
    by_name = {column.name: column for column in known}
    found = []
    for name in dict.fromkeys(given):
        if name not in by_name:
            raise BadInput("raccord.export.unknown_column", {"column": name[:80]}, at="columns")
        found.append(by_name[name])
    if not found:
        raise BadInput("raccord.export.no_columns", at="columns")
    return tuple(found)


def headings(project: Project, columns: Sequence[Column], *, wording: Wording) -> tuple[str, ...]:
    """What stands above the columns; no two are the same."""
    known = names(project)
    found: list[str] = []
    for column in columns:
        heading = _heading(column, known, wording)
        found.append(heading if heading not in found else _key(column))
    return tuple(found)


def _heading(column: Column, known: Mapping[str, str], wording: Wording) -> str:
    """known: what fields are called, in plain form -> their keys. What every contact has is no
    field, and must not be taken for one by its name."""
    field = known.get(plain_name(column.label))
    means_it = field == column.name if column.spec is not None else field is None
    return column.label if wording is Wording.LABELS and means_it else _key(column)


def _key(column: Column) -> str:
    """A field's key; for the others, something that no field's key can be."""
    return column.name if column.spec is not None else f"({column.name.removeprefix('@')})"
