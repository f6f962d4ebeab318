"""WITH HIGHLIGHT: the words that were found, marked in the fields that show them."""

import re
from typing import Any

from salesforce_simulator.schema import SObjectType

MAX_HIGHLIGHTED = 25
_TYPES = frozenset({"string", "email", "textarea"})


def highlighted(
    record: dict[str, Any], kind: SObjectType, marked: frozenset[str]
) -> dict[str, Any]:
    """Return a record with highlight.FIELD for each of its text fields that says a word."""
    if not marked:
        return record
    words = "|".join(sorted(map(re.escape, marked), key=len, reverse=True))
    word = re.compile(rf"(?<![^\W_])({words})(?![^\W_])", re.IGNORECASE)
    shown = dict(record)
    for name, value in record.items():
        field = kind.field(name)
        if field is not None and field.type in _TYPES and isinstance(value, str):
            text, count = word.subn(r"<mark>\1</mark>", value)
            if count:
                shown[f"highlight.{name}"] = text
    return shown
