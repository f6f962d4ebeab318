"""COUNT, MIN, MAX, SUM, AVG, with or without GROUP BY."""

from collections.abc import Callable, Iterable
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.conditions import folding
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Aggregate, Column, Query
from salesforce_simulator.store import Row

Measure = Callable[[list[Row]], Any]


def is_plain_count(query: Query) -> bool:
    """SELECT COUNT(): the answer has no records, only a total."""
    match query.items:
        case (Aggregate("COUNT", None, None),):
            return not query.group_by
    return False


def is_aggregate(query: Query) -> bool:
    return bool(query.group_by) or any(isinstance(each, Aggregate) for each in query.items)


def aggregate(query: Query, names: Names, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows of an aggregate query."""
    keys = [folding(names.find(path)) for path in query.group_by]
    grouped = {names.find(path).field.name for path in query.group_by}
    columns = _columns(query, names, grouped)
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(key(row) for key in keys), []).append(row)
    if not keys and not groups:
        groups[()] = []
    return [
        {
            "attributes": {"type": "AggregateResult"},
            **{label: measure(members) for label, measure in columns},
        }
        for members in groups.values()
    ]


def _columns(query: Query, names: Names, grouped: set[str]) -> list[tuple[str, Measure]]:
    columns: list[tuple[str, Measure]] = []
    unnamed = 0
    for item in query.items:
        if isinstance(item, Column):
            found = names.find(item.path)
            if found.field.name not in grouped:
                message = f"Field must be grouped or aggregated: {found.field.name}"
                raise ApiError("MALFORMED_QUERY", message)
            label = item.alias or found.field.name
            columns.append((label, _first(found)))
        elif isinstance(item, Aggregate):
            label = item.alias or f"expr{unnamed}"
            unnamed += item.alias is None
            columns.append((label, _measure(item, names)))
    return columns


def _first(found: Found) -> Measure:
    read = found.read
    return lambda members: read(members[0])


def _measure(item: Aggregate, names: Names) -> Measure:
    if item.path is None:
        return len
    found = names.find(item.path)
    if item.function in {"SUM", "AVG"} and not found.field.is_number:
        message = f"field {found.field.name} does not support aggregate operator {item.function}"
        raise ApiError("MALFORMED_QUERY", message)
    function = _FUNCTIONS[item.function]
    read = found.read

    def measure(members: list[Row]) -> Any:
        return function([value for row in members if (value := read(row)) is not None])

    return measure


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "SUM": lambda values: sum(values) if values else None,
    "AVG": lambda values: sum(values) / len(values) if values else None,
}
