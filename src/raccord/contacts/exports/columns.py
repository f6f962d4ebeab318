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


@dataclass(frozen=True, slots=True)
class Column:
    """name: a field's key or a special name. spec: None for the special ones.

    transfer: for a link's address.
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
    taken: set[str] = set()
    found = []
    for column in columns:
        label = column.label
        if column.spec is None:
            # What every contact has is no field: nothing is to be taken for one by its name.
            own = column.name if wording is Wording.KEYS or plain_name(label) in known else label
        else:
            by_label = known.get(plain_name(label)) == column.name
            own = label if wording is Wording.LABELS and by_label else column.name
        found.append(own if own not in taken else column.name)
        taken.add(found[-1])
    return tuple(found)
