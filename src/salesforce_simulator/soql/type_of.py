"""TYPEOF: the fields of a parent that depend on which object it is."""

from collections.abc import Callable
from typing import Any

from salesforce_simulator.schema import Field
from salesforce_simulator.soql.errors import no_such_object
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.polymorphic import NAME, is_polymorphic
from salesforce_simulator.soql.syntax import Path, TypeOf
from salesforce_simulator.store import Row

Render = Callable[[Row], dict[str, Any]]
# Renders the fields of paths under these names, as a record of the object named.
RenderAs = Callable[[Names, tuple[Path, ...], str], Render]


def by_type(
    item: TypeOf, names: Names, reference: Field, render_as: RenderAs
) -> Callable[[Row], dict[str, Any] | None]:
    """Return what reads the parent of a row. ApiError where TYPEOF makes no sense."""
    if not is_polymorphic(reference):
        message = f"TYPEOF needs a polymorphic relationship, cannot use: '{item.relationship}'"
        raise names.refuse("INVALID_FIELD", item.relationship.position, message)
    renders = {}
    for path, fields in item.choices:
        kind = names.org.schema.find(str(path))
        if kind is None or kind.name not in reference.targets:
            raise no_such_object(names.text, path.position, name=str(path))
        own = Names(names.org, kind, text=names.text, user_id=names.asker.user_id)
        renders[kind.name] = render_as(own, fields, kind.name)
    as_name = Names(names.org, NAME, text=names.text, user_id=names.asker.user_id)
    otherwise = render_as(as_name, item.otherwise, NAME.name)
    follow, by_prefix = names.follow(reference), names.org.schema.by_prefix

    def read(row: Row) -> dict[str, Any] | None:
        parent = follow(row)
        if parent is None:
            return None
        kind = by_prefix(parent["Id"][:3])
        return renders.get(kind.name if kind else "", otherwise)(parent)

    return read
