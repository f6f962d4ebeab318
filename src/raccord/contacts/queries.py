"""Reading contacts: the list with its search, one contact.

Nothing here writes. Counts are capped: nobody reads past ten thousand, and counting a large
project would take longer than finding the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.search_text import folded
from raccord.engine.records import Value

PER_PAGE = 50
COUNTED_TO = 10_000


class Order(StrEnum):
    """RECENT: the latest change first. KEY: by the unique key."""

    RECENT = "recent"
    KEY = "key"


_COLUMNS = {Order.RECENT: ("-updated_at", "id"), Order.KEY: ("key",)}


@dataclass(frozen=True, slots=True)
class Found:
    """One contact of a list, with its typed values (None where empty)."""

    id: int
    key: str
    values: Mapping[str, Value]
    contact: Contact


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. total: how many there are; if `more`, there are more than that."""

    contacts: tuple[Found, ...]
    number: int
    pages: int
    total: int
    more: bool
    per_page: int

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def search(
    project: Project,
    text: str = "",
    *,
    page: int = 1,
    order: Order = Order.RECENT,
    per_page: int = PER_PAGE,
) -> Page:
    """The living contacts whose values contain every word of `text`.

    Case and accents do not matter. A page beyond the last one gives the last one.
    """
    matching = _matching(project, text)
    total = matching.values("id")[: COUNTED_TO + 1].count()
    more = total > COUNTED_TO
    total = min(total, COUNTED_TO)
    pages = max(1, -(-total // per_page))
    number = min(max(page, 1), pages)
    start = (number - 1) * per_page
    fields = ProjectFields.of(project)
    rows = matching.order_by(*_COLUMNS[order])[start : start + per_page]
    return Page(
        contacts=tuple(_found(contact, fields) for contact in rows),
        number=number,
        pages=pages,
        total=total,
        more=more,
        per_page=per_page,
    )


def contact(project: Project, contact_id: int) -> Contact:
    """One living contact of the project. Raises Contact.DoesNotExist."""
    return Contact.objects.get(project=project, pk=contact_id, deleted_at=None)


def typed_values(found: Contact) -> dict[str, Value]:
    """A contact's values for every field of its project, None where empty."""
    return ProjectFields.of(found.project_id).typed(found.values)


def count(project: Project) -> int:
    """How many living contacts the project has, exactly."""
    return Contact.objects.filter(project=project, deleted_at=None).count()


def _matching(project: Project, text: str) -> QuerySet[Contact]:
    matching = Contact.objects.filter(project=project, deleted_at=None)
    for word in folded(text).split():
        matching = matching.filter(search_text__contains=word.replace("\x00", ""))
    return matching


def _found(row: Contact, fields: ProjectFields) -> Found:
    return Found(id=row.pk, key=row.key, values=fields.typed(row.values), contact=row)
