"""A name in each language of the project, as the forms of fields and groups ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from raccord.contacts import labels
from raccord.contacts.labels import Wording


def add_to(
    form: forms.Form, languages: Sequence[str], *, label: str, own: Mapping[str, str]
) -> None:
    """One control per language, before the others; the first one is needed.

    label, own: what is stored, see `contacts.labels`.
    """
    told = labels.per_language(languages, label, own)
    asked: dict[str, forms.Field] = {}
    for code in languages:
        is_first = code == languages[0]
        asked[_control(code)] = forms.CharField(
            label=_asking(code, languages),
            max_length=labels.LONGEST,
            required=is_first,
            initial=told[code],
            help_text="" if is_first else _("Left empty, the other name is shown."),
        )
    first = asked[_control(languages[0])]
    first.widget.attrs["autofocus"] = True
    form.fields = asked | form.fields


def typed(form: forms.Form, languages: Sequence[str]) -> Wording:
    """What the valid form says, as it is stored."""
    texts = {code: str(form.cleaned_data[_control(code)]) for code in languages}
    return labels.wording(languages, texts)


def first_control(languages: Sequence[str]) -> str:
    """Beside which control it is said that a name cannot be taken."""
    return _control(languages[0])


def language_name(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def _control(language: str) -> str:
    return f"label_{language}"


def _asking(code: str, languages: Sequence[str]) -> str:
    if len(languages) == 1:
        return _("Name")
    return _("Name (%(language)s)") % {"language": language_name(code)}
