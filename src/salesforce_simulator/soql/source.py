"""FROM and WHERE: the rows of one object that a query is about."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.conditions import Conditions, folding
from salesforce_simulator.soql.errors import no_such_object
from salesforce_simulator.soql.functions import resolve
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.plan import Plan, choose
from salesforce_simulator.soql.semi_join import check_column, check_inner_queries
from salesforce_simulator.soql.syntax import Condition, Membership, Query
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# USING SCOPE: whether a row is in it, for the user who asks. Nobody is in a team or a territory.
_SCOPES: dict[str, Callable[[Row, str], bool]] = {
    "everything": lambda row, user_id: True,
    "mine": lambda row, user_id: bool(row["OwnerId"] == user_id),
    "mineandmygroups": lambda row, user_id: bool(row["OwnerId"] == user_id),
    "queueowned": lambda row, user_id: str(row["OwnerId"]).startswith("00G"),
}


def store_of(org: "Org", query: Query) -> Store:
    """Return the rows that FROM names; INVALID_TYPE with its place where there are none."""
    try:
        return org.store(query.object_name)
    except KeyError:
        raise no_such_object(query.text, query.object_position, name=query.object_name) from None


def names_of(org: "Org", query: Query, *, user_id: str) -> Names:
    """Return the names that a query's FROM makes known."""
    return Names(
        org,
        store_of(org, query).kind,
        text=query.text,
        alias=query.alias,
        aliases=query.aliases,
        user_id=user_id,
    )


def matching(org: "Org", query: Query, names: Names, *, deleted: bool) -> Iterable[Row]:
    """Return the rows that WHERE and USING SCOPE let through, in no order."""
    rows: Iterable[Row] = plan_of(org, query, names, deleted=deleted).rows
    if query.where is not None:
        rows = filter(conditions_of(org, names, query.where).compile(query.where), rows)
    if query.scope:
        rows = filter(_in_scope(query, names), rows)
    return rows


def plan_of(org: "Org", query: Query, names: Names, *, deleted: bool) -> Plan:
    """Return how the rows of a query are found."""
    with_deleted = deleted or query.all_rows
    return choose(store_of(org, query), query.where, names, deleted=with_deleted)


def conditions_of(org: "Org", names: Names, where: Condition) -> Conditions:
    """Return what compiles a WHERE, once its inner queries are allowed ones."""
    check_inner_queries(names, where)

    def inner(membership: Membership) -> Iterable[Any]:
        query = membership.values
        assert isinstance(query, Query)  # noqa: S101 - what makes it an inner query
        own = names_of(org, query, user_id=names.asker.user_id)
        path = check_column(names, resolve(names, membership.left), own, query)
        read = folding(own.find(path))
        return [read(row) for row in matching(org, query, own, deleted=False)]

    return Conditions(names, inner=inner)


def _in_scope(query: Query, names: Names) -> Callable[[Row], bool]:
    scope = query.scope.replace("_", "")
    holds = _SCOPES.get(scope)
    owned = names.kind.field("OwnerId") is not None
    if holds is None or not (owned or scope == "everything"):
        message = f"scope '{query.scope}' is not supported for {names.kind.name}"
        raise ApiError("INVALID_QUERY_SCOPE", message)
    user_id = names.asker.user_id
    return lambda row: holds(row, user_id)
