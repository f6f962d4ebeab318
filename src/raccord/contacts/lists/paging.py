"""One page of a list, found from where the last one ended.

Pages are sought, not counted: the hundredth costs what the first one does, and a contact that
comes or goes meanwhile shifts nobody from one page to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from raccord.contacts.lists import cursors, sort_indexes
from raccord.contacts.lists.counting import Count
from raccord.contacts.lists.cursors import Position
from raccord.contacts.lists.finding import Search
from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.matching import Elsewhere, matching
from raccord.contacts.lists.ordering import Ordering
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Value

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One contact of a list, with its typed values (None where empty)."""

    id: int
    key: str
    values: Mapping[str, Value]
    contact: Contact


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page. next, previous: the cursors of the pages beside it, "" where there is none.

    count: how many the list holds, where that was found out on the way; else ask `counting`.
    """

    contacts: tuple[Found, ...]
    next: str = ""
    previous: str = ""
    count: Count | None = None


def page(
    project: Project,
    query: ListQuery,
    *,
    cursor: str = "",
    per_page: int = PER_PAGE,
    elsewhere: Elsewhere | None = None,
) -> ListPage:
    """The page that the cursor means; the first one for "" and for what was never a cursor.

    Raises InvalidList (see `matching`).
    """
    fields = ProjectFields.of(project)
    search = _search(project, query, elsewhere=elsewhere, fields=fields)
    ordering = search.ordering
    position = cursors.read(cursor, query.sort)
    if position is not None and not ordering.is_readable(position):
        position = None
    with impatient():
        rows, count = search.rows(position, limit=per_page + 1)
        if position is not None and position.backward and len(rows) <= per_page:
            # Somebody went back to the beginning: a full first page, not the rest before it.
            position = None
            rows, count = search.rows(position, limit=per_page + 1)
    rare = count is not None and query.ids is None
    sort_indexes.want(project, query, fields, rare=rare)
    shown = _page(rows, ordering=ordering, position=position, per_page=per_page, fields=fields)
    return replace(shown, count=count)


def _search(
    project: Project, query: ListQuery, *, elsewhere: Elsewhere | None, fields: ProjectFields
) -> Search:
    found, near = (
        matching(project, query, elsewhere=elsewhere, fields=fields, aided=aided)
        for aided in (True, False)
    )
    return Search(
        living=Contact.objects.filter(project=project, deleted_at=None),
        found=None if query.is_everything else found,
        near=None if query.is_everything or query.ids is not None else near,
        ordering=Ordering.of(query.sort, fields),
        indexed=query.sort.by in sort_indexes.ready(project, fields),
    )


def _page(
    rows: list[Contact],
    *,
    ordering: Ordering,
    position: Position | None,
    per_page: int,
    fields: ProjectFields,
) -> ListPage:
    backward = position is not None and position.backward
    further = len(rows) > per_page
    rows = rows[:per_page]
    if backward:
        rows.reverse()
    has_next = bool(rows) and (backward or further)
    has_previous = bool(rows) and (further if backward else position is not None)
    return ListPage(
        contacts=tuple(
            Found(id=row.pk, key=row.key, values=fields.typed(row.values), contact=row)
            for row in rows
        ),
        next=str(ordering.position(rows[-1])) if has_next else "",
        previous=str(ordering.position(rows[0], backward=True)) if has_previous else "",
    )
