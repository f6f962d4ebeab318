"""What is asked about an export: the kind of file, its columns, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from raccord.contacts.exports import Column, ExportOptions
from raccord.contacts.exports.options import Delimiter, FileFormat, Wording
from raccord.contacts.exports.starting import LONGEST_NAME
from raccord.engine.errors import BadInput
from raccord.web.base.problems import show_problems
from raccord.web.templatetags.pieces import in_digits

AS_ON_LIST = "list"
ALL_FIELDS = "all"
MOST_NAMED = 6
USUALLY_CHOSEN = ("format", "which", "headings", "choices", "delimiter")
"""One of them is chosen from the beginning, so nobody is asked for them."""

FORMATS = [
    (FileFormat.CSV, gettext_lazy("CSV, which every program can read")),
    (FileFormat.XLSX, gettext_lazy("Excel workbook (XLSX)")),
]
HEADINGS = [
    (Wording.LABELS, gettext_lazy("Labels, as on the screens")),
    (Wording.KEYS, gettext_lazy("Keys, as programs know the fields")),
]
CHOICES = [
    (Wording.LABELS, gettext_lazy("Labels, as on the screens")),
    (Wording.KEYS, gettext_lazy("Codes, as they are stored")),
]
DELIMITERS = [
    (Delimiter.COMMA, gettext_lazy("Comma, and decimals with a point")),
    (Delimiter.SEMICOLON, gettext_lazy("Semicolon, and decimals with a comma (Excel in French)")),
]


class ExportForm(forms.Form):
    """listed: the names of the list's columns. known: everything that can be a column. also: of
    those, what is ticked beside them."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name of the file"), max_length=LONGEST_NAME)
    format = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), choices=FORMATS, widget=forms.RadioSelect
    )
    which = forms.ChoiceField(label=gettext_lazy("Columns"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Further columns"), widget=forms.CheckboxSelectMultiple, required=False
    )
    headings = forms.ChoiceField(label=gettext_lazy("Headings of the columns"), choices=HEADINGS)
    choices = forms.ChoiceField(
        label=gettext_lazy("Choices, and yes or no"),
        choices=CHOICES,
        help_text=gettext_lazy("Either can be imported again."),
    )
    delimiter = forms.ChoiceField(label=gettext_lazy("Between two columns"), choices=DELIMITERS)

    def __init__(
        self,
        *,
        name: str,
        listed: Sequence[str],
        known: Sequence[Column],
        also: Sequence[str] = (),
        data: Any = None,
    ) -> None:
        super().__init__(data, initial=_usual(name) | {"also": list(also)})
        for usual in USUALLY_CHOSEN:
            self.fields[usual].required = False
        self.listed = listed
        self.known = known
        fields = [column for column in known if column.spec is not None]
        self._choices("which").choices = [
            (AS_ON_LIST, _as_on_list([each.label for each in known if each.name in listed])),
            (ALL_FIELDS, _all_fields(len(fields))),
        ]
        self._choices("also").choices = [
            (each.name, each.label)
            for each in known
            if each.spec is None and each.name not in listed
        ]

    def clean(self) -> dict[str, Any]:
        """What was not answered is as usual."""
        for name in USUALLY_CHOSEN:
            self.cleaned_data[name] = self.cleaned_data.get(name) or self.initial[name]
        return self.cleaned_data

    def columns(self) -> list[str]:
        """The names of the chosen columns, from the left."""
        fields = [column.name for column in self.known if column.spec is not None]
        chosen = fields if self.cleaned_data["which"] == ALL_FIELDS else list(self.listed)
        return list(dict.fromkeys([*chosen, *self.cleaned_data["also"]]))

    def options(self) -> ExportOptions:
        return ExportOptions.from_json(self.cleaned_data)

    def show(self, problems: Iterable[BadInput]) -> None:
        """Put each problem beside what it is about."""
        show_problems(self, problems)

    def _choices(self, name: str) -> Any:
        return self.fields[name]


def _usual(name: str) -> dict[str, Any]:
    """A semicolon where spreadsheets expect it."""
    french = (get_language() or "").startswith("fr")
    return {
        "name": name,
        "format": FileFormat.CSV,
        "which": AS_ON_LIST,
        "headings": Wording.LABELS,
        "choices": Wording.LABELS,
        "delimiter": Delimiter.SEMICOLON if french else Delimiter.COMMA,
    }


def _as_on_list(labels: Sequence[str]) -> str:
    named = ", ".join(labels[:MOST_NAMED])
    if len(labels) > MOST_NAMED:
        return _("As on the list: %(columns)s, …") % {"columns": named}
    return _("As on the list: %(columns)s") % {"columns": named}


def _all_fields(count: int) -> str:
    text = ngettext("All fields (%(count)s)", "All fields (%(count)s)", count)
    return text % {"count": in_digits(count)}
