"""The parts of a parsed query. Positions count characters from 0; errors show them from 1."""

from dataclasses import dataclass
from typing import Literal, Union

LiteralKind = Literal[
    "string", "number", "boolean", "null", "date", "datetime", "range", "currency"
]


@dataclass(frozen=True, slots=True)
class Path:
    """A field, possibly of a parent: ("Account", "Name")."""

    names: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: the text that a string stands for, the others as written. `raw` is a string's
    inside with its escapes, which LIKE needs to tell wildcards."""

    kind: LiteralKind
    text: str
    position: int
    raw: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function by its upper-case name: of a field, of another function, of literals."""

    function: str
    arguments: tuple[Union[Path, "FunctionCall", Value], ...]
    position: int

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


Expression = Path | FunctionCall


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Expression
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """IN, NOT IN, INCLUDES, EXCLUDES; the values are literals or a query's only column."""

    left: Expression
    operator: str
    values: Union[tuple[Value, ...], "Query"]


@dataclass(frozen=True, slots=True)
class All:
    """Conditions joined by AND."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Conditions joined by OR."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Comparison | Membership | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Column:
    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM)."""

    group: str
    position: int


@dataclass(frozen=True, slots=True)
class Children:
    """A query among the columns: the records below each row, by their relationship's name."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class TypeOf:
    """TYPEOF: which fields of a parent to take, by the object that the parent is."""

    relationship: Path
    choices: tuple[tuple[Path, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


Item = Column | FieldGroup | Children | TypeOf


@dataclass(frozen=True, slots=True)
class Order:
    expression: Expression
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`aliases` are the names that FROM gives to relationships; `subtotals` is "", ROLLUP, CUBE;
    `purposes` is what stands behind FOR and UPDATE."""

    text: str
    items: tuple[Item, ...]
    object_name: str
    object_position: int
    alias: str | None = None
    aliases: tuple[tuple[str, Path], ...] = ()
    scope: str = ""
    scope_position: int = 0
    where: Condition | None = None
    mode: str = ""
    group_by: tuple[Expression, ...] = ()
    subtotals: str = ""
    having: Condition | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    purposes: tuple[str, ...] = ()
    all_rows: bool = False
