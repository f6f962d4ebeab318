"""Text, e-mail addresses, phone numbers and web addresses, as `parsing` takes them.

Text is kept as it was given but for line breaks, which become ``\\n``. Control characters other
than line break and tab are refused, not removed: they are the mark of a wrong encoding or a
damaged file, and PostgreSQL can not even hold NUL; a person who sees the line can repair it, one
who never learns of it can not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.refused import Parser, refused

LONGEST: dict[FieldType, int] = {
    FieldType.TEXT: 255,
    FieldType.LONG_TEXT: 32_000,
    FieldType.EMAIL: 254,
    FieldType.PHONE: 255,
    FieldType.URL: 2_000,
}

# C0 without tab and line feed, DEL, C1, and halves of surrogate pairs (not writable as UTF-8).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?")
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


def text_cleaner(spec: FieldSpec) -> Callable[[object], str | None]:
    """Characters and length checked; numbers, dates and booleans of YAML or JSON spelled out."""
    longest = spec.max_length or LONGEST.get(spec.type, 255)

    def clean(raw: object) -> str | None:
        text = raw if isinstance(raw, str) else spelled(spec, raw).strip()
        if not text.isprintable():
            if "\r" in text:
                text = _LINE_BREAK.sub("\n", text)
            if _CONTROL.search(text):
                raise refused(spec, "control_character")
        if len(text) > longest:
            raise refused(spec, "too_long", limit=str(longest))
        return text or None

    return clean


def spelled(spec: FieldSpec, raw: object) -> str:
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
            raise refused(spec, "text")


def email_parser(spec: FieldSpec) -> Parser:
    longest = min(spec.max_length or LONGEST[FieldType.EMAIL], LONGEST[FieldType.EMAIL])
    matches = _EMAIL.fullmatch

    def parse_email(raw: object) -> Value:
        if not isinstance(raw, str):
            raise refused(spec, "email")
        address = raw.lower()
        if not address.isascii():
            address = normalize("NFC", normalize("NFC", raw).lower())
        if len(address) > longest or not matches(address):
            raise refused(spec, "email")
        return address

    return parse_email


def phone_parser(spec: FieldSpec) -> Parser:
    """Kept as typed: real lists hold extensions, several numbers and words like "front desk"."""
    as_text = text_cleaner(spec)

    def parse_phone(raw: object) -> Value:
        number = as_text(raw)
        if number and "\n" in number:
            raise refused(spec, "phone")
        return number

    return parse_phone


def url_parser(spec: FieldSpec) -> Parser:
    as_text = text_cleaner(spec)
    matches = _URL.fullmatch

    def parse_url(raw: object) -> Value:
        address = as_text(raw)
        if address is None or not matches(address):
            raise refused(spec, "url")
        return address

    return parse_url
