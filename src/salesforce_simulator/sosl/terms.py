"""The words of a search: joined by AND, OR, NOT, in quotes, with wildcards.

    acme        the word                    "acme corp"   the words side by side
    acm*        words that begin so         acme corp     both, wherever they stand
    a?me        one character left open     acme AND NOT (corp OR inc)

A word is a run of letters and digits: `zoe@example.com` is three words side by side.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.wildcards import search_term

# Each field of a record as its words.
Words = list[list[str]]
_TOKEN = re.compile(r'\s*(?:"((?:\\.|[^"\\])*)"|([()])|((?:\\.|[^\s()"\\])+)|(.))', re.DOTALL)
# Escaped characters are said as they are, but only * and ? mean anything else unescaped.
_PIECE = re.compile(r"\\[*?]|[*?]|[^\W_]+", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_MAX_DEPTH = 50
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side, each as the test of one word. `plain` are those without
    wildcards, which a search may mark."""

    tests: tuple[Callable[[str], bool], ...]
    plain: tuple[str, ...]

    def holds(self, words: Words) -> bool:
        size = len(self.tests)
        return any(
            all(test(word) for test, word in zip(self.tests, field[at : at + size], strict=True))
            for field in words
            for at in range(len(field) - size + 1)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record must say. `needed` are texts without which no record can."""

    holds: Callable[[Words], bool]
    needed: frozenset[str]
    marked: frozenset[str]


def parse_terms(text: str) -> Wanted:
    """Return what the text between the braces asks for; MALFORMED_SEARCH where it is nothing."""
    if len(text.strip().strip('*?"')) < _SHORTEST:
        raise malformed_search(f"search term must be longer than one character: {text}")
    return _Terms(text).whole()


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def malformed_search(message: str) -> ApiError:
    return ApiError("MALFORMED_SEARCH", message)


class _Terms:
    """Recursive descent: OR binds loosest, then AND (said or not), then NOT."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        for quoted, bracket, word, _ in _TOKEN.findall(text):
            if quoted:
                self._tokens.append(("words", quoted))
            elif bracket:
                self._tokens.append((bracket, bracket))
            elif word:
                is_operator = word.upper() in {"AND", "OR", "NOT"}
                self._tokens.append((word.upper(), word) if is_operator else ("words", word))
        self._next = 0
        self._depth = 0

    def whole(self) -> Wanted:
        wanted = self._any()
        if self._peek():
            raise malformed_search(f"unexpected token: '{self._tokens[self._next][1]}'")
        if not wanted.marked and not wanted.needed:
            raise malformed_search("a search needs a word to look for")
        return wanted

    def _any(self) -> Wanted:
        parts = [self._every()]
        while self._accept("OR"):
            parts.append(self._every())
        if len(parts) == 1:
            return parts[0]
        tests = [part.holds for part in parts]
        needed = frozenset.intersection(*(part.needed for part in parts))
        marked = frozenset().union(*(part.marked for part in parts))
        return Wanted(lambda words: any(test(words) for test in tests), needed, marked)

    def _every(self) -> Wanted:
        parts = [self._one()]
        while self._accept("AND") or self._peek() in {"words", "(", "NOT"}:
            parts.append(self._one())
        tests = [part.holds for part in parts]
        needed = frozenset().union(*(part.needed for part in parts))
        marked = frozenset().union(*(part.marked for part in parts))
        return Wanted(lambda words: all(test(words) for test in tests), needed, marked)

    def _one(self) -> Wanted:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise malformed_search(f"expressions are nested more than {_MAX_DEPTH} levels deep")
        found = self._unary()
        self._depth -= 1
        return found

    def _unary(self) -> Wanted:
        if self._accept("NOT"):
            unwanted = self._one().holds
            return Wanted(lambda words: not unwanted(words), frozenset(), frozenset())
        if self._accept("("):
            inner = self._any()
            if not self._accept(")"):
                raise malformed_search("unexpected token: '<EOF>'")
            return inner
        if self._peek() != "words":
            shown = self._tokens[self._next][1] if self._peek() else "<EOF>"
            raise malformed_search(f"unexpected token: '{shown}'")
        self._next += 1
        return _wanted(self._tokens[self._next - 1][1])

    def _peek(self) -> str:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _accept(self, kind: str) -> bool:
        if self._peek() != kind:
            return False
        self._next += 1
        return True


def _wanted(text: str) -> Wanted:
    term = _term(text)
    if not term.tests:
        # Only signs: as if it had not been written.
        return Wanted(lambda words: True, frozenset(), frozenset())
    return Wanted(term.holds, frozenset(_literals(text)), frozenset(term.plain))


def _term(text: str) -> Term:
    patterns = [each for each in _patterns(text) if each.strip("*")]
    tests = tuple(_test(each) for each in patterns)
    return Term(tests, tuple(each for each in patterns if not re.search(r"[*?]", each)))


def _test(pattern: str) -> Callable[[str], bool]:
    return search_term(pattern) if re.search(r"[*?]", pattern) else pattern.__eq__


def _patterns(text: str) -> list[str]:
    """Cut a term into words, wildcards within them."""
    found: list[str] = []
    end = -1
    for match in _PIECE.finditer(text.casefold()):
        piece = match[0]
        if piece.startswith("\\"):
            continue
        if match.start() == end:
            found[-1] += piece
        else:
            found.append(piece)
        end = match.end()
    return found


def _literals(text: str) -> list[str]:
    return [word for each in _patterns(text) for word in _WORD.findall(each)]
