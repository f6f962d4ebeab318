"""The choices of a field as rows of a form: a code, and a label in each language.

Rows are added, moved and removed in the browser (static/choices.js) or, without JavaScript, by
the same buttons, which send the form: `acted` then gives the rows to show again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from raccord.contacts import labels
from raccord.contacts.models import Field
from raccord.web.projects.wordings import language_name

ACT = "choices_act"
BLANK_AT_FIRST = 3
MORE = 5


class Cell(NamedTuple):
    """One control of a row."""

    name: str
    text: str
    told: str


class Row(NamedTuple):
    """code: what is stored. texts: language -> what is shown. kept: the code exists already."""

    code: str
    texts: dict[str, str]
    kept: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.code and not any(self.texts.values())

    @property
    def named_code(self) -> str:
        """The code; made from the first label where none was typed."""
        return self.code or next((text for text in self.texts.values() if text), "")

    def cells(self) -> list[Cell]:
        """The labels' controls, with what a screen reader calls them."""
        return [
            Cell(f"choice_label_{code}", text, _("Label (%(language)s)") % {"language": name})
            for code, text in self.texts.items()
            if (name := language_name(code))
        ]


def stored(field: Field, languages: Sequence[str]) -> list[Row]:
    """The rows of a field that exists."""
    return [
        Row(code, labels.per_language(languages, own.get("", ""), _without_all(own)), kept=True)
        for code in field.choices
        for own in [field.choice_labels.get(code, {})]
    ]


def posted(data: QueryDict, languages: Sequence[str], *, kept: Sequence[str] = ()) -> list[Row]:
    """The rows of a posted form, blank ones too; `kept`: the codes that exist already."""
    codes = [code.strip() for code in data.getlist("choice_code")]
    columns = {code: data.getlist(f"choice_label_{code}") for code in languages}
    return [
        Row(
            code,
            {
                language: (texts[number].strip() if number < len(texts) else "")
                for language, texts in columns.items()
            },
            kept=code in kept,
        )
        for number, code in enumerate(codes)
    ]


def acted(rows: list[Row], act: str, languages: Sequence[str]) -> list[Row]:
    """The rows after a press of one of their buttons: "up:2", "down:0", "remove:1" or "more"."""
    name, _colon, place = act.partition(":")
    rows = list(rows)
    here = int(place) if place.isascii() and place.isdigit() else -1
    there = here + {"up": -1, "down": 1}.get(name, 0)
    if name == "remove" and 0 <= here < len(rows):
        del rows[here]
    elif 0 <= here < len(rows) and 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    if name == "more":
        rows += blank(languages, MORE)
    return rows


def blank(languages: Sequence[str], count: int) -> list[Row]:
    return [Row("", dict.fromkeys(languages, "")) for _number in range(count)]


def filled(rows: Sequence[Row]) -> list[Row]:
    """Those that say something."""
    return [row for row in rows if not row.is_blank]


def _without_all(own: dict[str, str]) -> dict[str, str]:
    return {language: label for language, label in own.items() if language}
