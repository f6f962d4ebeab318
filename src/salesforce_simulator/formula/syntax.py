"""The parts of a parsed formula, and how one is refused."""

from dataclasses import dataclass


class FormulaError(ValueError):
    """A formula that makes no sense; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A field, possibly of a parent: ("Account", "Name")."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its one or two operands."""

    symbol: str
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function by its name in upper case."""

    name: str
    arguments: tuple["Expression", ...]


Expression = Literal | Reference | Operation | FunctionCall
