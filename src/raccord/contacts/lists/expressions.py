"""A contact's values as the database compares and sorts them.

Each expression is written exactly as the indexes of `sort_indexes.py` have it, so that PostgreSQL
recognizes it. The functions are made by the migration `0009_list_functions`; none of them ever
raises: what is no number has no number, and is empty.
"""

from __future__ import annotations

from django.db.models import BooleanField, DecimalField, F, Func, TextField, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.fields.json import KeyTextTransform

from raccord.contacts.lists.query import CHANGED, CREATED
from raccord.engine.records import FieldSpec, FieldType

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
TIMES = frozenset({FieldType.DATE, FieldType.DATETIME})
FREE_TEXTS = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL}
)
COLUMNS = {CHANGED: "updated_at", CREATED: "created_at"}


def stored_text(key: str) -> KeyTextTransform:
    """A field's value as text, NULL where it is empty."""
    return KeyTextTransform(key, "values")


def folded(text: Combinable | str) -> Func:
    """Without case and accents, as `search_text.folded` does it."""
    given = Value(text) if isinstance(text, str) else text
    return Func(given, function="raccord_folded", output_field=TextField())


def sort_text(key: str) -> Func:
    """The beginning of a text, folded: what lists are sorted by."""
    return Func(stored_text(key), function="raccord_sort_text", output_field=TextField())


def number(key: str) -> Func:
    return Func(
        stored_text(key),
        function="raccord_number",
        output_field=DecimalField(max_digits=60, decimal_places=20),
    )


def by_bytes(text: Expression) -> Func:
    """Text in an order that no locale changes: what ISO dates need."""
    return Func(text, template='(%(expressions)s COLLATE "C")', output_field=TextField())


def sorted_by(name: str, spec: FieldSpec | None) -> Expression | F:
    """What a list is sorted by: a field, or CHANGED or CREATED, for which there is no spec."""
    if spec is None:
        return F(COLUMNS[name])
    if spec.type in NUMBERS:
        return number(spec.key)
    if spec.type in FREE_TEXTS or spec.type is FieldType.CHOICE:
        return sort_text(spec.key)
    return by_bytes(stored_text(spec.key))


class Holds(Func):
    """Whether the left jsonb contains the right one."""

    arg_joiner = " @> "
    template = "(%(expressions)s)"
    output_field = BooleanField()
