"""Run a query: parse, find the object, filter, order, cut, and leave the rendering to the pages.

The caller holds the org's lock. Rows are immutable, so a result stays what it was at that moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.aggregate import aggregate, is_aggregate, is_plain_count
from salesforce_simulator.soql.conditions import Conditions, Predicate, folding
from salesforce_simulator.soql.errors import no_such_child, no_such_object
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.parser import parse, parse_condition
from salesforce_simulator.soql.plan import candidates
from salesforce_simulator.soql.select import renderer, selected
from salesforce_simulator.soql.syntax import Children, Query
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

MAX_OFFSET = 2000


@dataclass(frozen=True, slots=True)
class Result:
    """All rows of a query, and how to render one. `total` is what totalSize says."""

    total: int
    rows: Sequence[Any]
    render: Callable[[Any], dict[str, Any]]


def run(org: "Org", text: str, *, deleted: bool, version: str) -> Result:
    """Return the rows that a query's text answers. ApiError where it makes no sense."""
    query = parse(text)
    store = _store(org, query)
    names = Names(org, store.kind, text=text, alias=query.alias)
    if is_plain_count(query):
        return Result(sum(1 for _ in _matching(org, query, names, deleted=deleted)), [], dict)
    if is_aggregate(query):
        found = aggregate(query, names, _matching(org, query, names, deleted=deleted))
        return Result(len(found), found[: query.limit], dict)
    render = renderer(query, names, version=version)
    below = _below(org, query, names, deleted=deleted, version=version)
    rows = _cut(query, _ordered(query, names, _matching(org, query, names, deleted=deleted)))
    if not below:
        return Result(len(rows), rows, render)
    return Result(len(rows), rows, lambda row: {**render(row), **{n: c(row) for n, c in below}})


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of a query, and what to read from each: for a table rather than for records."""

    object_name: str
    names: tuple[str, ...]
    readers: tuple[Callable[[Row], Any], ...]
    rows: Iterable[Row]


def columns(org: "Org", text: str, *, deleted: bool) -> Columns:
    """Return what a bulk query answers: plain columns only. ApiError where it asks for more."""
    query = parse(text)
    store = _store(org, query)
    names = Names(org, store.kind, text=text, alias=query.alias)
    nested = any(isinstance(each, Children) for each in query.items)
    if nested or is_plain_count(query) or is_aggregate(query) or query.offset:
        message = "Aggregate Relationships, GROUP BY and OFFSET are not supported in Bulk Query"
        raise ApiError("API_ERROR", message)
    found = [names.find(path) for path in selected(query, names)]
    compound = next((each.field.name for each in found if each.field.type == "address"), None)
    if compound is not None:
        raise ApiError(
            "FUNCTIONALITY_NOT_ENABLED",
            f"Selecting compound data not supported in Bulk Query: {compound}",
        )
    rows = _cut(query, _ordered(query, names, _matching(org, query, names, deleted=deleted)))
    return Columns(
        object_name=store.kind.name,
        names=tuple(_column_name(each) for each in found),
        readers=tuple(each.read for each in found),
        rows=rows,
    )


def _column_name(found: Found) -> str:
    """The path as it is described, not as it was typed: Account.Name for account.name."""
    labels = [each.relationship or each.name for each in found.parents]
    return ".".join([*labels, found.field.name])


def row_predicate(org: "Org", object_name: str, condition: str) -> Predicate:
    """Return the test that a condition makes of one row of an object."""
    names = Names(org, org.store(object_name).kind, text=condition, alias=None)
    compiler = Conditions(names, now=org.clock(), run=lambda query: _values(org, query))
    return compiler.compile(parse_condition(condition))


def _store(org: "Org", query: Query) -> Store:
    try:
        return org.store(query.object_name)
    except KeyError:
        raise no_such_object(query.text, query.object_position, name=query.object_name) from None


def _matching(org: "Org", query: Query, names: Names, *, deleted: bool) -> Iterable[Row]:
    store = _store(org, query)
    conditions = Conditions(names, now=org.clock(), run=lambda inner: _values(org, inner))
    with_deleted = deleted or query.all_rows
    predicate = conditions.compile(query.where) if query.where is not None else None
    rows = candidates(store, query.where, conditions, deleted=with_deleted)
    return filter(predicate, rows) if predicate is not None else rows


def _below(
    org: "Org", query: Query, names: Names, *, deleted: bool, version: str
) -> list[tuple[str, Callable[[Row], dict[str, Any] | None]]]:
    """Read, once for all rows, the children that each query among the columns asks for."""
    found = []
    for item in query.items:
        if isinstance(item, Children):
            known = org.schema.child(names.kind, item.query.object_name)
            if known is None:
                inner = item.query
                raise no_such_child(query.text, inner.object_position, name=inner.object_name)
            inner = replace(item.query, object_name=known[0].name)
            label = known[1].children or known[0].label_plural
            children = _children(org, inner, known[1].name, deleted=deleted, version=version)
            found.append((label, children))
    return found


def _children(
    org: "Org", query: Query, reference: str, *, deleted: bool, version: str
) -> Callable[[Row], dict[str, Any] | None]:
    store = _store(org, query)
    names = Names(org, store.kind, text=query.text, alias=query.alias)
    render = renderer(query, names, version=version)
    of_parent: dict[str, list[Row]] = {}
    for row in _ordered(query, names, _matching(org, query, names, deleted=deleted)):
        if row.get(reference):
            of_parent.setdefault(row[reference], []).append(row)

    def read(parent: Row) -> dict[str, Any] | None:
        rows = _cut(query, of_parent.get(parent["Id"], []))
        if not rows:
            return None
        return {"totalSize": len(rows), "done": True, "records": [render(row) for row in rows]}

    return read


def _values(org: "Org", query: Query) -> Iterable[Any]:
    """Return the only column of a query within a condition."""
    store = _store(org, query)
    names = Names(org, store.kind, text=query.text, alias=query.alias)
    paths = [getattr(each, "path", None) for each in query.items]
    if len(paths) != 1 or paths[0] is None:
        raise ApiError("MALFORMED_QUERY", "an inner query selects exactly one field")
    read = folding(names.find(paths[0]))
    return [read(row) for row in _matching(org, query, names, deleted=False)]


def _ordered(query: Query, names: Names, rows: Iterable[Row]) -> list[Row]:
    """Sort by each ORDER BY from the last to the first: Python's sort keeps what it finds equal."""
    ordered = list(rows)
    for order in reversed(query.order_by):
        found = names.find(order.path)
        if not found.field.sortable:
            message = f"field '{found.field.name}' can not be sorted in a query call"
            raise ApiError("INVALID_FIELD", message)
        read = folding(found)
        known = [row for row in ordered if read(row) is not None]
        unknown = [row for row in ordered if read(row) is None]
        known.sort(key=read, reverse=order.descending)
        ordered = known + unknown if order.nulls_last else unknown + known
    return ordered


def _cut(query: Query, rows: list[Row]) -> list[Row]:
    if query.offset > MAX_OFFSET:
        raise ApiError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end]
