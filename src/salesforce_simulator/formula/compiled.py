"""A formula made ready for an object: fields found once, evaluated row by row.

    is_vip = compile_formula(org, "Contact", 'AND(NOT(ISBLANK(Email)), Account.Name = "Acme")')
    is_vip.value(row)

Beside the functions of `functions.py` there are those that speak of the moment: TODAY, NOW, and,
where a record is being saved, ISNEW, ISCHANGED and PRIORVALUE.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from salesforce_simulator.errors import ApiError
from salesforce_simulator.formula.functions import FUNCTIONS, Function
from salesforce_simulator.formula.parser import parse
from salesforce_simulator.formula.syntax import (
    Expression,
    FormulaError,
    FunctionCall,
    Literal,
    Operation,
    Reference,
)
from salesforce_simulator.formula.values import (
    NoValue,
    Value,
    add,
    compare,
    equal,
    finite,
    from_stored,
    number,
    subtract,
    text,
    truth,
)
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.syntax import Path
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula is evaluated on: a row, what it was before (None for a new one), and now."""

    row: Row
    old: Row | None
    now: datetime


Evaluate = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula. `text` is what was written."""

    text: str
    _evaluate: Evaluate
    _now: Callable[[], datetime]

    def value(self, row: Row, *, old: Row | None = None) -> Value:
        """Return the value for a row; None as well where it cannot be computed."""
        try:
            return self._evaluate(Scope(row, old, self._now()))
        except NoValue:
            return None

    def holds(self, row: Row, *, old: Row | None = None) -> bool:
        """Tell whether the formula is true for a row."""
        return self.value(row, old=old) is True


def compile_formula(org: "Org", object_name: str, source: str) -> Formula:
    """Return the formula of a text about an object's records. FormulaError where it is none."""
    names = Names(org.whole, org.whole.store(object_name).kind, text=source, alias=None)
    evaluate = _Compiler(names).expression(parse(source))
    return Formula(source, evaluate, org.now)


class _Compiler:
    def __init__(self, names: Names) -> None:
        self._names = names

    def expression(self, node: Expression) -> Evaluate:
        match node:
            case Literal(value):
                return lambda scope: value
            case Reference():
                return self._reference(node)
            case Operation(symbol, (only,)):
                return _unary(symbol, self.expression(only))
            case Operation(symbol, (left, right)):
                return _binary(symbol, self.expression(left), self.expression(right))
            case FunctionCall():
                return self._call(node)
        raise FormulaError("an operator takes one or two operands")

    def _reference(self, node: Reference) -> Evaluate:
        read = self._reader(node)
        return lambda scope: read(scope.row)

    def _reader(self, node: Reference) -> Callable[[Row], Value]:
        try:
            found = self._names.find(Path(node.names, 0))
        except ApiError:
            raise FormulaError(f"there is no field {'.'.join(node.names)}") from None
        if found.field.type == "address":
            raise FormulaError(f"{found.field.name} cannot be used in a formula")
        read, convert = found.read, from_stored(found.field)
        return lambda row: convert(read(row))

    def _call(self, node: FunctionCall) -> Evaluate:
        momentary = _MOMENTARY.get(node.name)
        if momentary is not None:
            return self._momentary(node, momentary)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise FormulaError(f"unknown function {node.name}")
        _check_count(node, function.least, function.most)
        return _applied(function, [self.expression(each) for each in node.arguments])

    def _momentary(self, node: FunctionCall, takes_field: bool) -> Evaluate:
        _check_count(node, int(takes_field), int(takes_field))
        if not takes_field:
            return _ABOUT_NOW[node.name]
        argument = node.arguments[0]
        if not isinstance(argument, Reference):
            raise FormulaError(f"{node.name} takes a field")
        read = self._reader(argument)
        if node.name == "PRIORVALUE":
            return lambda scope: read(scope.row if scope.old is None else scope.old)
        return lambda scope: scope.old is not None and not equal(read(scope.old), read(scope.row))


# By name: whether it takes a field.
_MOMENTARY = {
    "TODAY": False,
    "NOW": False,
    "ISNEW": False,
    "ISCHANGED": True,
    "PRIORVALUE": True,
}
_ABOUT_NOW: dict[str, Evaluate] = {
    "TODAY": lambda scope: scope.now.astimezone(UTC).date(),
    "NOW": lambda scope: scope.now,
    "ISNEW": lambda scope: scope.old is None,
}


def _check_count(node: FunctionCall, least: int, most: int | None) -> None:
    count = len(node.arguments)
    if count < least or (most is not None and count > most):
        wanted = str(least) if least == most else f"{least} or more"
        raise FormulaError(f"{node.name} takes {wanted} arguments, not {count}")


def _applied(function: Function, arguments: list[Evaluate]) -> Evaluate:
    apply = function.apply
    if function.lazy:

        def evaluate(scope: Scope) -> Value:
            return apply(*(_later(each, scope) for each in arguments))

        return evaluate
    return lambda scope: apply(*(each(scope) for each in arguments))


def _later(argument: Evaluate, scope: Scope) -> Callable[[], Value]:
    return lambda: argument(scope)


def _unary(symbol: str, only: Evaluate) -> Evaluate:
    if symbol == "!":
        return lambda scope: not truth(only(scope))
    sign = -1 if symbol == "-" else 1
    return lambda scope: sign * number(only(scope))


def _binary(symbol: str, left: Evaluate, right: Evaluate) -> Evaluate:
    if symbol == "&&":
        return lambda scope: truth(left(scope)) and truth(right(scope))
    if symbol == "||":
        return lambda scope: truth(left(scope)) or truth(right(scope))
    operate = _OPERATORS[symbol]
    return lambda scope: operate(left(scope), right(scope))


def _divide(left: Value, right: Value) -> Value:
    try:
        return finite(number(left) / number(right))
    except (ZeroDivisionError, OverflowError):
        raise NoValue from None


def _power(left: Value, right: Value) -> Value:
    try:
        result = number(left) ** number(right)
    except (ZeroDivisionError, OverflowError):
        raise NoValue from None
    if isinstance(result, complex):
        raise NoValue
    return finite(result)


_OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": lambda left, right: finite(number(left) * number(right)),
    "/": _divide,
    "^": _power,
    "&": lambda left, right: text(left) + text(right),
    "=": equal,
    "<>": lambda left, right: not equal(left, right),
    "<": lambda left, right: compare(left, right) < 0,
    "<=": lambda left, right: compare(left, right) <= 0,
    ">": lambda left, right: compare(left, right) > 0,
    ">=": lambda left, right: compare(left, right) >= 0,
}
