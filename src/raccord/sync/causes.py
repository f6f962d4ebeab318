"""Why items wait for a person, told apart: the code of the refusal, the field and value it blames.

Two refusals for one cause are mended in one way, so they are shown, and tried again, together. The
database keeps the name of the cause beside each parked item (`contacts.models.outbox.Cause`).
"""

from __future__ import annotations

from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat

from raccord.contacts.models import OutboxItem

BLAMED = (
    "coalesce(item.parameters ->> 'fields', item.parameters ->> 'field', '')"
    " || coalesce(' = ' || (item.parameters ->> 'value'), '')"
)
"""The same in SQL, for an item named ``item``."""


def of_cause(
    items: QuerySet[OutboxItem], *, code: str, blamed: str | None = None
) -> QuerySet[OutboxItem]:
    """Those refused with this code; with `blamed`, only those for just these fields and value."""
    found = items.filter(reason=code)
    if blamed is None:
        return found
    fields = Coalesce(
        KT("parameters__fields"), KT("parameters__field"), Value(""), output_field=TextField()
    )
    # Not ConcatPair, for which nothing and a value would still be a value.
    value = Case(
        When(parameters__has_key="value", then=Concat(Value(" = "), KT("parameters__value"))),
        default=Value(""),
        output_field=TextField(),
    )
    named = Concat(fields, value, output_field=TextField())
    return found.alias(blamed=named).filter(blamed=blamed)
