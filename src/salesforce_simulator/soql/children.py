"""Queries among the columns: the records below each row, level by level."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.errors import no_such_child
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.order import cut, ordered
from salesforce_simulator.soql.result import Pages, Result, first_page
from salesforce_simulator.soql.select import Render, renderer
from salesforce_simulator.soql.source import matching, names_of
from salesforce_simulator.soql.syntax import Children, Path, Query
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

Read = Callable[[Row], dict[str, Any] | None]
# Since this version children may have children of their own.
_DEEP_SINCE, _DEEPEST, _SHALLOW = 58.0, 5, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What holds for a query and for all queries in it."""

    org: "Org"
    deleted: bool
    version: str
    pages: Pages


def with_children(
    query: Query, names: Names, rows: Sequence[Row], *, asked: Asked, level: int = 1
) -> Render:
    """Return the function that renders a row with its children, which are read once for all."""
    render = renderer(query, names, version=asked.version)
    below: dict[str, tuple[str, Read]] = {}
    parents = {row["Id"] for row in rows}
    for item in query.items:
        if isinstance(item, Children):
            _check_level(level, asked.version)
            placeholder, label, read = _child_rows(
                item.query, names, parents, asked=asked, level=level + 1
            )
            if placeholder in below:
                raise ApiError("INVALID_FIELD", f"duplicate field selected: {label}")
            below[placeholder] = label, read
    if not below:
        return render

    def render_with_children(row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for key, value in render(row).items():
            label, read = below.get(key, (key, None))
            record[label] = read(row) if read is not None else value
        return record

    return render_with_children


def _child_rows(
    query: Query, names: Names, parents: set[str], *, asked: Asked, level: int
) -> tuple[str, str, Read]:
    """Return the key that `renderer` left for the children, their label, and what reads them."""
    path = Path(tuple(query.object_name.split(".")), query.object_position)
    relationship = names.of_child(path)
    known = (
        each
        for each in asked.org.schema.children(names.kind)
        if each[2] is not None and each[2].lower() == relationship.lower()
    )
    kind, field, label = next(known, (None, None, None))
    if kind is None or field is None or label is None:
        raise no_such_child(names.text, query.object_position, name=relationship)
    inner = replace(query, object_name=kind.name)
    inner_names = names_of(asked.org, inner, user_id=names.asker.user_id)
    reference = field.name
    of_parent: dict[str, list[Row]] = {}
    rows = (
        row
        for row in matching(asked.org, inner, inner_names, deleted=asked.deleted)
        if row.get(reference) in parents
    )
    for row in ordered(inner, inner_names, rows):
        of_parent.setdefault(row[reference], []).append(row)
    shown = {parent: cut(inner, below) for parent, below in of_parent.items()}
    everything = [row for below in shown.values() for row in below]
    render = with_children(inner, inner_names, everything, asked=asked, level=level)

    def read(parent: Row) -> dict[str, Any] | None:
        below = shown.get(parent["Id"])
        return first_page(Result(len(below), below, render), asked.pages) if below else None

    return relationship.lower(), label, read


def _check_level(level: int, version: str) -> None:
    deepest = _DEEPEST if float(version) >= _DEEP_SINCE else _SHALLOW
    if level >= deepest:
        levels = deepest - 1
        message = (
            f"SOQL statements cannot query aggregate relationships more than {levels} "
            f"level{'s' if levels > 1 else ''} away from the root entity object."
        )
        raise ApiError("MALFORMED_QUERY", message)
