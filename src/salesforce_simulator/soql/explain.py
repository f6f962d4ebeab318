"""?explain=: how a query would find its rows, and what else could have."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.parser import parse
from salesforce_simulator.soql.source import conditions_of, names_of, plan_of, store_of

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_NOT_INDEXED = "Not considering filter for optimization because unindexed"
# A plan that costs more than 1 is not selective; reading a whole table costs this at least.
_SCAN_COST, _SCAN_COST_PER_ROW = 0.65, 0.0001


def explain(org: "Org", text: str, *, user_id: str) -> dict[str, Any]:
    """Return the plans for a query, the one that is used first. ApiError as running it raises."""
    if normal_id(text.strip()) is not None:
        raise ApiError("INVALID_ID", f"there is no report or list view {text.strip()}")
    query = parse(text)
    names = names_of(org, query, user_id=user_id)
    if query.where is not None:
        conditions_of(org, names, query.where).compile(query.where)
    total = len(store_of(org, query).live)
    chosen = plan_of(org, query, names, deleted=False)
    plans = [_scan(names, total)]
    if chosen.field is not None:
        plans.insert(0, _index(names, chosen.field, total, len(list(chosen.rows))))
    return {"plans": plans, "sourceQuery": text}


def _index(names: Names, field: str, total: int, found: int) -> dict[str, Any]:
    cost = round(found / total, 4) if total else 0.0
    return _plan(names, total, "Index", found, cost, fields=[field])


def _scan(names: Names, total: int) -> dict[str, Any]:
    cost = round(_SCAN_COST + total * _SCAN_COST_PER_ROW, 4)
    return _plan(names, total, "TableScan", total, cost, fields=[])


def _plan(
    names: Names, total: int, operation: str, found: int, cost: float, *, fields: list[str]
) -> dict[str, Any]:
    note = {
        "description": _NOT_INDEXED,
        "fields": ["IsDeleted"],
        "tableEnumOrId": names.kind.name,
    }
    return {
        "cardinality": found,
        "fields": fields,
        "leadingOperationType": operation,
        "notes": [note],
        "relativeCost": cost,
        "sobjectCardinality": total,
        "sobjectType": names.kind.name,
    }
