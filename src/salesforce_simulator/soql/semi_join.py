"""What a query within a condition must be: IN (SELECT ...) and NOT IN (SELECT ...).

It selects one id of the same object as the field on its left; two of them at most, not within OR,
not within each other.
"""

from collections.abc import Iterator

from salesforce_simulator.schema import SObjectType
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import (
    All,
    AnyOf,
    Column,
    Condition,
    Membership,
    Not,
    Path,
    Query,
)

MAX_INNER = 2


def check_inner_queries(names: Names, where: Condition | None) -> None:
    """Refuse a condition whose inner queries the API would refuse."""
    inner = list(_memberships(where)) if where is not None else []
    if len(inner) > MAX_INNER:
        message = f"Maximum {MAX_INNER} semi join sub-selects are allowed"
        raise names.refuse("MALFORMED_QUERY", inner[MAX_INNER][0].left.position, message)
    for membership, within_or in inner:
        position = membership.left.position
        if within_or:
            message = "Semi join sub-selects are not allowed with the 'OR' operator"
            raise names.refuse("MALFORMED_QUERY", position, message)
        _check_left(names, membership)
        assert isinstance(membership.values, Query)  # noqa: S101 - what _memberships yields
        _check_clauses(names, membership.values)


def check_column(outer: Names, left: Found, inner: Names, query: Query) -> Path:
    """Return the path of an inner query's only column, once it fits the field on the left."""
    match query.items:
        case (Column(Path() as path, None),):
            pass
        case _:
            message = "Semi join sub-selects select exactly one field"
            raise outer.refuse("MALFORMED_QUERY", query.object_position, message)
    found = inner.find(path)
    if found.field.type not in {"id", "reference"}:
        message = f"semi join sub selects can only query id fields, cannot use: '{path}'"
        raise outer.refuse("INVALID_FIELD", path.position, message)
    if len(found.parents) > 1:
        message = (
            f"The inner select field '{path}' cannot have more than one level of relationships"
        )
        raise outer.refuse("INVALID_FIELD", path.position, message)
    if inner.kind is outer.kind:
        message = "The inner and outer selects should not be on the same object type"
        raise outer.refuse("MALFORMED_QUERY", query.object_position, message)
    if not _objects(left) & _objects(found):
        message = (
            f"The selected field '{path}' in the subquery and the left operand field in the "
            f"where expression in the outer query '{left.field.name}' should point to the same "
            "object type"
        )
        raise outer.refuse("INVALID_FIELD", path.position, message)
    return path


def _memberships(
    condition: Condition, *, within_or: bool = False
) -> Iterator[tuple[Membership, bool]]:
    match condition:
        case All(parts):
            for part in parts:
                yield from _memberships(part, within_or=within_or)
        case AnyOf(parts):
            for part in parts:
                yield from _memberships(part, within_or=True)
        case Not(part):
            yield from _memberships(part, within_or=within_or)
        case Membership(values=Query()):
            yield condition, within_or


def _check_left(names: Names, membership: Membership) -> None:
    left = membership.left
    field = names.find(left).field if isinstance(left, Path) else None
    if field is None or field.type not in {"id", "reference"}:
        message = (
            "The left operand field in the where expression for outer query should be an id "
            f"field, cannot use: '{left}'"
        )
        raise names.refuse("INVALID_FIELD", left.position, message)


def _check_clauses(names: Names, query: Query) -> None:
    if query.where is not None and any(_memberships(query.where)):
        message = "Nesting of semi join sub-selects is not supported"
        raise names.refuse("MALFORMED_QUERY", query.object_position, message)
    named = {
        "GROUP": query.group_by,
        "ORDER": query.order_by,
        "LIMIT": query.limit is not None,
        "OFFSET": query.offset,
        "FOR": query.purposes,
    }
    unwanted = next((word for word, there in named.items() if there), None)
    if unwanted is not None:
        message = f"unexpected token: '{unwanted}'"
        raise names.refuse("MALFORMED_QUERY", query.object_position, message)


def _objects(found: Found) -> set[str]:
    kind: SObjectType = found.kind
    return {kind.name} if found.field.type == "id" else set(found.field.targets)
