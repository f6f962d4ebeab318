"""What something is called in each language: from what a person types to what is stored, and back.

Stored are one label for every language and, beside it, those of the languages that have another
one. So a label is never missing, also when a language is added to the project later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from unicodedata import category

from django.conf import settings

LONGEST = 120


class Wording(NamedTuple):
    """label: for every language without its own; labels: language -> its own."""

    label: str
    labels: dict[str, str]


def wording(languages: Sequence[str], texts: Mapping[str, str], *, otherwise: str = "") -> Wording:
    """How the texts of the project's languages are stored.

    The first language's text is the one for every language; `otherwise` stands in if it is blank.
    """
    told = {code: texts.get(code, "").strip() for code in languages}
    label = told.get(languages[0], "") or otherwise
    own = {code: text for code, text in told.items() if text and text != label}
    return Wording(label, own)


def per_language(languages: Sequence[str], label: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The text of each of the project's languages, "" where it has none of its own.

    The label for every language counts as that of the first language without its own.
    """
    texts: dict[str, str] = {}
    for code in languages:
        texts[code] = labels.get(code, "") or label
        if code not in labels:
            label = ""
    return texts


def choice_wordings(
    languages: Sequence[str], texts: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """How the texts of choices (code -> language -> text) are stored; a code is its own label."""
    told = {code: wording(languages, each, otherwise=code) for code, each in texts.items()}
    return {
        code: ({} if label == code else {"": label}) | labels
        for code, (label, labels) in told.items()
        if labels or label != code
    }


def fit(labels: Mapping[str, str]) -> bool:
    """Whether they are of languages that we speak, and none of them blank or too long."""
    known = dict(settings.LANGUAGES)
    return all(code in known and is_label(text) for code, text in labels.items())


def is_label(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST and is_one_line(text)


def is_one_line(text: str) -> bool:
    """No line breaks and no control characters, which no screen could show."""
    return not any(category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)


def missing_in(languages: Iterable[str], labels: Mapping[str, str], *, first: str) -> list[str]:
    """The languages, beside the `first` one, that have no label of their own."""
    return [code for code in languages if code != first and code not in labels]
