"""?columns=true: what the columns of a query are, without running it."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.schema import Field
from salesforce_simulator.soql.aggregate import is_aggregate, is_plain_count
from salesforce_simulator.soql.errors import no_such_child
from salesforce_simulator.soql.groups import Groups
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.parser import parse
from salesforce_simulator.soql.select import Chosen, chosen_of
from salesforce_simulator.soql.source import matching, names_of
from salesforce_simulator.soql.syntax import Children, Column, FunctionCall, Path, Query, TypeOf

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_APEX_TYPES = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "int": "Integer",
    "double": "Double",
    "currency": "Double",
    "percent": "Double",
    "date": "Date",
    "datetime": "Datetime",
    "address": "Address",
}


def describe_columns(org: "Org", text: str, *, user_id: str) -> dict[str, Any]:
    """Return the columns of a query as the API describes them. ApiError as running it raises."""
    query = parse(text)
    names = names_of(org, query, user_id=user_id)
    # Nothing is read, but what WHERE gets wrong is said.
    matching(org, query, names, deleted=False)
    columns = _columns(org, query, names)
    return {
        "columnMetadata": columns,
        "entityName": names.kind.name,
        "groupBy": bool(query.group_by),
        "idSelected": any(each["columnName"] == "Id" for each in columns),
        "keyPrefix": names.kind.key_prefix,
    }


def _columns(org: "Org", query: Query, names: Names) -> list[dict[str, Any]]:
    if is_plain_count(query):
        return []
    if is_aggregate(query):
        return _aggregate_columns(query, names)
    columns: list[dict[str, Any]] = []
    for item in query.items:
        if isinstance(item, Children):
            columns.append(_children(org, item.query, names))
        elif isinstance(item, TypeOf):
            parents, _ = names.find_parent(item.relationship)
            _under(columns, parents)
        else:
            for each in chosen_of(item, names, query):
                _add(columns, each)
    return columns


def _add(columns: list[dict[str, Any]], column: Chosen) -> None:
    found = column.found
    where = columns if column.label else _under(columns, found.parents)
    where.append(
        _column(found.field, column.label or found.field.name, field_itself=not column.label)
    )


def _under(columns: list[dict[str, Any]], parents: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Return the list of the columns of a parent, which is made where it is not there yet."""
    for reference in parents:
        label = reference.relationship or reference.name
        there = next((each for each in columns if each["columnName"] == label), None)
        if there is None:
            there = {**_nothing(label), "foreignKeyName": reference.name}
            columns.append(there)
        columns = there["joinColumns"]
    return columns


def _aggregate_columns(query: Query, names: Names) -> list[dict[str, Any]]:
    groups = Groups(names, query.group_by, subtotals=bool(query.subtotals))
    columns = []
    unnamed = 0
    for item in query.items:
        if not isinstance(item, Column):
            continue
        found = groups.find(names, item.expression)
        if isinstance(item.expression, FunctionCall):
            label = item.alias or f"expr{unnamed}"
            unnamed += item.alias is None
            shown = found.field.label if item.alias is None else label
            number = found.field.is_number
            made = {"aggregate": True, "displayName": shown, "numberType": number}
            columns.append(_nothing(label) | made)
        else:
            label = item.alias or found.field.name
            columns.append(_column(found.field, label, field_itself=True))
    return columns


def _children(org: "Org", query: Query, names: Names) -> dict[str, Any]:
    path = Path(tuple(query.object_name.split(".")), query.object_position)
    relationship = names.of_child(path)
    for kind, _, label in org.schema.children(names.kind):
        if label is not None and label.lower() == relationship.lower():
            own = Names(org, kind, text=query.text, alias=query.alias, aliases=query.aliases)
            below = _columns(org, query, own)
            return _nothing(label) | {"aggregate": True, "joinColumns": below}
    raise no_such_child(query.text, query.object_position, name=relationship)


def _column(field: Field, label: str, *, field_itself: bool) -> dict[str, Any]:
    return _nothing(label) | {
        "apexType": _APEX_TYPES.get(field.type, "String"),
        "booleanType": field.type == "boolean",
        "custom": field.custom,
        "insertable": field.createable and field_itself,
        "numberType": field.is_number,
        "textType": field.is_text,
        "updatable": field.updateable and field_itself,
    }


def _nothing(label: str) -> dict[str, Any]:
    """A column of which only the name is known."""
    return {
        "aggregate": False,
        "apexType": None,
        "booleanType": False,
        "columnName": label,
        "custom": False,
        "displayName": label,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
