"""Values of a project's fields: their normal form, when two are equal, how they are stored.

Values are kept as they were given (see `parsing`) and brought to a normal form only to be
compared, so that a better normal form never changes what is stored. *Absent*, *empty* and
*cleared* are three things: see `records`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from unicodedata import normalize

from raccord.engine.parsing import missing, parse, parser
from raccord.engine.records import FieldSpec, FieldType, Value, Values
from raccord.engine.refused import Parser
from raccord.engine.schema import RemoteType

__all__ = [
    "Parser",
    "Stored",
    "equal",
    "from_json",
    "missing",
    "normal",
    "normal_text",
    "parse",
    "parser",
    "plain_decimal",
    "to_json",
    "unique_key",
]

Stored = str | int | bool | list[str] | None
"""What a value becomes in a jsonb column."""

LONGEST_KEY = 200
"""In characters. A longer unique key is replaced by its digest, since an index entry is limited."""

_DIGEST = "sha256:"
_EXACT = Context(prec=100)


def normal(type: FieldType, value: Value) -> Value:  # noqa: A002 - the word of the vocabulary
    """The form in which values of one type are compared; an empty string is None."""
    if value is None:
        return None
    return _NORMAL_FORMS[type](value)


def equal(type: FieldType, a: Value, b: Value) -> bool:  # noqa: A002
    """Whether the two mean the same in a field of this type."""
    if a is b:
        return True
    return normal(type, a) == normal(type, b)


def normal_text(value: Value) -> str | None:
    """Text as it is compared: Unicode NFC, one kind of line break, no spaces around."""
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() or None


def plain_decimal(number: Decimal) -> str:
    """Without exponent and without trailing zeros: ``1E+2`` is "100", ``-0.0`` is "0"."""
    return format(_EXACT.normalize(number) if number else Decimal(0), "f")


def to_json(value: Value) -> Stored:
    """The stored form of a value: decimals and dates as text, multiple choice as a list."""
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            return format(value, "f")
        case tuple():
            return list(value)
        case _:
            return value.isoformat()


def from_json(type: FieldType | RemoteType, stored: object) -> Value:  # noqa: A002
    """The value that `to_json` stored, for a field of ours or of the other side."""
    if stored is None:
        return None
    restore = _RESTORERS.get(type.value)
    return restore(stored) if restore else str(stored)


def unique_key(specs: Sequence[FieldSpec], values: Values) -> str | None:
    """What identifies a contact: the normal forms of its key fields, joined unambiguously.

    None if there is no key field or one of them is empty. Equal for values that are `equal`.
    """
    parts = []
    for spec in specs:
        value = normal(spec.type, values.get(spec.key))
        if value is None:
            return None
        parts.append(_key_part(value))
    if not parts:
        return None
    key = parts[0] if len(parts) == 1 else "|".join(map(_escaped, parts))
    if len(key) > LONGEST_KEY or key.startswith(_DIGEST):
        return _DIGEST + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return key


def _key_part(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, tuple):
        return ";".join(value)
    return str(to_json(value))


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("|", "\\|")


def _normal_email(value: Value) -> Value:
    text = normal_text(value)
    return normal_text(text.casefold()) if text else None


def _normal_decimal(value: Value) -> Value:
    return _EXACT.normalize(Decimal(str(value)))


def _normal_datetime(value: Value) -> Value:
    """To the second, because that is all that other sides keep."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo is UTC else _as_utc(value)).replace(microsecond=0)


def _as_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _normal_choices(value: Value) -> Value:
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, tuple | list):
        return value
    return tuple(sorted({text for part in parts if (text := normal_text(part))})) or None


def _as_is(value: Value) -> Value:
    return value


_NORMAL_FORMS: dict[FieldType, Callable[[Value], Value]] = {
    FieldType.TEXT: normal_text,
    FieldType.LONG_TEXT: normal_text,
    FieldType.EMAIL: _normal_email,
    FieldType.PHONE: normal_text,
    FieldType.URL: normal_text,
    FieldType.CHOICE: normal_text,
    FieldType.CONSENT: normal_text,
    FieldType.INTEGER: _as_is,
    FieldType.BOOLEAN: _as_is,
    FieldType.DATE: _as_is,
    FieldType.DECIMAL: _normal_decimal,
    FieldType.DATETIME: _normal_datetime,
    FieldType.MULTIPLE_CHOICE: _normal_choices,
}


def _restored_choices(stored: object) -> Value:
    return tuple(map(str, stored)) if isinstance(stored, list) else str(stored)


# By the name of the type: ours and theirs share the names of these.
_RESTORERS: dict[str, Callable[[object], Value]] = {
    "integer": lambda stored: int(str(stored)),
    "decimal": lambda stored: Decimal(str(stored)),
    "boolean": bool,
    "opt_out": bool,
    "date": lambda stored: date.fromisoformat(str(stored)),
    "datetime": lambda stored: datetime.fromisoformat(str(stored)),
    "multiple_choice": _restored_choices,
    "multipicklist": _restored_choices,
}
