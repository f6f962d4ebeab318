"""A contact's values as the database compares and sorts them.

Each expression is written exactly as the indexes of `sort_indexes.py` have it, so that PostgreSQL
recognizes it. The functions are made by the migration `0010_list_functions`; none of them ever
raises: what is no number has no number, and is empty.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db.models import DecimalField, F, Func, TextField, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.fields.json import KeyTextTransform

from raccord.contacts.lists.query import CHANGED, CREATED
from raccord.engine.records import FieldSpec, FieldType

PART = 3
"""Letters in a row; see `Form.PARTS`."""

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
TIMES = frozenset({FieldType.DATE, FieldType.DATETIME})
FREE_TEXTS = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL}
)
COLUMNS = {CHANGED: "updated_at", CREATED: "created_at"}


class Form(StrEnum):
    """What of a field lists are sorted by, and find ranges in.

    TEXT: its folded beginning. NUMBER: the number. CODE: as it is stored: days, moments, consents.
    MOMENT: a column of every contact. PARTS: of no order: all three letters in a row of a text,
    which tell who may contain something.
    """

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    MOMENT = "moment"
    PARTS = "parts"


def form_of(spec: FieldSpec | None) -> Form:
    """None stands for what every contact has beside its fields."""
    if spec is None:
        return Form.MOMENT
    if spec.type in NUMBERS:
        return Form.NUMBER
    return Form.TEXT if spec.type in FREE_TEXTS or spec.type is FieldType.CHOICE else Form.CODE


def stored_text(key: str) -> KeyTextTransform:
    """A field's value as text, NULL where it is empty."""
    return KeyTextTransform(key, "values")


def folded(text: Combinable | str) -> Func:
    """Without case and accents, as `search_text.folded` does it."""
    given = Value(text) if isinstance(text, str) else text
    return Func(given, function="raccord_folded", output_field=TextField())


def sort_text(key: str) -> Func:
    """The beginning of a text, folded."""
    return by_bytes(Func(stored_text(key), function="raccord_sort_text", output_field=TextField()))


def number(key: str) -> Func:
    return Func(
        stored_text(key),
        function="raccord_number",
        output_field=DecimalField(max_digits=60, decimal_places=20),
    )


def by_bytes(text: Expression) -> Func:
    """Text in an order that no locale changes: what ISO dates need."""
    return Func(text, template='(%(expressions)s COLLATE "C")', output_field=TextField())


def code(key: str) -> Func:
    """What is stored, with true and false for yes and no."""
    return by_bytes(stored_text(key))


def parts(text: Combinable | str) -> Func:
    """All three letters in a row of a text, folded."""
    given = Value(text) if isinstance(text, str) else text
    return Func(given, function="raccord_parts", output_field=ArrayField(TextField()))


def sorted_by(name: str, spec: FieldSpec | None) -> Expression | F:
    """What a list is sorted by: a field, or CHANGED or CREATED, for which there is no spec."""
    match form_of(spec):
        case Form.MOMENT:
            return F(COLUMNS[name])
        case Form.NUMBER:
            return number(name)
        case Form.TEXT:
            return sort_text(name)
        case _:
            return code(name)
