"""Text from files, made fit to be stored and shown."""

from __future__ import annotations

import re

# What PostgreSQL cannot hold: NUL, and lone surrogates (bytes of the file that are not UTF-8).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with a visible mark for each character that cannot be stored."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters of it, storable; an ellipsis says that there was more."""
    return storable(text if len(text) <= limit else text[: limit - 1] + "…")
