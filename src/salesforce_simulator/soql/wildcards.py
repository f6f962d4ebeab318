"""Match text against a pattern with wildcards, in time that hostile patterns cannot blow up.

A pattern is cut at what stands for any text; the pieces between are looked for from left to right,
each as early as possible. That finds a match wherever there is one, and never goes back.
"""

import re
from collections.abc import Callable
from typing import Any

from salesforce_simulator.soql.lexer import characters

Matches = Callable[[str], bool]
# A character of a pattern, or one of the two wildcards.
_MANY, _ONE = object(), object()
_TERM = re.compile(r"\\?.", re.DOTALL)


def like(raw: str) -> Matches:
    r"""Return the test of LIKE: % is any text, _ any character, \% and \_ themselves.

    raw: the inside of the quoted string.
    """
    wild = {"%": _MANY, "_": _ONE}
    return _matcher([one if kept else wild.get(one, one) for one, kept in characters(raw)])


def search_term(pattern: str) -> Matches:
    r"""Return the test of a word of a search: * is any text, ? any character, \* and \? are not."""
    wild = {"*": _MANY, "?": _ONE}
    return _matcher([wild.get(each, each[-1]) for each in _TERM.findall(pattern)])


def _matcher(tokens: list[Any]) -> Matches:
    pieces: list[list[Any]] = [[]]
    for token in tokens:
        if token is _MANY:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, *middle = map(_piece, pieces)
    if not middle:
        return lambda text: first.fullmatch(text) is not None
    between, last, length = middle[:-1], middle[-1], len(pieces[-1])

    def matches(text: str) -> bool:
        begun = first.match(text)
        if begun is None:
            return False
        at = begun.end()
        for piece in between:
            found = piece.search(text, at)
            if found is None:
                return False
            at = found.end()
        tail = len(text) - length
        return tail >= at and last.match(text, tail) is not None

    return matches


def _piece(tokens: list[Any]) -> re.Pattern[str]:
    """Every token matches one character, so a piece has one length only."""
    said = ("." if token is _ONE else re.escape(token) for token in tokens)
    return re.compile("".join(said), re.IGNORECASE | re.DOTALL)
