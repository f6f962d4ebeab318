"""Turn WHERE and HAVING into a predicate.

Text compares without regard to case unless its field says otherwise, ids in either length, null
only with = and !=. A condition is true or false, never unknown: `x != 'a'` holds for a null x.
"""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from salesforce_simulator.soql.functions import resolve
from salesforce_simulator.soql.literals import comparable, days_between, wrong_type
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Expression,
    Membership,
    Not,
    Query,
    Value,
)
from salesforce_simulator.soql.wildcards import like
from salesforce_simulator.store import Row

Predicate = Callable[[Row], bool]
# Finds what stands on the left of a comparison; HAVING finds other things than WHERE.
Resolve = Callable[[Names, Expression], Found]
# The values that IN (SELECT ...) looks among.
InnerValues = Callable[[Membership], Iterable[Any]]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# What the types compare with besides = and !=; everything else takes all of these.
_ORDER_AND_IN = frozenset({"<", "<=", ">", ">=", "IN", "NOT IN"})
_OPERATORS = {
    "boolean": frozenset({"IN", "NOT IN"}),
    "multipicklist": frozenset({"IN", "NOT IN", "INCLUDES", "EXCLUDES"}),
}
_ALWAYS = frozenset({"=", "!="})


class Conditions:
    """Compiles conditions over the names of one FROM."""

    def __init__(
        self, names: Names, *, inner: InnerValues, resolve_left: Resolve = resolve
    ) -> None:
        self.names = names
        self._inner = inner
        self._resolve = resolve_left

    def compile(self, condition: Condition) -> Predicate:
        """Return the predicate. ApiError where a field or a value does not fit."""
        match condition:
            case All(parts):
                every = [self.compile(each) for each in parts]
                return lambda row: all(each(row) for each in every)
            case AnyOf(parts):
                some = [self.compile(each) for each in parts]
                return lambda row: any(each(row) for each in some)
            case Not(part):
                inner = self.compile(part)
                return lambda row: not inner(row)
            case Membership():
                return self._membership(condition)
            case Comparison():
                return self._comparison(condition)

    def _comparison(self, condition: Comparison) -> Predicate:
        found = self._filterable(condition)
        value, symbol = condition.value, condition.operator
        if symbol == "LIKE":
            return self._like(found, value, condition.left.position)
        if value.kind == "range":
            return self._in_days(found, symbol, value, condition.left.position)
        wanted = comparable(self.names, found, value, condition.left.position)
        read = folding(found)
        if symbol == "=":
            return lambda row: bool(read(row) == wanted)
        if symbol == "!=":
            return lambda row: bool(read(row) != wanted)
        compare = _COMPARE[symbol]
        if wanted is None:
            # Nothing is before or behind null; everything there is stands behind ''.
            behind_nothing = value.kind == "string" and symbol in {">", ">="}
            return lambda row: behind_nothing and read(row) is not None

        def holds(row: Row) -> bool:
            there = read(row)
            return there is not None and compare(there, wanted)

        return holds

    def _membership(self, condition: Membership) -> Predicate:
        found = self._filterable(condition)
        if condition.operator in {"INCLUDES", "EXCLUDES"}:
            return self._includes(found, condition)
        if isinstance(condition.values, Query):
            wanted = set(self._inner(condition)) - {None}
        else:
            spans = [each for each in condition.values if each.kind == "range"]
            if spans:
                return self._in_any_days(found, condition)
            position = condition.left.position
            values = condition.values
            wanted = {comparable(self.names, found, each, position) for each in values}
        read = folding(found)
        if condition.operator == "IN":
            return lambda row: read(row) in wanted
        return lambda row: read(row) not in wanted

    def _in_any_days(self, found: Found, condition: Membership) -> Predicate:
        """IN (TODAY, 2026-01-01): relative dates are spans, not values."""
        assert isinstance(condition.values, tuple)  # noqa: S101 - the caller looked into it
        same = [
            self._comparison(Comparison(condition.left, "=", each)) for each in condition.values
        ]
        wanted = condition.operator == "IN"
        return lambda row: any(each(row) for each in same) is wanted

    def _includes(self, found: Found, condition: Membership) -> Predicate:
        values = condition.values
        if found.field.type != "multipicklist" or isinstance(values, Query):
            raise self._wrong_operator(found, condition.left.position)
        for each in values:
            if each.kind != "string":
                raise wrong_type(self.names, found.field, each, condition.left.position)
        groups = [set(each.text.casefold().split(";")) for each in values]
        read, wanted = found.read, condition.operator == "INCLUDES"

        def holds(row: Row) -> bool:
            chosen = set(str(read(row) or "").casefold().split(";"))
            return any(group <= chosen for group in groups) is wanted

        return holds

    def _in_days(self, found: Found, symbol: str, value: Value, position: int) -> Predicate:
        low, high = days_between(self.names, found, value, position)
        tests: dict[str, Callable[[str], bool]] = {
            "=": lambda there: low <= there < high,
            "!=": lambda there: not low <= there < high,
            "<": lambda there: there < low,
            "<=": lambda there: there < high,
            ">": lambda there: there >= high,
            ">=": lambda there: there >= low,
        }
        test, read, if_null = tests[symbol], found.read, symbol == "!="

        def holds(row: Row) -> bool:
            there = read(row)
            return if_null if there is None else test(there)

        return holds

    def _like(self, found: Found, value: Value, position: int) -> Predicate:
        if not found.field.is_text or found.field.type == "multipicklist":
            raise self._wrong_operator(found, position)
        if value.kind != "string":
            raise wrong_type(self.names, found.field, value, position)
        matches, read = like(value.raw), found.read

        def holds(row: Row) -> bool:
            there = read(row)
            return there is not None and matches(there)

        return holds

    def _filterable(self, condition: Comparison | Membership) -> Found:
        found = self._resolve(self.names, condition.left)
        field, position = found.field, condition.left.position
        if not field.filterable or field.type == "address":
            message = f"field '{field.name}' can not be filtered in a query call"
            raise self.names.refuse("INVALID_FIELD", position, message)
        allowed = _OPERATORS.get(field.type, _ORDER_AND_IN | {"LIKE"}) | _ALWAYS
        if field.type == "distance":
            allowed = frozenset({"<", ">"})
        if condition.operator not in allowed:
            raise self._wrong_operator(found, position)
        return found

    def _wrong_operator(self, found: Found, position: int) -> Exception:
        message = f"invalid operator on {found.field.type} field"
        return self.names.refuse("INVALID_QUERY_FILTER_OPERATOR", position, message)


def folding(found: Found) -> Callable[[Row], Any]:
    """Return the reader of a field that folds text as `comparable` folds literals."""
    read = found.read
    if not found.field.is_text or found.field.case_sensitive:
        return read

    def read_folded(row: Row) -> Any:
        there = read(row)
        return there.casefold() if there is not None else None

    return read_folded
