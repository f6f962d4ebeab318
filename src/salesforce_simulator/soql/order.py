"""ORDER BY, LIMIT and OFFSET."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.conditions import Resolve, folding
from salesforce_simulator.soql.functions import resolve
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Query
from salesforce_simulator.store import Row

MAX_OFFSET = 2000


def ordered(
    query: Query, names: Names, rows: Iterable[Row], *, resolve_column: Resolve = resolve
) -> list[Row]:
    """Sort by each ORDER BY from the last to the first: Python's sort keeps what it finds equal."""
    keys = [(_sortable(names, each.expression, resolve_column), each) for each in query.order_by]
    found = list(rows)
    for key, order in reversed(keys):
        read = _position(key)
        known = [row for row in found if read(row) is not None]
        known.sort(key=read, reverse=order.descending)
        if len(known) == len(found):
            found = known
            continue
        unknown = [row for row in found if read(row) is None]
        found = known + unknown if order.nulls_last else unknown + known
    return found


def cut(query: Query, rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows that OFFSET and LIMIT leave."""
    if query.offset > MAX_OFFSET:
        raise ApiError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end]


def _sortable(names: Names, expression: Any, resolve_column: Resolve) -> Found:
    found = resolve_column(names, expression)
    if not found.field.sortable:
        message = f"field '{found.field.name}' can not be sorted in a query call"
        raise names.refuse("INVALID_FIELD", expression.position, message)
    return found


def _position(found: Found) -> Callable[[Row], Any]:
    """Return what rows are sorted by: values of a picklist in the order of the picklist."""
    read = folding(found)
    if found.field.type != "picklist" or not found.field.values:
        return read
    places = {value.casefold(): n for n, value in enumerate(found.field.values)}

    def place(row: Row) -> Any:
        value = read(row)
        return None if value is None else (places.get(value, len(places)), value)

    return place
