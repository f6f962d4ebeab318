"""How the rows of a page are found, so that it is quick whatever the list asks for.

Left alone, PostgreSQL would guess how many contacts fulfil a condition, and a wrong guess makes it
read a million of them for a page of fifty. So nothing depends on a guess:

1. *walk*: look at the nearest few thousand contacts in the list's order. Conditions that one
   contact in a hundred fulfils fill the page from there.
2. *gather*: else collect up to ten thousand contacts that fulfil them, in no order; rarer
   conditions have fewer, which are then sorted. The list is counted by it, too.
3. *sort*: else all of them are sorted: common conditions whose contacts all lie elsewhere, or a
   large list by a field that has no index yet (`sort_indexes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from raccord.contacts.lists.counting import COUNTED_TO, Count
from raccord.contacts.lists.cursors import Position
from raccord.contacts.lists.ordering import Ordering
from raccord.contacts.models import Contact

WALKED = 5_000
GATHERED = COUNTED_TO


@dataclass(frozen=True, slots=True)
class Search:
    """living: all contacts of the project. found: those that fulfil the query, None if all do.

    near: the same as `found`, put for looking at row by row; None where that leads nowhere.
    indexed: whether an index gives the order.
    """

    living: QuerySet[Contact]
    found: QuerySet[Contact] | None
    near: QuerySet[Contact] | None
    ordering: Ordering
    indexed: bool

    def rows(self, position: Position | None, *, limit: int) -> tuple[list[Contact], Count | None]:
        """The nearest rows in the list's order, and how many it holds if that came out.

        Each row is annotated with `sorted_by`, for `Ordering.position`.
        """
        if self.found is None and self.indexed:
            return self._in_order(self.living, position, limit), None
        if self.near is not None and self.indexed:
            rows = self._walk(self.near, position, limit)
            if len(rows) == limit:
                return rows, None
        found = self.living if self.found is None else self.found
        gathered = list(found.values_list("pk", flat=True)[: GATHERED + 1])
        if len(gathered) > GATHERED:
            return self._in_order(found, position, limit), Count(GATHERED, more=True)
        few = Contact.objects.filter(pk__in=gathered)
        return self._in_order(few, position, limit), Count(len(gathered))

    def _walk(
        self, found: QuerySet[Contact], position: Position | None, limit: int
    ) -> list[Contact]:
        """Look at row after row in the index's order, until enough fulfil the conditions.

        Written out, since the planner must not have another idea: rows of a limited query are
        read as they come. The conditions keep the table's name.
        """
        nearest = self.ordering.stretches(self.living, position)[0][:WALKED]
        rows, row_parameters = nearest.query.sql_with_params()
        compiler = found.query.get_compiler(connection=connection)
        try:
            conditions, parameters = compiler.compile(found.query.where)
        except EmptyResultSet:
            return []
        order = "DESC" if self.ordering.goes_down(position) else "ASC"
        statement = (
            f"SELECT * FROM ({rows}) AS contacts_contact WHERE {conditions} "  # noqa: S608
            f"ORDER BY sorted_by {order}, id {order} LIMIT %s"
        )
        found_rows = Contact.objects.raw(statement, [*row_parameters, *parameters, limit])
        return list(found_rows)

    def _in_order(
        self, found: QuerySet[Contact], position: Position | None, limit: int
    ) -> list[Contact]:
        rows: list[Contact] = []
        for stretch in self.ordering.stretches(found, position):
            if len(rows) < limit:
                rows += stretch[: limit - len(rows)]
        return rows
