"""The form of step 2: how the file is read, with what was found out already chosen."""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts.imports import DateOrder, DecimalMark, ImportOptions, Sheet

_ENCODINGS = {
    "utf-8": gettext_lazy("UTF-8 (usual today)"),
    "utf-16": gettext_lazy("UTF-16"),
    "cp1252": gettext_lazy("Windows-1252 (older spreadsheets)"),
    "iso8859-15": gettext_lazy("ISO 8859-15 (older programs)"),
    "mac-roman": gettext_lazy("Mac Roman (older Macs)"),
}
_DELIMITERS = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Vertical bar"),
}
_DATE_ORDERS = {
    DateOrder.YEAR_FIRST: gettext_lazy("Year first: 2026-03-04"),
    DateOrder.DAY_FIRST: gettext_lazy("Day first: 4/3/2026"),
    DateOrder.MONTH_FIRST: gettext_lazy("Month first: 3/4/2026"),
}
_DECIMAL_MARKS = {
    DecimalMark.POINT: gettext_lazy("Point: 1,234.50"),
    DecimalMark.COMMA: gettext_lazy("Comma: 1 234,50"),
}
# A comma cannot be typed into the value of a tab: names travel instead.
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class ReadingForm(forms.Form):
    """The questions that fit the file: a workbook has sheets, any other file an encoding.

    What is not answered stays as it was.
    """

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Between two cells"), required=False)
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding of accents"),
        help_text=gettext_lazy("Choose another one if letters such as é look wrong below."),
        required=False,
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Dates"),
        help_text=gettext_lazy("Dates such as 2026-03-04 are always understood."),
        required=False,
    )
    decimal_mark = forms.ChoiceField(label=gettext_lazy("Decimal numbers"), required=False)
    header = forms.BooleanField(
        label=gettext_lazy("The first line names the columns"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        options: ImportOptions,
        sheets: tuple[Sheet, ...],
        is_workbook: bool,
    ) -> None:
        super().__init__(data, initial=_initial(options))
        self._choices("sheet", {sheet.name: _titled(sheet) for sheet in sheets})
        self._choices("delimiter", {_DELIMITER_NAMES[d]: text for d, text in _DELIMITERS.items()})
        self._choices("encoding", _encodings(options.encoding))
        self._choices("date_order", _DATE_ORDERS)
        self._choices("decimal_mark", _DECIMAL_MARKS)
        # One sheet is no question.
        dropped = ["delimiter", "encoding"] if is_workbook else ["sheet"]
        for name in [*dropped, *(["sheet"] if is_workbook and len(sheets) < 2 else [])]:
            del self.fields[name]

    def options(self, before: ImportOptions) -> ImportOptions:
        """What was answered. Columns are to be chosen again where they may be others now."""
        given = self.cleaned_data
        after = replace(
            before,
            sheet=given.get("sheet") or before.sheet,
            delimiter=_delimiter(given.get("delimiter")) or before.delimiter,
            encoding=given.get("encoding") or before.encoding,
            header=given["header"],
            date_order=DateOrder(given["date_order"] or before.date_order),
            decimal_mark=DecimalMark(given["decimal_mark"] or before.decimal_mark or "point"),
        )
        same_columns = (after.sheet, after.delimiter, after.encoding, after.header) == (
            before.sheet,
            before.delimiter,
            before.encoding,
            before.header,
        )
        return after if same_columns else replace(after, columns=(), names=())

    def _choices(self, name: str, choices: Any) -> None:
        self.fields[name].choices = list(choices.items())  # type: ignore[attr-defined]


def _initial(options: ImportOptions) -> dict[str, Any]:
    return {
        "sheet": options.sheet,
        "delimiter": _DELIMITER_NAMES.get(options.delimiter, "comma"),
        "encoding": options.encoding,
        "header": options.header,
        "date_order": options.date_order,
        "decimal_mark": options.decimal_mark or DecimalMark.POINT,
    }


def _encodings(found: str) -> dict[str, Any]:
    """The ones that are offered, and the one that was found, by the name it was found by."""
    offered: dict[str, Any] = {} if found else {"": _("Find out by itself")}
    for name, text in _ENCODINGS.items():
        is_found = bool(found) and _codec(name) == _codec(found)
        offered[found if is_found else name] = text
    return offered if found in offered else {found: found.upper(), **offered}


def _codec(name: str) -> str:
    return codecs.lookup(name).name


def _delimiter(name: str | None) -> str:
    return next((delimiter for delimiter, called in _DELIMITER_NAMES.items() if called == name), "")


def _titled(sheet: Sheet) -> str:
    if sheet.hidden:
        return _("%(sheet)s (hidden)") % {"sheet": sheet.name}
    return sheet.name
