"""Turn WHERE into a predicate over rows.

Text compares without regard to case unless its field says otherwise, ids in either length, null
only with = and !=. A condition is true or false, never unknown: `x != 'a'` holds for a null x.
"""

import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from salesforce_simulator.clock import from_stamp, to_exact_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema import Field
from salesforce_simulator.soql import dates
from salesforce_simulator.soql.errors import invalid_field, malformed
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Membership,
    Not,
    Query,
    Value,
)
from salesforce_simulator.store import Row

Predicate = Callable[[Row], bool]
RunQuery = Callable[[Query], Iterable[Any]]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Conditions:
    """Compiles conditions for one FROM. `now` fixes what TODAY means."""

    def __init__(self, names: Names, *, now: Any, run: RunQuery) -> None:
        self._names = names
        self._now = now
        self._run = run

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

    def comparable(self, field: Field, value: Value) -> Any:
        """Return a literal as the values of a field compare with it; None for null."""
        if value.kind == "null":
            return None
        wanted, convert = _LITERALS.get(field.type, ("string", _folded_text))
        if value.kind != wanted:
            raise _wrong_type(field, value)
        return convert(field, value.text)

    def _comparison(self, condition: Comparison) -> Predicate:
        found = self._filterable(condition)
        value, symbol = condition.value, condition.operator
        if symbol == "LIKE":
            return _like(found, value)
        if value.kind == "range":
            return self._in_span(found, symbol, value)
        wanted = self.comparable(found.field, value)
        read = folding(found)
        if symbol == "=":
            return lambda row: bool(read(row) == wanted)
        if symbol == "!=":
            return lambda row: bool(read(row) != wanted)
        if wanted is None or found.field.type == "boolean":
            raise _wrong_operator(found.field)
        compare = _COMPARE[symbol]

        def holds(row: Row) -> bool:
            there = read(row)
            return there is not None and compare(there, wanted)

        return holds

    def _membership(self, condition: Membership) -> Predicate:
        found = self._filterable(condition)
        read = folding(found)
        if condition.operator in {"INCLUDES", "EXCLUDES"}:
            return self._includes(found, condition)
        if isinstance(condition.values, Query):
            wanted = set(self._run(condition.values))
        else:
            wanted = {self.comparable(found.field, each) for each in condition.values}
        if condition.operator == "IN":
            return lambda row: read(row) in wanted
        return lambda row: read(row) not in wanted

    def _includes(self, found: Found, condition: Membership) -> Predicate:
        if found.field.type != "multipicklist" or isinstance(condition.values, Query):
            raise _wrong_operator(found.field)
        groups = [set(each.text.casefold().split(";")) for each in condition.values]
        read, wanted = found.read, condition.operator == "INCLUDES"

        def holds(row: Row) -> bool:
            chosen = set(str(read(row) or "").casefold().split(";"))
            return any(group <= chosen for group in groups) is wanted

        return holds

    def _in_span(self, found: Found, symbol: str, value: Value) -> Predicate:
        if found.field.type not in {"date", "datetime"}:
            raise _wrong_type(found.field, value)
        first, after = dates.span(value.text, now=self._now)
        if found.field.type == "date":
            low, high = first.date().isoformat(), after.date().isoformat()
        else:
            low, high = to_exact_stamp(first), to_exact_stamp(after)
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

    def _filterable(self, condition: Comparison | Membership) -> Found:
        found = self._names.find(condition.path)
        if not found.field.filterable or found.field.type == "address":
            raise invalid_field(f"field '{found.field.name}' can not be filtered in a query call")
        return found


def folding(found: Found) -> Callable[[Row], Any]:
    """Return the reader of a field that folds text as `comparable` folds literals."""
    read = found.read
    if not found.field.is_text or found.field.case_sensitive:
        return read

    def read_folded(row: Row) -> Any:
        there = read(row)
        return there.casefold() if there is not None else None

    return read_folded


def _like(found: Found, value: Value) -> Predicate:
    if value.kind != "string" or not found.field.is_text:
        raise _wrong_operator(found.field)
    parts = re.findall(r"\\[_%]|.", value.text, re.DOTALL)
    pattern = "".join(_LIKE.get(each, re.escape(each[-1])) for each in parts)
    matches = re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch
    read = found.read

    def holds(row: Row) -> bool:
        there = read(row)
        return there is not None and matches(there) is not None

    return holds


_LIKE = {"%": ".*", "_": "."}


def _folded_text(field: Field, text: str) -> str:
    return text if field.case_sensitive else text.casefold()


def _id(field: Field, text: str) -> str:
    known = normal_id(text)
    if known is None:
        message = f"invalid ID field: {text}"
        raise ApiError("INVALID_QUERY_FILTER_OPERATOR", message)
    return known


def _number(field: Field, text: str) -> float:
    return float(text)


def _boolean(field: Field, text: str) -> bool:
    return text == "true"


def _date(field: Field, text: str) -> str:
    return text


def _datetime(field: Field, text: str) -> str:
    try:
        return to_exact_stamp(from_stamp(text))
    except ValueError:
        raise malformed(f"line 1:1 no viable alternative at input '{text}'") from None


# Per field type: the kind of literal it compares with, and how that is read.
_LITERALS: dict[str, tuple[str, Callable[[Field, str], Any]]] = {
    "id": ("string", _id),
    "reference": ("string", _id),
    "int": ("number", _number),
    "double": ("number", _number),
    "currency": ("number", _number),
    "percent": ("number", _number),
    "boolean": ("boolean", _boolean),
    "date": ("date", _date),
    "datetime": ("datetime", _datetime),
}


def _wrong_type(field: Field, value: Value) -> ApiError:
    name = {"datetime": "dateTime"}.get(field.type, field.type)
    quotes = "should be" if field.type not in _LITERALS else "should not be"
    if value.kind == "range":
        return malformed(f"unexpected token: '{value.text}'")
    return invalid_field(
        f"value of filter criterion for field '{field.name}' must be of type {name} "
        f"and {quotes} enclosed in quotes"
    )


def _wrong_operator(field: Field) -> ApiError:
    return ApiError(
        "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {field.type} field: {field.name}"
    )
