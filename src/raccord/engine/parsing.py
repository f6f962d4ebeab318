"""From what a person, a file or the other side gave to a value of a project's field.

The first step of every way in (screens, forms, imports, the API, inbound sync); after it a value
has its Python type and can be stored. A 5,000 line import comes through here 90,000 times, so
`parser` does the set-up of a field once and returns a plain function.

What is kept and what is refused: text that merely looks odd is kept. Spaces around are trimmed
and line breaks become ``\\n``. Control characters other than line break and tab are refused, not
removed: they are the mark of a wrong encoding or a damaged file, and PostgreSQL can not even hold
NUL; a person who sees the line can repair it, one who never learns of it can not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from unicodedata import normalize

from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Value

Parser = Callable[[object], Value]

LONGEST: dict[FieldType, int] = {
    FieldType.TEXT: 255,
    FieldType.LONG_TEXT: 32_000,
    FieldType.EMAIL: 254,
    FieldType.PHONE: 40,
    FieldType.URL: 2_000,
}
MOST_DIGITS = 18
YES = frozenset({"yes", "true", "1", "oui", "vrai", "y", "o"})
NO = frozenset({"no", "false", "0", "non", "faux", "n"})

# C0 without tab and line feed, DEL, C1, and halves of surrogate pairs (not writable as UTF-8).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?"
)
_DATE_IN_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ]|$)")
# Letters of other scripts with their combining marks, without spaces, signs and invisibles.
_FOREIGN = (
    "\u00c0-\u1fff\u2c00-\u2fef\u3005-\ud7ff\uf900-\ufdcf\U00010000-\U0001cfff\U00020000-\U0003ffff"
)
_ATOM = rf"[a-z0-9_!#$%&'*+/=?^`{{|}}~{_FOREIGN}-]+"
_LABEL = rf"[a-z0-9{_FOREIGN}](?:[a-z0-9{_FOREIGN}-]{{0,61}}[a-z0-9{_FOREIGN}])?"
_EMAIL = re.compile(
    rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?=.{{4,253}}$)(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}(?<=[^.]{{2}})"
)
_URL = re.compile(
    rf"(?:https?://)?(?:(?:{_LABEL}\.)+{_LABEL}|localhost|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def parse(spec: FieldSpec, raw: object) -> Value:
    """The value that `raw` means in this field; None if it is empty.

    raw: a string from a form or file, or a Python value (from YAML, JSON or a remote record).
    Raises BadInput (``raccord.value.<kind>``, `at` the field's key).
    """
    return parser(spec)(raw)


@lru_cache(maxsize=4096)
def parser(spec: FieldSpec) -> Parser:
    """`parse` for one field, with everything that depends on the field done beforehand."""
    convert = _MAKERS[spec.type](spec)

    def parse_one(raw: object) -> Value:
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = raw.strip()
            if not raw:
                return None
        return convert(raw)

    return parse_one


def missing(spec: FieldSpec) -> BadInput:
    """What to raise when a required field is empty (parsing alone can not tell)."""
    return _refusal(spec, "required")


def _refusal(spec: FieldSpec, kind: str, **params: str) -> BadInput:
    return BadInput(
        code=f"raccord.value.{kind}",
        params={"field": spec.label or spec.key, **params},
        at=spec.key,
    )


def _text_cleaner(spec: FieldSpec) -> Callable[[object], str | None]:
    """Characters and length checked; numbers, dates and booleans of YAML or JSON spelled out."""
    longest = spec.max_length or LONGEST.get(spec.type, 255)

    def clean(raw: object) -> str | None:
        text = raw if isinstance(raw, str) else _spelled(spec, raw)
        if not text.isprintable():
            if "\r" in text:
                text = _LINE_BREAK.sub("\n", text)
            if _CONTROL.search(text):
                raise _refusal(spec, "control_character")
        if len(text) > longest:
            raise _refusal(spec, "too_long", limit=str(longest))
        return text or None

    return clean


def _spelled(spec: FieldSpec, raw: object) -> str:
    match raw:
        case bool():
            return "true" if raw else "false"
        case float() if raw.is_integer():
            return str(int(raw))
        case int() | float() | Decimal():
            return str(raw)
        case date():
            return raw.isoformat()
        case tuple() | list() if all(isinstance(part, str) for part in raw):
            return ";".join(raw)
        case _:
            raise _refusal(spec, "text")


def _email_parser(spec: FieldSpec) -> Parser:
    longest = min(spec.max_length or LONGEST[FieldType.EMAIL], LONGEST[FieldType.EMAIL])
    matches = _EMAIL.fullmatch

    def parse_email(raw: object) -> Value:
        if not isinstance(raw, str):
            raise _refusal(spec, "email")
        address = raw.lower()
        if not address.isascii():
            address = normalize("NFC", normalize("NFC", raw).lower())
        if len(address) > longest or not matches(address):
            raise _refusal(spec, "email")
        return address

    return parse_email


def _phone_parser(spec: FieldSpec) -> Parser:
    as_text = _text_cleaner(spec)

    def parse_phone(raw: object) -> Value:
        number = as_text(raw)
        if number is None or "\n" in number or not any(map(str.isdigit, number)):
            raise _refusal(spec, "phone")
        return number

    return parse_phone


def _url_parser(spec: FieldSpec) -> Parser:
    as_text = _text_cleaner(spec)
    matches = _URL.fullmatch

    def parse_url(raw: object) -> Value:
        address = as_text(raw)
        if address is None or not matches(address):
            raise _refusal(spec, "url")
        return address

    return parse_url


def _integer_parser(spec: FieldSpec) -> Parser:
    def parse_integer(raw: object) -> Value:
        number: int | None = None
        if isinstance(raw, str):
            number = int(raw) if _INTEGER.fullmatch(raw) else None
        elif isinstance(raw, bool):
            number = None
        elif isinstance(raw, int) or (
            isinstance(raw, Decimal | float) and _finite(raw) and raw == int(raw)
        ):
            number = int(raw)
        if number is None:
            raise _refusal(spec, "integer")
        if abs(number) >= 10**MOST_DIGITS:
            raise _refusal(spec, "number_too_large", digits=str(MOST_DIGITS))
        return number

    return parse_integer


def _decimal_parser(spec: FieldSpec) -> Parser:
    places = MOST_DIGITS if spec.decimal_places is None else spec.decimal_places

    def parse_decimal(raw: object) -> Value:
        number = _as_decimal(raw)
        if number is None:
            raise _refusal(spec, "decimal")
        if number and number.adjusted() >= MOST_DIGITS:
            raise _refusal(spec, "number_too_large", digits=str(MOST_DIGITS))
        if _decimal_places(number) > places:
            raise _refusal(spec, "decimal_places", places=str(places))
        return number

    return parse_decimal


def _as_decimal(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        return Decimal(raw) if _DECIMAL.fullmatch(raw) else None
    if isinstance(raw, int | Decimal | float) and _finite(raw):
        try:
            return Decimal(str(raw))
        except InvalidOperation:
            return None
    return None


def _finite(number: int | Decimal | float) -> bool:
    if isinstance(number, Decimal):
        return number.is_finite() and abs(number.adjusted()) < 100
    return abs(number) < 10**100  # false for NaN too


def _decimal_places(number: Decimal) -> int:
    """Digits behind the point, trailing zeros not counted."""
    _, digits, exponent = number.as_tuple()
    behind = -exponent if isinstance(exponent, int) else 0
    for digit in reversed(digits):
        if behind <= 0 or digit:
            break
        behind -= 1
    return behind if number else 0


def _boolean_parser(spec: FieldSpec) -> Parser:
    def parse_boolean(raw: object) -> Value:
        said = _yes_or_no(raw)
        if said is None:
            raise _refusal(spec, "boolean")
        return said

    return parse_boolean


def _consent_parser(spec: FieldSpec) -> Parser:
    def parse_consent(raw: object) -> Value:
        said = _yes_or_no(raw)
        if said is None:
            raise _refusal(spec, "consent")
        return "yes" if said else "no"

    return parse_consent


def _yes_or_no(raw: object) -> bool | None:
    if isinstance(raw, bool):
        return raw
    word = raw.lower() if isinstance(raw, str) else str(raw) if isinstance(raw, int) else ""
    if word in YES:
        return True
    return False if word in NO else None


def _date_parser(spec: FieldSpec) -> Parser:
    def parse_date(raw: object) -> Value:
        if isinstance(raw, str) and len(raw) == 10 and raw[4] == raw[7] == "-":
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        elif isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        raise _refusal(spec, "date")

    return parse_date


def _datetime_parser(spec: FieldSpec) -> Parser:
    def parse_datetime(raw: object) -> Value:
        try:
            if isinstance(raw, str) and _DATE_IN_DATETIME.match(raw):
                raw = datetime.fromisoformat(raw)
            if isinstance(raw, datetime):
                return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise _refusal(spec, "datetime")

    return parse_datetime


def _choice_parser(spec: FieldSpec) -> Parser:
    find = _choice_finder(spec)

    def parse_choice(raw: object) -> Value:
        found = find(raw)
        if found is None:
            raise _refusal(spec, "choice", choices=", ".join(spec.choices))
        return found

    return parse_choice


def _multiple_choice_parser(spec: FieldSpec) -> Parser:
    """Chosen values in the order of the field's own list, each once."""
    find = _choice_finder(spec)
    position = {choice: number for number, choice in enumerate(spec.choices)}

    def parse_choices(raw: object) -> Value:
        parts: Iterable[object]
        if isinstance(raw, str):
            parts = [part.strip() for part in raw.split(";")]
        elif isinstance(raw, list | tuple | set | frozenset):
            parts = [part.strip() if isinstance(part, str) else part for part in raw]
        else:
            parts = [raw]
        chosen = set()
        for part in parts:
            if part in ("", None):
                continue
            found = find(part)
            if found is None:
                raise _refusal(spec, "multiple_choice", choices=", ".join(spec.choices))
            chosen.add(found)
        return tuple(sorted(chosen, key=position.__getitem__)) or None

    return parse_choices


def _choice_finder(spec: FieldSpec) -> Callable[[object], str | None]:
    """Exactly one of the choices, else the one that differs only in case or Unicode form."""
    exact = {choice: choice for choice in spec.choices}
    folded = {_folded(choice): choice for choice in reversed(spec.choices)}

    def find(raw: object) -> str | None:
        text = raw if isinstance(raw, str) else _spelled(spec, raw)
        return exact.get(text) or folded.get(_folded(text))

    return find


def _folded(text: str) -> str:
    return normalize("NFC", text.strip().casefold())


_MAKERS: dict[FieldType, Callable[[FieldSpec], Parser]] = {
    FieldType.TEXT: _text_cleaner,
    FieldType.LONG_TEXT: _text_cleaner,
    FieldType.INTEGER: _integer_parser,
    FieldType.DECIMAL: _decimal_parser,
    FieldType.BOOLEAN: _boolean_parser,
    FieldType.DATE: _date_parser,
    FieldType.DATETIME: _datetime_parser,
    FieldType.EMAIL: _email_parser,
    FieldType.PHONE: _phone_parser,
    FieldType.URL: _url_parser,
    FieldType.CHOICE: _choice_parser,
    FieldType.MULTIPLE_CHOICE: _multiple_choice_parser,
    FieldType.CONSENT: _consent_parser,
}
