"""From what a person, a file or the other side gave to a value of a project's field.

The first step of every way in (screens, forms, imports, the API, inbound sync); after it a value
has its Python type and can be stored. Spaces around are trimmed, and what is then empty is None;
text that merely looks odd is kept. A 5,000 line import comes through here 90,000 times, so
`parser` does the set-up of a field once and returns a plain function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from raccord.engine.errors import BadInput
from raccord.engine.parsing_choices import (
    boolean_parser,
    choice_parser,
    consent_parser,
    multiple_choice_parser,
)
from raccord.engine.parsing_dates import date_parser, datetime_parser
from raccord.engine.parsing_numbers import decimal_parser, integer_parser
from raccord.engine.parsing_text import email_parser, phone_parser, text_cleaner, url_parser
from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.refused import Parser, refused


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
    return refused(spec, "required")


_MAKERS: dict[FieldType, Callable[[FieldSpec], Parser]] = {
    FieldType.TEXT: text_cleaner,
    FieldType.LONG_TEXT: text_cleaner,
    FieldType.INTEGER: integer_parser,
    FieldType.DECIMAL: decimal_parser,
    FieldType.BOOLEAN: boolean_parser,
    FieldType.DATE: date_parser,
    FieldType.DATETIME: datetime_parser,
    FieldType.EMAIL: email_parser,
    FieldType.PHONE: phone_parser,
    FieldType.URL: url_parser,
    FieldType.CHOICE: choice_parser,
    FieldType.MULTIPLE_CHOICE: multiple_choice_parser,
    FieldType.CONSENT: consent_parser,
}
