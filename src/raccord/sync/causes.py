"""Why items wait for a person, told apart: the code of the refusal and the field it blames.

Two refusals for one cause are mended in one way, so they are shown, and tried again, together.
"""

from __future__ import annotations

from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from raccord.contacts.models import OutboxItem

BLAMED = "coalesce(item.parameters ->> 'fields', item.parameters ->> 'field', '')"
"""The same in SQL, for an item named ``item``."""


def of_cause(
    items: QuerySet[OutboxItem], *, code: str, blamed: str | None = None
) -> QuerySet[OutboxItem]:
    """Those refused with this code; with `blamed`, only those for just these fields."""
    found = items.filter(reason=code)
    if blamed is None:
        return found
    named = Coalesce(
        KT("parameters__fields"), KT("parameters__field"), Value(""), output_field=TextField()
    )
    return found.alias(blamed=named).filter(blamed=blamed)
