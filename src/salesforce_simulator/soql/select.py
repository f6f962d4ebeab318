"""Render rows as the columns of SELECT, parents as nested objects."""

from collections.abc import Callable
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.reading import attributes
from salesforce_simulator.schema import Field
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Column, FieldGroup, Item, Path, Query
from salesforce_simulator.store import Row

Render = Callable[[Row], dict[str, Any]]
MAX_ALL_FIELDS = 200


def selected(query: Query, names: Names) -> list[Path]:
    """Return the paths of all columns of SELECT, groups of fields unfolded."""
    return [path for item in query.items for path in _paths(item, names, query)]


class _Node:
    """The columns taken from one object, and the parents whose columns are taken too."""

    def __init__(self) -> None:
        self.columns: list[Found] = []
        self.parents: dict[str, tuple[Field, _Node]] = {}


def renderer(query: Query, names: Names, *, version: str) -> Render:
    """Return the function that renders a row. ApiError where SELECT names what is not there."""
    root = _Node()
    for item in query.items:
        for path in _paths(item, names, query):
            found = names.find(path)
            node = root
            for reference in found.parents:
                label = reference.relationship or reference.name
                node = node.parents.setdefault(label, (reference, _Node()))[1]
            if not any(each.field.name == found.field.name for each in node.columns):
                node.columns.append(found)
            elif not found.parents and isinstance(item, Column):
                raise ApiError("INVALID_FIELD", f"duplicate field selected: {found.field.name}")
    return _render(root, names, names.kind.name, version=version)


def _paths(item: Item, names: Names, query: Query) -> list[Path]:
    if isinstance(item, Column):
        return [item.path]
    if not isinstance(item, FieldGroup):
        return []
    if item.group != "STANDARD" and (query.limit is None or query.limit > MAX_ALL_FIELDS):
        raise ApiError(
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        )
    fields = [
        each
        for each in names.kind.fields
        if item.group == "ALL" or each.custom == (item.group == "CUSTOM")
    ]
    return [Path((each.name,), item.position) for each in fields]


def _render(node: _Node, names: Names, object_name: str, *, version: str) -> Render:
    columns = [(each.field.name, _own_reader(each)) for each in node.columns]
    parents = []
    for label, (reference, child) in node.parents.items():
        render = _render_parent(child, names, reference, version=version)
        parents.append((label, render))

    def render_row(row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"attributes": attributes(object_name, row["Id"], version=version)}
        for name, read in columns:
            record[name] = read(row)
        for label, parent in parents:
            record[label] = parent(row)
        return record

    return render_row


def _render_parent(
    node: _Node, names: Names, reference: Field, *, version: str
) -> Callable[[Row], dict[str, Any] | None]:
    follow = names.follow(reference)
    render = _render(node, names, reference.targets[-1], version=version)

    def render_parent(row: Row) -> dict[str, Any] | None:
        parent = follow(row)
        return render(parent) if parent is not None else None

    return render_parent


def _own_reader(found: Found) -> Callable[[Row], Any]:
    """Read a column from the row of its own object, which `_render` has reached already."""
    from salesforce_simulator.reading import reader

    return reader(found.kind, found.field)
