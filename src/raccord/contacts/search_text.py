"""What a contact is found by: its values without accents and case, one per line.

Written by `changes.py` with every contact, looked through by `queries.py`. PostgreSQL's own
extensions for this are not part of every installation, so the folding is done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import combining, normalize

from raccord.engine.values import Stored


def folded(text: str) -> str:
    """`text` as it is compared when looked for: "Ünal" and "UNAL" are the same."""
    if text.isascii():
        return text.lower()
    decomposed = normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not combining(char))


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
