"""Run a query: parse, find the object, filter, order, cut, and leave the rendering to the pages.

The caller holds the org's lock. Rows are immutable, so a result stays what it was at that moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.aggregate import (
    aggregate,
    check_plain_count,
    is_aggregate,
    is_plain_count,
)
from salesforce_simulator.soql.children import Asked, with_children
from salesforce_simulator.soql.conditions import Predicate
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.order import cut, ordered
from salesforce_simulator.soql.parser import parse, parse_condition
from salesforce_simulator.soql.result import OnePage, Pages, Result
from salesforce_simulator.soql.select import chosen
from salesforce_simulator.soql.source import conditions_of, matching, names_of
from salesforce_simulator.soql.syntax import Children, FieldGroup, Query, TypeOf
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

__all__ = ["Columns", "Result", "columns", "row_predicate", "run"]


def run(
    org: "Org",
    text: str,
    *,
    deleted: bool,
    version: str,
    user_id: str = "",
    pages: Pages | None = None,
) -> Result:
    """Return the rows that a query's text answers. ApiError where it makes no sense.

    user_id: who asks, for whom TODAY and "mine" mean something. pages: how children are paged;
    without it they come in one piece.
    """
    query = parse(text)
    names = names_of(org, query, user_id=user_id)
    if is_plain_count(query):
        check_plain_count(query, names)
        total = sum(1 for _ in matching(org, query, names, deleted=deleted))
        return Result(len(cut(query, range(total))), [], dict)
    if is_aggregate(query):
        found = aggregate(query, names, matching(org, query, names, deleted=deleted))
        return Result(len(found), found, dict)
    rows = _rows(org, query, names, deleted=deleted)
    asked = Asked(org=org, deleted=deleted, version=version, pages=pages or OnePage())
    render = with_children(query, names, rows, asked=asked)
    return Result(len(rows), rows, render)


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of a query, and what to read from each: for a table rather than for records."""

    object_name: str
    names: tuple[str, ...]
    readers: tuple[Callable[[Row], Any], ...]
    rows: Iterable[Row]


def columns(org: "Org", text: str, *, deleted: bool, user_id: str = "") -> Columns:
    """Return what a bulk query answers: plain columns only. ApiError where it asks for more."""
    query = parse(text)
    names = names_of(org, query, user_id=user_id)
    nested = any(isinstance(each, Children | TypeOf) for each in query.items)
    if nested or is_plain_count(query) or is_aggregate(query) or query.offset:
        message = "Aggregate Relationships, GROUP BY and OFFSET are not supported in Bulk Query"
        raise ApiError("API_ERROR", message)
    if any(isinstance(each, FieldGroup) and each.group != "STANDARD" for each in query.items):
        message = "The SOQL FIELDS function is not supported with an unbounded set of fields"
        raise ApiError("MALFORMED_QUERY", message)
    found = list(chosen(query, names))
    compound = next((each.path for each in found if each.found.field.type == "address"), None)
    if compound is not None:
        raise ApiError(
            "FUNCTIONALITY_NOT_ENABLED",
            f"Selecting compound data not supported in Bulk Query: {compound}",
        )
    return Columns(
        object_name=names.kind.name,
        names=tuple(each.label or _column_name(each.found) for each in found),
        readers=tuple(each.found.read for each in found),
        rows=_rows(org, query, names, deleted=deleted),
    )


def row_predicate(org: "Org", object_name: str, condition: str) -> Predicate:
    """Return the test that a condition makes of one row of an object."""
    names = Names(org, org.store(object_name).kind, text=condition)
    where = parse_condition(condition)
    return conditions_of(org, names, where).compile(where)


def rows_of(
    org: "Org", query: Query, *, also: Predicate, most: int, user_id: str
) -> tuple[list[Row], Names]:
    """Return the rows of a parsed query that also pass another test, and its names.

    most: how many are enough where nobody asks for an order.
    """
    names = names_of(org, query, user_id=user_id)
    rows: Iterable[Row] = filter(also, matching(org, query, names, deleted=False))
    if not query.order_by:
        limit = most if query.limit is None else min(query.limit, most)
        rows = islice(rows, query.offset + limit)
    return list(cut(query, ordered(query, names, rows)))[:most], names


def _rows(org: "Org", query: Query, names: Names, *, deleted: bool) -> list[Row]:
    rows = matching(org, query, names, deleted=deleted)
    return list(cut(query, ordered(query, names, rows)))


def _column_name(found: Found) -> str:
    """The path as it is described, not as it was typed: Account.Name for account.name."""
    labels = [each.relationship or each.name for each in found.parents]
    return ".".join([*labels, found.field.name])
