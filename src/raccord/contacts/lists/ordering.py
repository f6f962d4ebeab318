"""The order of a list, and the rows on either side of a place in it.

Contacts that are empty there come last, whichever way the list is turned: a list is two
stretches, those with a value and those without, each in an order that one index can give. Equal
values are told apart by the contact's id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.lookups import GreaterThan, IsNull, LessThan

from raccord.contacts.lists.cursors import Position
from raccord.contacts.lists.expressions import COLUMNS, NUMBERS, sorted_by
from raccord.contacts.lists.query import Sort
from raccord.contacts.models import Contact
from raccord.contacts.project_fields import ProjectFields


class Row(Func):
    template = "ROW(%(expressions)s)"
    output_field = TextField()


@dataclass(frozen=True, slots=True)
class Ordering:
    """by: what it is sorted by. literal: its text in a cursor as a value of that type."""

    sort: Sort
    by: Expression | F
    literal: Callable[[str], object]
    has_empty: bool

    @classmethod
    def of(cls, sort: Sort, fields: ProjectFields) -> Ordering:
        """The sort must be one that `operators.check` lets pass."""
        if sort.by in COLUMNS:
            return cls(sort, sorted_by(sort.by, None), datetime.fromisoformat, has_empty=False)
        spec = fields.specs[sort.by]
        literal = _decimal if spec.type in NUMBERS else str
        return cls(sort, sorted_by(sort.by, spec), literal, has_empty=True)

    def stretches(
        self, found: QuerySet[Contact], position: Position | None
    ) -> list[QuerySet[Contact]]:
        """What lies behind the position (before it, nearest first, if it says so), in order.

        Each row is annotated with `sorted_by`. One or two stretches, to be read one after the
        other.
        """
        found = found.annotate(sorted_by=self.by)
        backward = position is not None and position.backward
        filled = self._filled(found, position)
        if not self.has_empty:
            return [filled] if filled is not None else []
        empty = self._empty(found, position)
        both = [empty, filled] if backward else [filled, empty]
        return [stretch for stretch in both if stretch is not None]

    def goes_down(self, position: Position | None) -> bool:
        """Whether what the position looks at is read from the largest value on."""
        return self.sort.descending != (position is not None and position.backward)

    def position(self, row: Contact, *, backward: bool = False) -> Position:
        """Where a row of `stretches` stands."""
        value = row.sorted_by  # type: ignore[attr-defined]
        if isinstance(value, datetime):
            value = value.isoformat()
        text = None if value is None else str(value)
        return Position(str(self.sort), text, row.pk, backward)

    def is_readable(self, position: Position) -> bool:
        """Whether the position's value is one of this order's type."""
        if position.value is None:
            return self.has_empty
        try:
            self.literal(position.value)
        except ValueError:
            return False
        return True

    def _filled(
        self, found: QuerySet[Contact], position: Position | None
    ) -> QuerySet[Contact] | None:
        down = self.goes_down(position)
        if self.has_empty:
            found = found.filter(Q(IsNull(self.by, False)))
        if position is not None and position.value is not None:
            here = Row(Value(self.literal(position.value)), Value(position.contact))
            found = found.filter(_beyond(Row(self.by, F("pk")), here, down=down))
        elif position is not None and not position.backward:
            return None
        return _ordered(found, self.by, F("pk"), down=down)

    def _empty(
        self, found: QuerySet[Contact], position: Position | None
    ) -> QuerySet[Contact] | None:
        down = self.goes_down(position)
        found = found.filter(Q(IsNull(self.by, True)))
        if position is not None and position.value is None:
            found = found.filter(_beyond(F("pk"), Value(position.contact), down=down))
        elif position is not None and position.backward:
            return None
        # By the value, too, although it is NULL throughout: so the index gives the order.
        return _ordered(found, self.by, F("pk"), down=down)


def _beyond(row: Expression | F, here: Expression, *, down: bool) -> Q:
    return Q((LessThan if down else GreaterThan)(row, here))


def _ordered(found: QuerySet[Contact], *by: Combinable, down: bool) -> QuerySet[Contact]:
    return found.order_by(*(one.desc() if down else one.asc() for one in by))  # type: ignore[attr-defined]


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise ValueError(text)
    return number
