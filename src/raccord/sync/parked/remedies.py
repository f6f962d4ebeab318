"""What a field mapping can do about a cause that names a field and whose code has a remedy.

A text is cut, a value is sent where ours is empty (`connections.mending`). A value that their list
lacks is paired on a screen of its own, which tries again what it blocked (`value_waits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from raccord.connections.guidance import remedy
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.engine.remedies import Remedy
from raccord.sync.parked.groups import Group


@dataclass(frozen=True, slots=True)
class Mending:
    """A remedy, and the field mapping where it is applied; None where the field is not mapped."""

    remedy: Remedy
    line: FieldMapping | None


def of_group(group: Group) -> Mending | None:
    """What the mapping can do about a cause; None if nothing."""
    found = remedy(group.code)
    return Mending(found, blamed_line(group)) if found else None


def blamed_line(group: Group) -> FieldMapping | None:
    """The mapping of the one field that the cause blames."""
    lines = FieldMapping.objects.filter(transfer=group.cause.transfer)
    lines = lines.select_related("field", "transfer__connection")
    for line in lines.order_by("pk"):
        if _blames(group.parameters, line):
            return line
    return None


def _blames(about: Mapping[str, Any], line: FieldMapping) -> bool:
    """They name their field; we name ours, by its label in some language or by its key."""
    if about.get("fields"):
        return str(about["fields"]) == line.remote_field
    ours = {line.field.key, line.field.label, *line.field.labels.values(), line.field.spec().label}
    return str(about.get("field", "")) in ours - {""}


def transfer_of(group: Group) -> DataTransfer:
    """The data transfer, with what a connection to it needs."""
    found = DataTransfer.objects.select_related("connection__authorization", "connection__project")
    return found.get(pk=group.cause.transfer)
