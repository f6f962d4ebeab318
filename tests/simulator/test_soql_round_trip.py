"""A parsed query, written out again, is the same query: nothing of it is lost or guessed."""

# ruff: noqa: S608 - SOQL is what is tested

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.soql.parser import parse
from salesforce_simulator.soql.syntax import (
    All,
    AnyOf,
    Children,
    Column,
    Comparison,
    Condition,
    FieldGroup,
    FunctionCall,
    Item,
    Membership,
    Not,
    Order,
    Path,
    Query,
    TypeOf,
    Value,
)

NAMES = st.sampled_from(["Id", "Name", "Key__c", "Account", "Parent__r", "x", "Format", "Type"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: Path(tuple(names), 0))
RAW = st.text(alphabet="ab é\\n%_'\"", max_size=5).map(
    lambda text: text.replace("\\", "\\\\").replace("'", "\\'")
)
VALUES = st.one_of(
    RAW.map(lambda raw: Value("string", "", 0, raw)),
    st.sampled_from(["1", "-2.5", "1e3", "+.5"]).map(lambda text: Value("number", text, 0)),
    st.sampled_from(["true", "false"]).map(lambda text: Value("boolean", text, 0)),
    st.just(Value("null", "", 0)),
    st.just(Value("date", "2026-01-31", 0)),
    st.sampled_from(["2026-01-31T00:00:00Z", "2026-01-31T10:20:30.123+02:00"]).map(
        lambda text: Value("datetime", text, 0)
    ),
    st.sampled_from(["TODAY", "LAST_N_DAYS:7"]).map(lambda text: Value("range", text, 0)),
    st.sampled_from(["5000", "12.25"]).map(lambda text: Value("currency", text, 0)),
)
FUNCTIONS = st.sampled_from(["COUNT", "MAX", "CALENDAR_YEAR", "TOLABEL", "GROUPING"])
CALLS = st.recursive(
    st.builds(FunctionCall, FUNCTIONS, st.tuples(PATHS), st.just(0)),
    lambda inner: st.builds(FunctionCall, FUNCTIONS, st.tuples(inner), st.just(0)),
    max_leaves=2,
)
EXPRESSIONS = PATHS | CALLS
ALIASES = st.none() | st.sampled_from(["n", "expr0", "cnt"])
ITEMS = st.one_of(
    st.builds(Column, EXPRESSIONS, ALIASES),
    st.builds(FieldGroup, st.sampled_from(["ALL", "STANDARD", "CUSTOM"]), st.just(0)),
    st.builds(
        TypeOf,
        PATHS,
        st.lists(st.tuples(PATHS, st.tuples(PATHS)), min_size=1, max_size=2).map(tuple),
        st.lists(PATHS, max_size=2).map(tuple),
    ),
)
ORDERS = st.builds(Order, EXPRESSIONS, st.booleans(), st.booleans())


def several(strategy: Any, *, at_least: int = 0) -> Any:
    return st.lists(strategy, min_size=at_least, max_size=3).map(tuple)


def conditions(queries: Any) -> Any:
    memberships = st.builds(
        Membership, EXPRESSIONS, st.sampled_from(["IN", "NOT IN"]), several(VALUES, at_least=1)
    )
    includes = st.builds(
        Membership, PATHS, st.sampled_from(["INCLUDES", "EXCLUDES"]), several(VALUES, at_least=1)
    )
    symbols = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "LIKE"])
    comparisons = st.builds(Comparison, EXPRESSIONS, symbols, VALUES)
    inner = (
        st.builds(Membership, PATHS, st.just("IN"), queries) if queries is not None else includes
    )
    return st.recursive(
        st.one_of(comparisons, memberships, includes, inner),
        lambda part: st.one_of(
            st.builds(All, st.lists(part, min_size=2, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(part, min_size=2, max_size=3).map(tuple)),
            st.builds(Not, part),
        ),
        max_leaves=4,
    )


def queries(items: Any, where: Any) -> Any:
    return st.builds(
        Query,
        text=st.just(""),
        items=several(items, at_least=1),
        object_name=NAMES,
        object_position=st.just(0),
        alias=st.none() | st.just("c"),
        aliases=several(st.tuples(st.just("a"), PATHS)),
        scope=st.sampled_from(["", "mine"]),
        where=st.none() | where,
        mode=st.sampled_from(["", "SECURITY_ENFORCED", "USER_MODE"]),
        group_by=several(EXPRESSIONS),
        having=st.none() | where,
        order_by=several(ORDERS),
        limit=st.none() | st.integers(0, 999_999),
        offset=st.integers(0, 2000),
        purposes=several(st.sampled_from(["VIEW", "REFERENCE"])),
        all_rows=st.booleans(),
    )


SIMPLE = queries(ITEMS, conditions(None))
QUERIES = queries(ITEMS | st.builds(Children, SIMPLE), conditions(SIMPLE))


def written(query: Query) -> str:
    parts = [f"SELECT {listed(map(written_item, query.items))} FROM {query.object_name}"]
    parts += [query.alias] if query.alias else []
    parts += [f", {path} AS {alias}" for alias, path in query.aliases]
    parts += [f"USING SCOPE {query.scope}"] if query.scope else []
    parts += [f"WHERE {written_condition(query.where)}"] if query.where else []
    parts += [f"WITH {query.mode}"] if query.mode else []
    parts += [f"GROUP BY {listed(map(str, query.group_by))}"] if query.group_by else []
    parts += [f"HAVING {written_condition(query.having)}"] if query.having else []
    parts += [f"ORDER BY {listed(map(written_order, query.order_by))}"] if query.order_by else []
    parts += [f"LIMIT {query.limit}"] if query.limit is not None else []
    parts += [f"OFFSET {query.offset}"] if query.offset else []
    parts += [f"FOR {purpose}" for purpose in query.purposes]
    return " ".join([*parts, "ALL ROWS"] if query.all_rows else parts)


def listed(parts: Any) -> str:
    return ", ".join(parts)


def written_item(item: Item) -> str:
    match item:
        case Column(expression, alias):
            return f"{expression} {alias}" if alias else str(expression)
        case FieldGroup(group):
            return f"FIELDS({group})"
        case Children(query):
            return f"({written(query)})"
        case TypeOf(relationship, choices, otherwise):
            whens = [f"WHEN {kind} THEN {listed(map(str, paths))}" for kind, paths in choices]
            last = [f"ELSE {listed(map(str, otherwise))}"] if otherwise else []
            return " ".join([f"TYPEOF {relationship}", *whens, *last, "END"])


def written_condition(condition: Condition) -> str:
    match condition:
        case All(parts):
            return " AND ".join(f"({written_condition(each)})" for each in parts)
        case AnyOf(parts):
            return " OR ".join(f"({written_condition(each)})" for each in parts)
        case Not(part):
            return f"NOT ({written_condition(part)})"
        case Membership(left, operator, values):
            among = written(values) if isinstance(values, Query) else _listed_values(values)
            return f"{left} {operator} ({among})"
        case Comparison(left, operator, value):
            return f"{left} {operator} {written_value(value)}"


def _listed_values(values: tuple[Value, ...]) -> str:
    return listed(map(written_value, values))


def written_value(value: Value) -> str:
    forms = {"string": f"'{value.raw}'", "null": "NULL", "currency": f"USD{value.text}"}
    return forms.get(value.kind, value.text)


def written_order(order: Order) -> str:
    direction = "DESC" if order.descending else "ASC"
    return f"{order.expression} {direction} NULLS {'LAST' if order.nulls_last else 'FIRST'}"


def without_places(node: Any) -> Any:
    """Take away what only says where something stood, and what follows from the rest."""
    if isinstance(node, tuple):
        return tuple(without_places(each) for each in node)
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    kept = {
        field.name: without_places(getattr(node, field.name))
        for field in dataclasses.fields(node)
        if not field.name.endswith("position")
        and not (isinstance(node, Query) and field.name == "text")
    }
    if isinstance(node, Value) and node.kind == "string":
        kept.pop("text")
    return type(node).__name__, kept


@given(query=QUERIES)
def test_what_is_written_is_what_was_parsed(query: Query) -> None:
    assert without_places(parse(written(query))) == without_places(query)
