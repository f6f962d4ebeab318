"""The groups of an aggregate query: their fields, and what is measured of their members."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from salesforce_simulator.schema import Field
from salesforce_simulator.soql.conditions import folding
from salesforce_simulator.soql.expression_parser import AGGREGATES
from salesforce_simulator.soql.functions import formatter, is_shown_only, resolve
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Expression, FunctionCall, Path
from salesforce_simulator.store import Row

Measure = Callable[[list[Row]], Any]
_NOT_AGGREGATABLE = frozenset({"boolean", "address", "multipicklist"})


class Groups:
    """Finds grouped fields and aggregates, and makes the row of each group."""

    def __init__(self, names: Names, group_by: Sequence[Expression], *, subtotals: bool) -> None:
        self.names = names
        self.fields = [self._groupable(each) for each in group_by]
        self._subtotals = subtotals
        self._measures: dict[str, Measure] = {}

    def find(self, names: Names, expression: Expression) -> Found:
        """Return what reads an expression from the row of a group."""
        if isinstance(expression, FunctionCall):
            if expression.function in AGGREGATES:
                return self._aggregate(expression)
            if expression.function == "GROUPING":
                return self._grouping(expression)
            if is_shown_only(expression) and not isinstance(expression.arguments[0], Path):
                return self._formatted(expression)
        return self._grouped(names, expression, "Field must be grouped or aggregated")

    def find_ordered(self, names: Names, expression: Expression) -> Found:
        """Return what a column of ORDER BY reads from the row of a group."""
        if isinstance(expression, Path):
            message = "Ordered field must be grouped or aggregated"
            return self._grouped(names, expression, message)
        return self.find(names, expression)

    def row(self, level: tuple[int, ...], members: list[Row]) -> Row:
        """Return a group's row: fields outside the level are null, for they are summed up."""
        made: Row = {
            found.key: found.read(members[0]) if number in level else None
            for number, found in enumerate(self.fields)
        }
        made |= {
            _grouping_key(each): number not in level for number, each in enumerate(self.fields)
        }
        return made | {key: measure(members) for key, measure in self._measures.items()}

    def _groupable(self, expression: Expression) -> Found:
        found = resolve(self.names, expression)
        if not found.field.groupable:
            message = f"field '{found.field.name}' can not be grouped in a query call"
            raise self.names.refuse("INVALID_FIELD", expression.position, message)
        return found

    def _grouped(self, names: Names, expression: Expression, refusal: str) -> Found:
        found = resolve(names, expression)
        wanted = found.key
        if is_shown_only(expression):
            wanted = resolve(names, expression.arguments[0]).key  # type: ignore[union-attr,arg-type]
        known = next((each for each in self.fields if each.key == wanted), None)
        if known is None:
            message = f"{refusal}: {_shown(expression)}"
            raise names.refuse("MALFORMED_QUERY", expression.position, message)
        return self._read(known.field, wanted)

    def _aggregate(self, call: FunctionCall) -> Found:
        match call.arguments:
            case (argument,) if isinstance(argument, Path | FunctionCall):
                found = resolve(self.names, argument)
            case _:
                message = f"{call.function} takes one field"
                raise self.names.refuse("MALFORMED_QUERY", call.position, message)
        field = found.field
        numbers_only = call.function in {"SUM", "AVG"} and not field.is_number
        if numbers_only or field.type in _NOT_AGGREGATABLE or field.is_long_text:
            message = f"field {field.name} does not support aggregate operator {call.function}"
            raise self.names.refuse("MALFORMED_QUERY", call.position, message)
        key = f"{call.function} of {found.key}"
        self._measures[key] = _measure(call.function, found)
        kind = {"COUNT": "int", "COUNT_DISTINCT": "int", "SUM": "double", "AVG": "double"}
        label = f"{call.function.lower()}({field.name})"
        return self._read(_result(label, kind.get(call.function, field.type)), key)

    def _grouping(self, call: FunctionCall) -> Found:
        match call.arguments:
            case (Path() as path,):
                known = self._grouped(self.names, path, "Field must be grouped or aggregated")
            case _:
                message = "GROUPING takes one field"
                raise self.names.refuse("MALFORMED_QUERY", call.position, message)
        if not self._subtotals:
            message = "GROUPING needs GROUP BY ROLLUP or GROUP BY CUBE"
            raise self.names.refuse("MALFORMED_QUERY", call.position, message)
        found = self._read(_result(f"grouping({path})", "int"), _grouping_key(known))
        return _converted(found, int)

    def _formatted(self, call: FunctionCall) -> Found:
        inner = call.arguments[0]
        assert isinstance(inner, FunctionCall)  # noqa: S101 - the caller looked
        found = self.find(self.names, inner)
        if call.function != "FORMAT":
            return found
        return _converted(found, formatter(found.field, self.names.asker))

    def _read(self, field: Field, key: str) -> Found:
        def read(row: Row) -> Any:
            return row[key]

        return Found(field, self.names.kind, (), read, read, key)


def _converted(found: Found, convert: Callable[[Any], Any]) -> Found:
    def read(row: Row) -> Any:
        value = found.read(row)
        return convert(value) if value is not None else None

    return Found(found.field, found.kind, (), read, read, found.key)


def _result(label: str, kind: str) -> Field:
    return Field(name=label, label=label, type=kind, filterable=True, sortable=True)


def _grouping_key(found: Found) -> str:
    return f"GROUPING of {found.key}"


def _shown(expression: Expression) -> str:
    return expression.names[-1] if isinstance(expression, Path) else str(expression)


def _measure(function: str, found: Found) -> Measure:
    read, folded = found.read, folding(found)
    by_value: dict[str, Measure] = {
        "COUNT": lambda members: sum(read(row) is not None for row in members),
        "COUNT_DISTINCT": lambda members: len({folded(row) for row in members} - {None}),
        "MIN": lambda members: _extreme(min, members, read, folded),
        "MAX": lambda members: _extreme(max, members, read, folded),
        "SUM": lambda members: _sum(_known(members, read)),
        "AVG": lambda members: _average(_known(members, read)),
    }
    return by_value[function]


def _known(members: list[Row], read: Callable[[Row], Any]) -> list[Any]:
    return [value for row in members if (value := read(row)) is not None]


def _extreme(
    choose: Callable[..., Any],
    members: list[Row],
    read: Callable[[Row], Any],
    folded: Callable[[Row], Any],
) -> Any:
    known = [row for row in members if read(row) is not None]
    return read(choose(known, key=folded)) if known else None


def _sum(values: list[Any]) -> float | None:
    return math.fsum(values) if values else None


def _average(values: list[Any]) -> float | None:
    return math.fsum(values) / len(values) if values else None
