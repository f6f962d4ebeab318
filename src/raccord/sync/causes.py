"""Why items wait for a person, told apart: the code of the refusal, the field and value it blames.

Two refusals for one cause are mended in one way, so they are shown, and tried again, together.
"""

from __future__ import annotations

import hashlib
from typing import TypeVar

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from raccord.contacts.models import OutboxItem
from raccord.sync.models import InboxItem

Item = TypeVar("Item", OutboxItem, InboxItem)

_BLAMED = (
    "coalesce({0}.parameters ->> 'fields', {0}.parameters ->> 'field', '')"
    " || coalesce(' = ' || ({0}.parameters ->> 'value'), '')"
)
_CAUSE = "md5({0}.reason || ' ' || " + _BLAMED + ")"

BLAMED = _BLAMED.format("item")
"""The fields and the value that a refusal blames, for an item named ``item``."""

CAUSE = _CAUSE.format("item")
"""The name of a cause: code, fields and value in 32 characters, as long as they may be. What waits
for one is found by the indexes of the same expression (migration 0013)."""


def with_cause(items: QuerySet[Item], cause: str) -> QuerySet[Item]:
    """Those that wait for the cause of this name."""
    return items.filter(Exact(_raw(_CAUSE, items), cause))


def cause_of(item: OutboxItem | InboxItem) -> str:
    """The name of the cause for which it waits."""
    about = item.parameters
    blamed = next(
        (str(about[key]) for key in ("fields", "field") if about.get(key) is not None), ""
    )
    value = "" if about.get("value") is None else f" = {about['value']}"
    named = f"{item.reason} {blamed}{value}"
    return hashlib.md5(named.encode(), usedforsecurity=False).hexdigest()


def of_cause(
    items: QuerySet[OutboxItem], *, code: str, blamed: str | None = None
) -> QuerySet[OutboxItem]:
    """Those refused with this code; with `blamed`, only those for just these fields and value."""
    found = items.filter(reason=code)
    if blamed is None:
        return found
    return found.filter(Exact(_raw(_BLAMED, items), blamed))


def _raw(template: str, items: QuerySet[Item]) -> RawSQL:
    statement = template.format(items.model._meta.db_table)
    return RawSQL(statement, (), output_field=TextField())  # noqa: S611 - made of constants
