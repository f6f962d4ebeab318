"""What a contact is found by: its values without accents and case, one per line.

Written by `changes.py` with every contact, looked through by `queries.py`. PostgreSQL's own
extensions for this are not part of every installation, so the folding is done here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from raccord.engine.values import Stored

# Accents and vowel signs of the scripts that write them as separate marks.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def folded(text: str) -> str:
    """`text` as it is compared when looked for: "Ünal" and "UNAL" are the same."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", normalize("NFKD", text.casefold()))


def search_text(values: Mapping[str, Stored]) -> str:
    """The searchable form of a contact's stored values; yes and no are nothing to look for."""
    words: list[str] = []
    for value in values.values():
        if isinstance(value, list):
            words.extend(value)
        elif isinstance(value, str) and value not in ("yes", "no"):
            words.append(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            words.append(str(value))
    return folded("\n".join(words))
