"""Named conversions between a field of ours and a remote field, each with its way back.

A field mapping names one of them; "" is the plain conversion between the two types. None of
them cuts, rounds or guesses: what does not fit is refused by name, over there or here.
Used by `mapping`; which of them a mapping may choose is said by `compatibility`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final

from raccord.engine.records import FieldType, Value
from raccord.engine.schema import RemoteType
from raccord.engine.values import plain_decimal


class Absent(Enum):
    """Says nothing about the field, unlike None, which clears it."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

PLAIN = ""
NOT = "not"
CONSENT_TO_OPT_OUT = "consent_to_opt_out"
UPPER = "upper"
LOWER = "lower"
NAMES = (PLAIN, NOT, CONSENT_TO_OPT_OUT, UPPER, LOWER)

TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE,
                   FieldType.URL, FieldType.CHOICE})  # fmt: skip
REMOTE_TEXTS = frozenset({RemoteType.STRING, RemoteType.TEXT, RemoteType.EMAIL, RemoteType.PHONE,
                          RemoteType.URL, RemoteType.PICKLIST})  # fmt: skip
FREE_TEXTS = frozenset({RemoteType.STRING, RemoteType.TEXT})


@dataclass(frozen=True, slots=True)
class Conversion:
    """One way there and back.

    out, back: for values that are not None; `back` may return what the local field then
    refuses. empty: what an empty field of ours becomes.
    """

    out: Callable[[Value], Value]
    back: Callable[[Value], Value]
    empty: Value | Absent = None


@lru_cache(maxsize=512)
def conversion(local: FieldType, remote: RemoteType, name: str = PLAIN) -> Conversion | None:
    """The conversion of that name between the two types; None if there is none."""
    if name == PLAIN:
        return _plain(local, remote)
    if name == NOT and local is FieldType.BOOLEAN and remote is RemoteType.BOOLEAN:
        return Conversion(_not, _not, empty=ABSENT)
    if name == CONSENT_TO_OPT_OUT and local is FieldType.CONSENT:
        return _OPT_OUT if remote in (RemoteType.OPT_OUT, RemoteType.BOOLEAN) else None
    if name in (UPPER, LOWER) and local in TEXTS and remote in FREE_TEXTS:
        return Conversion(str.upper if name == UPPER else str.lower, _as_is)  # type: ignore[arg-type]
    return None


def _plain(local: FieldType, remote: RemoteType) -> Conversion | None:
    if local in TEXTS and remote in REMOTE_TEXTS:
        return _AS_IS
    if local is FieldType.CONSENT:
        return _CONSENTS.get(remote)
    if remote in FREE_TEXTS:
        return _AS_FREE_TEXT.get(local)
    return _BETWEEN_TYPES.get((local, remote))


def _as_is(value: Value) -> Value:
    return value


def _not(value: Value) -> Value:
    return not value


def _consent_to_opt_out(value: Value) -> Value:
    return value == "no"


def _opt_out_to_consent(value: Value) -> Value:
    """An opt-out box that is not ticked is not a yes."""
    return "no" if value else None


def _consent_to_opt_in(value: Value) -> Value:
    return value == "yes"


def _opt_in_to_consent(value: Value) -> Value:
    """An opt-in box that is not ticked is not a no, unless it was: see `consent.reading`."""
    return "yes" if value else None


def _joined(value: Value) -> Value:
    return ";".join(value) if isinstance(value, tuple) else value


def _split(value: Value) -> Value:
    return tuple(value.split(";")) if isinstance(value, str) else value


def _decimal_text(value: Value) -> Value:
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)


def _date_text(value: Value) -> Value:
    return value.isoformat() if isinstance(value, date) else value


def _datetime_text(value: Value) -> Value:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


_AS_IS = Conversion(_as_is, _as_is)
_OPT_OUT = Conversion(_consent_to_opt_out, _opt_out_to_consent, empty=ABSENT)
_OPT_IN = Conversion(_consent_to_opt_in, _opt_in_to_consent, empty=ABSENT)
_CONSENTS = {RemoteType.OPT_OUT: _OPT_OUT, RemoteType.BOOLEAN: _OPT_IN}
_AS_FREE_TEXT = {
    FieldType.BOOLEAN: Conversion(lambda value: "true" if value else "false", _as_is),
    FieldType.INTEGER: Conversion(str, _as_is),
    FieldType.DECIMAL: Conversion(_decimal_text, _as_is),
    FieldType.DATE: Conversion(_date_text, _as_is),
    FieldType.DATETIME: Conversion(_datetime_text, _as_is),
    FieldType.MULTIPLE_CHOICE: Conversion(_joined, _split),
}
_BETWEEN_TYPES = {
    (FieldType.INTEGER, RemoteType.INTEGER): _AS_IS,
    (FieldType.INTEGER, RemoteType.DECIMAL): _AS_IS,
    (FieldType.DECIMAL, RemoteType.DECIMAL): _AS_IS,
    (FieldType.BOOLEAN, RemoteType.BOOLEAN): Conversion(_as_is, _as_is, empty=False),
    (FieldType.DATE, RemoteType.DATE): _AS_IS,
    (FieldType.DATETIME, RemoteType.DATETIME): _AS_IS,
    (FieldType.CHOICE, RemoteType.MULTIPICKLIST): Conversion(lambda value: (str(value),), _joined),
    (FieldType.MULTIPLE_CHOICE, RemoteType.MULTIPICKLIST): Conversion(_as_is, _split),
}
