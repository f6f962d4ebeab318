"""The upload form, and how big a file may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 200 * 1024 * 1024

ENCODINGS = [
    ("", _("Find out by itself (UTF-8 or UTF-16)")),
    ("windows-1252", _("Western European (Windows-1252), as older spreadsheets write")),
    ("iso-8859-15", _("Western European (ISO 8859-15)")),
    ("mac-roman", _("Western European (Macintosh)")),
]


class ImportForm(forms.Form):
    """A CSV file, and its encoding where it is not UTF-8."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"empty": _("This file is empty.")},
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs.update(
            {"data-max-bytes": LARGEST_FILE, "data-too-big": str(too_big())}
        )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size and file.size > LARGEST_FILE:
            raise ValidationError(too_big(), code="too_big")
        return file


def too_big() -> str:
    """What is said of a file over the limit."""
    limit = filesizeformat(LARGEST_FILE)
    return _("This file is larger than %(limit)s. Split it, then import the parts.") % {
        "limit": limit
    }
