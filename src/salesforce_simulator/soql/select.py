"""Render rows as the columns of SELECT, in their order, parents as nested objects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.reading import attributes
from salesforce_simulator.schema import Field
from salesforce_simulator.soql.functions import resolve
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.polymorphic import NAME, is_polymorphic
from salesforce_simulator.soql.syntax import (
    Children,
    Column,
    FieldGroup,
    FunctionCall,
    Path,
    Query,
    TypeOf,
)
from salesforce_simulator.soql.type_of import by_type
from salesforce_simulator.store import Row

Render = Callable[[Row], dict[str, Any]]
Read = Callable[[Row], Any]
MAX_ALL_FIELDS = 200


@dataclass(slots=True)
class _Node:
    """What is taken from one object, by its key in the answer."""

    columns: dict[str, "Read | tuple[Field, _Node]"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column of SELECT: what it reads, and its own name in the answer if it has one."""

    found: Found
    path: str
    label: str | None = None


def chosen(query: Query, names: Names) -> Iterator[Chosen]:
    """Yield the columns of SELECT that read values, groups of fields unfolded."""
    for item in query.items:
        if isinstance(item, Column | FieldGroup):
            yield from chosen_of(item, names, query)


def chosen_of(item: Column | FieldGroup, names: Names, query: Query) -> list[Chosen]:
    """Return the columns that one item of SELECT stands for."""
    if isinstance(item, FieldGroup):
        fields = _group(item, names, query)
        return [Chosen(names.find(Path((each.name,), item.position)), each.name) for each in fields]
    found = resolve(names, item.expression)
    if isinstance(item.expression, Path) and item.alias is not None:
        message = "only aggregate expressions use field aliasing"
        raise names.refuse("MALFORMED_QUERY", item.expression.position, message)
    label = item.alias
    if found.field.type == "distance" and label is None:
        label = _number_of(item, query)
    return [Chosen(found, str(item.expression), label)]


def renderer(query: Query, names: Names, *, version: str) -> Render:
    """Return the function that renders a row. ApiError where SELECT names what is not there."""
    root = _Node()
    for item in query.items:
        if isinstance(item, TypeOf):
            _add_type_of(root, item, names, version=version)
        elif isinstance(item, Children):
            # Its place among the columns; `children.py` fills it.
            root.columns.setdefault(names.of_child(_child_path(item)).lower(), lambda _: None)
        else:
            for column in chosen_of(item, names, query):
                _add(root, column)
    return _render(root, names, names.kind.name, version=version)


def _number_of(item: Column, query: Query) -> str:
    """Return expr0 for the first expression that has no name of its own, expr1 for the next."""
    unnamed = [
        each
        for each in query.items
        if isinstance(each, Column)
        and isinstance(each.expression, FunctionCall)
        and each.expression.function == "DISTANCE"
        and each.alias is None
    ]
    return f"expr{unnamed.index(item)}"


def _child_path(item: Children) -> Path:
    return Path(tuple(item.query.object_name.split(".")), item.query.object_position)


def _add(root: _Node, column: Chosen) -> None:
    found = column.found
    if column.label is not None:
        node, label, read = root, column.label, found.read
    else:
        node, label, read = _node(root, found.parents), found.field.name, found.read_here
    if label in node.columns:
        raise ApiError("INVALID_FIELD", f"duplicate field selected: {column.path}")
    node.columns[label] = read


def _node(root: _Node, parents: tuple[Field, ...]) -> _Node:
    node = root
    for reference in parents:
        label = reference.relationship or reference.name
        there = node.columns.setdefault(label, (reference, _Node()))
        if not isinstance(there, tuple):
            message = f"duplicate field selected: {label}"
            raise ApiError("INVALID_FIELD", message)
        node = there[1]
    return node


def _add_type_of(root: _Node, item: TypeOf, names: Names, *, version: str) -> None:
    parents, _ = names.find_parent(item.relationship)
    node, reference = _node(root, parents[:-1]), parents[-1]
    label = reference.relationship or reference.name
    if label in node.columns:
        raise ApiError("INVALID_FIELD", f"duplicate field selected: {label}")

    def render_as(kind_names: Names, paths: tuple[Path, ...], shown_as: str) -> Render:
        part = _Node()
        for path in paths:
            _add(part, Chosen(kind_names.find(path), str(path)))
        return _render(part, kind_names, shown_as, version=version)

    node.columns[label] = by_type(item, names, reference, render_as)


def _group(item: FieldGroup, names: Names, query: Query) -> list[Field]:
    if item.group != "STANDARD" and (query.limit is None or query.limit > MAX_ALL_FIELDS):
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise names.refuse("MALFORMED_QUERY", item.position, message)
    return [
        each
        for each in names.kind.fields
        if item.group == "ALL" or each.custom == (item.group == "CUSTOM")
    ]


def _render(node: _Node, names: Names, object_name: str, *, version: str) -> Render:
    columns = [
        (label, _parent(each[1], names, each[0], version=version))
        if isinstance(each, tuple)
        else (label, each)
        for label, each in node.columns.items()
    ]
    by_prefix = names.org.schema.by_prefix

    def render_row(row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"attributes": attributes(object_name, row["Id"], version=version)}
        for label, read in columns:
            record[label] = read(row)
        return record

    def render_name(row: Row) -> dict[str, Any]:
        kind = by_prefix(row["Id"][:3])
        known = attributes(kind.name if kind else object_name, row["Id"], version=version)
        return {**render_row(row), "attributes": {**known, "type": NAME.name}}

    return render_name if object_name == NAME.name else render_row


def _parent(node: _Node, names: Names, reference: Field, *, version: str) -> Read:
    follow = names.follow(reference)
    target = NAME.name if is_polymorphic(reference) else reference.targets[-1]
    render = _render(node, names, target, version=version)

    def render_parent(row: Row) -> dict[str, Any] | None:
        parent = follow(row)
        return render(parent) if parent is not None else None

    return render_parent
