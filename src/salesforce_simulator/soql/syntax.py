"""The parts of a parsed query. Positions count characters from 0; errors show them from 1."""

from dataclasses import dataclass
from typing import Literal, Union

LiteralKind = Literal["string", "number", "boolean", "null", "date", "datetime", "range"]


@dataclass(frozen=True, slots=True)
class Path:
    """A field, possibly of a parent: ("Account", "Name")."""

    names: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Value:
    """A literal as written: the text of a string without its quotes, of the others as it is."""

    kind: LiteralKind
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    path: Path
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """IN, NOT IN, INCLUDES, EXCLUDES; the values are literals or a query's only column."""

    path: Path
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
    path: Path
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """COUNT(), COUNT(field), MIN, MAX, SUM, AVG, COUNT_DISTINCT."""

    function: str
    path: Path | None
    alias: str | None
    position: int


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM)."""

    group: str
    position: int


@dataclass(frozen=True, slots=True)
class Children:
    """A query among the columns: the records below each row, by their relationship's name."""

    query: "Query"


Item = Column | Aggregate | FieldGroup | Children


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    text: str
    items: tuple[Item, ...]
    object_name: str
    object_position: int
    alias: str | None = None
    where: Condition | None = None
    group_by: tuple[Path, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    all_rows: bool = False
