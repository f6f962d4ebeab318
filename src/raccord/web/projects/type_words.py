"""What each type of a field is for, in a sentence with an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts import field_changes
from raccord.contacts.field_changes import TypeChange
from raccord.contacts.models import FIELD_TYPES, Field
from raccord.engine.records import FieldType


class TypeWords(NamedTuple):
    """about: what a field of this type holds. example: such a field, or a value of it."""

    about: str | Promise
    example: str | Promise


class ShownType(NamedTuple):
    """change: what choosing it means for the values that contacts have, "" if nothing."""

    type: str
    words: TypeWords
    change: str


WORDS: Mapping[FieldType, TypeWords] = {
    FieldType.TEXT: TypeWords(
        gettext_lazy("One line of words, as they come."),
        gettext_lazy("Company: Lavoie & Sons"),
    ),
    FieldType.LONG_TEXT: TypeWords(
        gettext_lazy("Words on several lines."),
        gettext_lazy("Remarks, or a street address with its floor"),
    ),
    FieldType.INTEGER: TypeWords(
        gettext_lazy("A whole number."), gettext_lazy("Number of employees: 42")
    ),
    FieldType.DECIMAL: TypeWords(
        gettext_lazy("A number that may have decimals; it is kept exactly."),
        gettext_lazy("Yearly sales: 1234.50"),
    ),
    FieldType.BOOLEAN: TypeWords(
        gettext_lazy("Yes or no. For agreements, take “Consent” instead."),
        gettext_lazy("Is a member: yes"),
    ),
    FieldType.DATE: TypeWords(
        gettext_lazy("A day, without a time."), gettext_lazy("Date of birth: 2000-02-29")
    ),
    FieldType.DATETIME: TypeWords(
        gettext_lazy("A day with a time, shown in the project's time zone."),
        gettext_lazy("Last purchase: 2026-03-14 16:30"),
    ),
    FieldType.EMAIL: TypeWords(
        gettext_lazy("An e-mail address. Capital letters make no difference."),
        gettext_lazy("jane@example.org"),
    ),
    FieldType.PHONE: TypeWords(
        gettext_lazy("A telephone number, best with its country code."),
        gettext_lazy("+1 514 555-0100"),
    ),
    FieldType.URL: TypeWords(
        gettext_lazy("The address of a web page."), gettext_lazy("https://www.example.org")
    ),
    FieldType.CHOICE: TypeWords(
        gettext_lazy("One out of a list that you make below."),
        gettext_lazy("Relationship: prospect, customer or partner"),
    ),
    FieldType.MULTIPLE_CHOICE: TypeWords(
        gettext_lazy("Any number out of a list that you make below."),
        gettext_lazy("Interests: sailing and hiking"),
    ),
    FieldType.CONSENT: TypeWords(
        gettext_lazy(
            "Whether a person agreed to one kind of message: yes, no or unknown, with the date and "
            "the source. No import and no connected system turns a no into a yes."
        ),
        gettext_lazy("Newsletter: yes, since March 14"),
    ),
}


def shown_types(
    field: Field | None = None, *, held: bool = False, mapped: bool = False
) -> list[ShownType]:
    """Every type with its help and, for a field that contacts hold, what changing to it means."""
    return [
        ShownType(kind, WORDS[kind], _change(field, kind, held=held, mapped=mapped))
        for kind, _label in FIELD_TYPES
    ]


def _change(field: Field | None, kind: FieldType, *, held: bool, mapped: bool) -> str:
    if field is None or kind == field.type:
        return ""
    if mapped:
        return _("This field is mapped to another system: remove it from the field mapping first.")
    if not held:
        return ""
    match field_changes.type_change(field, kind):
        case TypeChange.KEEPS:
            return _("The values that contacts have stay, and become values of this type.")
        case TypeChange.IF_AMONG_CHOICES:
            return _(
                "The values that contacts have stay if each of them is the code of a choice below; "
                "otherwise nothing is changed, and you are told which ones are missing."
            )
        case TypeChange.IMPOSSIBLE:
            return _(
                "Contacts have values that this type cannot take over. Add a new field instead, "
                "or empty this one first."
            )
