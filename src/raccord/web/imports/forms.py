"""The upload form, and how big a file may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 200 * 1024 * 1024

ACCEPTED = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods")


class UploadForm(forms.Form):
    """A file with a table in it."""

    file = forms.FileField(
        label=_("CSV or Excel file"),
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        error_messages={
            "empty": _("This file is empty."),
            "required": _("Choose a file first."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        file.help_text = _("CSV, XLSX, XLS or ODS; at most %(megabytes)s MB.") % {
            "megabytes": LARGEST_FILE // 1024**2
        }
        file.widget.attrs.update({"data-max-bytes": LARGEST_FILE, "data-too-big": str(too_big())})

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
