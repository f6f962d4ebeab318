"""Where a page of a list begins: an opaque text that travels in addresses.

It says behind (or before) which contact the page lies, by what the list is sorted by. Whoever
alters one, or keeps one for a list that is sorted otherwise meanwhile, is shown the first page.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

from raccord.contacts.lists.query import Sort

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Position:
    """A contact's place in an order. value: what it is sorted by, as text; None if empty there.

    backward: the page ends before this contact, instead of beginning behind it.
    """

    sort: str
    value: str | None
    contact: int
    backward: bool = False

    def __str__(self) -> str:
        parts = [self.sort, self.value, self.contact, int(self.backward)]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read(cursor: str, sort: Sort) -> Position | None:
    """The position that a cursor means in this order; None for the first page."""
    if not cursor or len(cursor) > LONGEST:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sorted_by, value, contact, backward = orjson.loads(raw)
    except (binascii.Error, ValueError, TypeError):
        return None
    whole = isinstance(contact, int) and 0 < contact < 2**63
    if sorted_by != str(sort) or not whole or not (value is None or isinstance(value, str)):
        return None
    if value is not None and "\x00" in value:
        return None
    return Position(sorted_by, value, contact, backward == 1)
