"""COUNT, MIN, MAX, SUM, AVG, with or without GROUP BY, ROLLUP, CUBE and HAVING.

Each group becomes a row of its own, with the values of its fields and measures by their keys, so
that HAVING and ORDER BY work on groups as WHERE and ORDER BY do on records.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.conditions import Conditions, folding
from salesforce_simulator.soql.expression_parser import AGGREGATES
from salesforce_simulator.soql.functions import DATE_PARTS
from salesforce_simulator.soql.groups import Groups
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.order import cut, ordered
from salesforce_simulator.soql.syntax import Column, FunctionCall, Item, Query
from salesforce_simulator.store import Row

MAX_GROUPS = 2000
MAX_SUBTOTAL_FIELDS = 3


def is_plain_count(query: Query) -> bool:
    """SELECT COUNT(): the answer has no records, only a total."""
    return any(_is_bare_count(each) for each in query.items)


def check_plain_count(query: Query, names: Names) -> None:
    if len(query.items) > 1 or query.group_by or query.order_by:
        position = query.object_position
        message = "COUNT() must be the only thing selected, without GROUP BY and ORDER BY"
        raise names.refuse("MALFORMED_QUERY", position, message)


def is_aggregate(query: Query) -> bool:
    grouped = AGGREGATES | DATE_PARTS.keys() | {"GROUPING"}
    return bool(query.group_by) or any(
        isinstance(call := getattr(item, "expression", None), FunctionCall)
        and (call.function in grouped or _formats_aggregate(call))
        for item in query.items
    )


def aggregate(query: Query, names: Names, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows of an aggregate query, cut to its LIMIT and OFFSET."""
    _check_clauses(query, names)
    groups = Groups(names, query.group_by, subtotals=bool(query.subtotals))
    columns = _columns(query, groups)
    conditions = Conditions(names, inner=lambda _: (), resolve_left=groups.find)
    keep = conditions.compile(query.having) if query.having else None
    # Sorting nothing finds what is sorted by, before the groups are measured.
    ordered(query, names, [], resolve_column=groups.find_ordered)
    records = list(rows)
    found = [
        groups.row(level, members)
        for level in _levels(query)
        for members in _members(groups.fields, level, records)
    ]
    found = [row for row in found if keep is None or keep(row)]
    found = list(cut(query, ordered(query, names, found, resolve_column=groups.find_ordered)))
    if len(found) > MAX_GROUPS:
        message = (
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a "
            "single batch"
        )
        raise ApiError("EXCEEDED_ID_LIMIT", message)
    attributes = {"type": "AggregateResult"}
    return [
        {"attributes": attributes, **{label: read.read(row) for label, read in columns.items()}}
        for row in found
    ]


def _check_clauses(query: Query, names: Names) -> None:
    position = query.object_position
    if not query.group_by and query.limit is not None:
        message = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
        raise names.refuse("MALFORMED_QUERY", position, message)
    if not query.group_by and query.having is not None:
        raise names.refuse("MALFORMED_QUERY", position, "HAVING needs GROUP BY")
    if query.subtotals and len(query.group_by) > MAX_SUBTOTAL_FIELDS:
        message = f"{query.subtotals} takes up to {MAX_SUBTOTAL_FIELDS} fields"
        raise names.refuse("MALFORMED_QUERY", position, message)


def _columns(query: Query, groups: Groups) -> dict[str, Found]:
    columns: dict[str, Found] = {}
    unnamed = 0
    for item in query.items:
        if not isinstance(item, Column):
            message = "Grouped queries select grouped fields and aggregates only"
            raise groups.names.refuse("MALFORMED_QUERY", query.object_position, message)
        found = groups.find(groups.names, item.expression)
        label = item.alias or found.field.name
        if item.alias is None and isinstance(item.expression, FunctionCall):
            label, unnamed = f"expr{unnamed}", unnamed + 1
        if label in columns:
            message = f"duplicate alias: {label}"
            raise groups.names.refuse("MALFORMED_QUERY", item.expression.position, message)
        columns[label] = found
    return columns


def _levels(query: Query) -> list[tuple[int, ...]]:
    """Return which fields make groups: all, and for subtotals the smaller sets as well."""
    count = len(query.group_by)
    everything = tuple(range(count))
    if query.subtotals == "ROLLUP":
        return [everything[:size] for size in range(count, -1, -1)]
    if query.subtotals == "CUBE":
        return [each for size in range(count, -1, -1) for each in combinations(everything, size)]
    return [everything]


def _members(fields: list[Found], level: tuple[int, ...], rows: list[Row]) -> Iterable[list[Row]]:
    keys = [folding(fields[number]) for number in level]
    if not keys:
        # Without GROUP BY there is one group, of nothing too; the grand total of nothing is none.
        return [rows] if rows or not fields else []
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple([key(row) for key in keys]), []).append(row)
    return groups.values()


def _is_bare_count(item: Item) -> bool:
    call = getattr(item, "expression", None)
    return isinstance(call, FunctionCall) and call.function == "COUNT" and not call.arguments


def _formats_aggregate(call: FunctionCall) -> bool:
    inner = call.arguments[0] if call.arguments else None
    return isinstance(inner, FunctionCall) and inner.function in AGGREGATES
