"""SOQL text: the only place where values and names become part of a query.

Grammar of literals: developer.salesforce.com, SOQL and SOSL reference, "Quoted String Escape
Sequences". Names cannot be quoted in SOQL, so a name that is not one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
_ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_TO_ESCAPE = re.compile(r"""[\x00-\x1f\\'"]""")

# A statement may have 100,000 characters; half of that leaves room for any field list.
_LONGEST_VALUE_LIST = 50_000


def select(fields: Iterable[str], *, from_object: str, where: str, values: Sequence[str]) -> str:
    """A query for the records whose field `where` equals one of `values`."""
    names = ", ".join(name(field) for field in fields)
    literals = ", ".join(literal(value) for value in values)
    return f"SELECT {names} FROM {name(from_object)} WHERE {name(where)} IN ({literals})"  # noqa: S608


def literal(value: str) -> str:
    """A quoted string that no character of `value` can end early."""
    return f"'{_TO_ESCAPE.sub(_escape, value)}'"


def name(text: str) -> str:
    """`text` itself if it can be a field or object name, else ValueError."""
    if not _NAME.fullmatch(text):
        raise ValueError("not a name in SOQL")
    return text


def portions(values: Iterable[str], *, most: int) -> Iterator[list[str]]:
    """Values in portions that fit one statement: at most `most`, and not too long together."""
    portion: list[str] = []
    length = 0
    for value in values:
        size = len(literal(value)) + 2
        if portion and (len(portion) == most or length + size > _LONGEST_VALUE_LIST):
            yield portion
            portion, length = [], 0
        portion.append(value)
        length += size
    if portion:
        yield portion


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"
