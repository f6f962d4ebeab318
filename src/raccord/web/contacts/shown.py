"""A contact's values as people read them, in their language and the project's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.values import plain_decimal


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a contact. href: what a click on the value opens, "" for nothing."""

    key: str
    label: str
    type: FieldType
    value: Value
    text: str
    href: str


def shown(spec: FieldSpec, value: Value) -> Shown:
    """A field with its value, and a link for what one can write to, call or open."""
    text = in_words(spec, value)
    return Shown(spec.key, spec.label, spec.type, value, text, _href(spec, value))


def in_words(spec: FieldSpec, value: Value) -> str:
    """A typed value as text; "" if it is empty, except for a consent, which is then unknown."""
    match value:
        case _ if spec.type is FieldType.CONSENT:
            return {"yes": _("Yes"), "no": _("No")}.get(str(value), pgettext("consent", "Unknown"))
        case bool():
            text = _("Yes") if value else _("No")
        case date():
            text = _day(value)
        case Decimal():
            text = str(number_format(plain_decimal(value)))
        case tuple():
            text = ", ".join(map(spec.choice_label, value))
        case _:
            text = "" if value is None else spec.choice_label(str(value))
    return text


def _day(value: date) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return date_format(value, "SHORT_DATE_FORMAT")


def _href(spec: FieldSpec, value: Value) -> str:
    text = str(value or "")
    if not text:
        return ""
    if spec.type is FieldType.EMAIL:
        return f"mailto:{text}"
    if spec.type is FieldType.PHONE:
        return f"tel:{text.replace(' ', '')}"
    if spec.type is FieldType.URL:
        return text if text.lower().startswith(("http://", "https://")) else f"https://{text}"
    return ""
