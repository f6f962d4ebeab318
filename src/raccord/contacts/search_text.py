"""What a contact is found by: its values without accents and case, one per line.

Written by `changes.py` with every contact. PostgreSQL's own extensions for this are not part of
every installation, so the folding is done here. The words in it are indexed (`raccord_words`, as
the migration `0014_words_in_a_third_of_the_time` makes it): a word ends at a space or a sign, so
that the parts of an address, a date or a number are words of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from raccord.engine.values import Stored

LONGEST = 200_000
LONGEST_WORD = 500
"""In characters; PostgreSQL takes 2,046 bytes in a word and a megabyte in all words."""

UNSAID = ("yes", "no")
"""Consents, which nobody looks for by a word."""

# What separates words, beside white space; `raccord_words` has the same.
SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»“”‘’–—…¿¡"
_BETWEEN_WORDS = str.maketrans(dict.fromkeys(SIGNS, " "))

# Accents and vowel signs of the scripts that write them as separate marks.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_UNBROKEN = re.compile(rf"\S{{{LONGEST_WORD}}}")
_PHONE = re.compile(r"(?!\d{4}-\d\d-\d\d)\+?[\d(][\d ().\-/]{5,24}")
_NO_DIGITS = str.maketrans("", "", "+ ().-/")
# Digits of a number with its area code; ten where country code 1 is, nine nearly everywhere else.
_NATIONAL = 9


def folded(text: str) -> str:
    """`text` as it is compared when looked for: "Ünal" and "UNAL" are the same."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", normalize("NFKD", text)).casefold()


def words(text: str) -> list[str]:
    """The words of a folded text, as they are indexed."""
    return text.translate(_BETWEEN_WORDS).split()


def digits_of_phone(text: str) -> str:
    """The digits of something that looks like a phone number, else ""."""
    if not _PHONE.fullmatch(text):
        return ""
    digits = text.translate(_NO_DIGITS)
    return digits if len(digits) >= 7 else ""


def national_numbers(digits: str) -> list[str]:
    """What is the same however a number is written, the likeliest first: without country code and
    trunk 0."""
    digits = digits.lstrip("0")
    if len(digits) == 11 and digits[0] == "1":
        return [digits[1:]]
    return [digits] if len(digits) <= _NATIONAL else [digits[-_NATIONAL:], digits]


def search_text(values: Mapping[str, Stored]) -> str:
    """The searchable form of a contact's stored values."""
    lines: list[str] = []
    for value in values.values():
        if isinstance(value, list):
            lines.extend(value)
        elif isinstance(value, str) and value not in UNSAID:
            lines.append(value)
            if value[0] in "+(0123456789" and (digits := digits_of_phone(value)):
                lines.append(_indexed(digits))
        elif isinstance(value, int) and not isinstance(value, bool):
            lines.append(str(value))
    text = folded("\n".join(lines))
    return text if len(text) <= LONGEST_WORD else _of_bearable_length(text)


def _indexed(digits: str) -> str:
    numbers = national_numbers(digits)
    # Ten digits may be all of a number, and are looked for from the first one on.
    return numbers[-1] if len(numbers[-1]) == 10 else numbers[0]


def _of_bearable_length(text: str) -> str:
    """Short values first where there is too much, since the last ones are cut off then."""
    if len(text) > LONGEST:
        text = "\n".join(sorted(text.split("\n"), key=len))[:LONGEST]
    return _UNBROKEN.sub(r"\g<0> ", text)
