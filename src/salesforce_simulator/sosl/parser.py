"""The clauses of a SOSL statement."""

import re
from dataclasses import dataclass
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.parser import Parser
from salesforce_simulator.soql.syntax import Column, Path, Query
from salesforce_simulator.sosl.terms import malformed_search

SCOPES = ("ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR")
_FIND = re.compile(r"\s*FIND\s*\{((?:\\.|[^}\\])*)\}", re.IGNORECASE | re.DOTALL)
_ESCAPED_BRACE = re.compile(r"\\([{}\[\]()&|!^~:'+\-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search: `wanted` are the objects to look among, none for all that can be searched."""

    terms: str
    scope: str = "ALL"
    wanted: tuple[Query, ...] = ()
    limit: int | None = None
    highlight: bool = False
    labels: bool = False


def parse_search(text: str) -> Search:
    """Return the parts of a statement; MALFORMED_SEARCH where it is none."""
    find = _FIND.match(text)
    if find is None:
        raise malformed_search("A search needs FIND {words}")
    parser = _parser(text, after=find.end())
    scope = parser.scope()
    wanted = parser.returning() if parser.accept("RETURNING") else ()
    options = parser.options()
    parser.end()
    terms = _ESCAPED_BRACE.sub(r" \1 ", find[1])
    return Search(terms=terms, scope=scope, wanted=wanted, **options)


def parse_wanted(text: str) -> tuple[Query, ...]:
    """Return what stands behind RETURNING: `Contact(Id, Name WHERE ... LIMIT 5), Lead`."""
    parser = _parser(text, after=0)
    wanted = parser.returning()
    parser.end()
    return wanted


def _parser(text: str, *, after: int) -> "_SearchParser":
    """The words between the braces are no tokens: blanks stand for them, as wide as they are."""
    blank = re.sub(r"\S", " ", text[:after])
    rest = text[after:]
    if not rest.strip():
        # A statement may end behind its braces, and a query may not be empty.
        rest = "LIMIT 2000"
    try:
        return _SearchParser(blank + rest, shown=text)
    except ApiError as wrong:
        raise _as_search(wrong) from wrong


class _SearchParser(Parser):
    """Reads the clauses behind FIND with what SOQL has for fields, WHERE and ORDER BY."""

    behind_items = frozenset({"USING", "WHERE", "ORDER", "LIMIT", "OFFSET"})

    def __init__(self, text: str, *, shown: str) -> None:
        super().__init__(text)
        self.text = shown

    def scope(self) -> str:
        if not self.accept("IN"):
            return "ALL"
        scope = self._guard(lambda: self.take_word(*SCOPES))
        self._guard(lambda: self.take_word("FIELDS"))
        return str(scope)

    def returning(self) -> tuple[Query, ...]:
        wanted: tuple[Query, ...] = self._guard(self._wanted)
        return wanted

    def options(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.accept("WITH"):
            self._guard(lambda: self._with(found))
        if self.accept("LIMIT"):
            found["limit"] = self._guard(self.take_count)
        while self.accept("UPDATE"):
            self._guard(lambda: self.take_word("TRACKING", "VIEWSTAT"))
            while self.accept_symbol(","):
                self._guard(lambda: self.take_word("TRACKING", "VIEWSTAT"))
        return found

    def end(self) -> None:
        self._guard(self.expect_end)

    def _guard(self, read: Any) -> Any:
        try:
            return read()
        except ApiError as wrong:
            raise _as_search(wrong) from wrong

    def _wanted(self) -> tuple[Query, ...]:
        wanted = [self._one()]
        while self.accept_symbol(","):
            wanted.append(self._one())
        return tuple(wanted)

    def _one(self) -> Query:
        source = self.take("name")
        common: dict[str, Any] = {
            "text": self.text,
            "object_name": source.text,
            "object_position": source.position,
        }
        if not self.accept_symbol("("):
            return Query(items=(Column(Path(("Id",), source.position)),), **common)
        items = self.items()
        if self.accept("USING"):
            self.take_word("LISTVIEW")
            self.take_symbol("=")
            self.take("name")
        query = Query(items=items, **common, **self.filters())
        self.take_symbol(")")
        if query.group_by or query.having or query.mode or query.all_rows:
            raise malformed_search("a search takes WHERE, ORDER BY, LIMIT and OFFSET only")
        return query

    def _with(self, found: dict[str, Any]) -> None:
        option = self.take("name").text.upper()
        if option == "HIGHLIGHT":
            found["highlight"] = True
        elif option == "SNIPPET":
            # Snippets are of articles, which this org has none of.
            if self.accept_symbol("("):
                self.take_word("TARGET_LENGTH")
                self.take_symbol("=")
                self.take_count()
                self.take_symbol(")")
        elif option == "METADATA":
            self.take_symbol("=")
            found["labels"] = self.value().text.upper() == "LABELS"
        elif option in {"DIVISION", "NETWORK", "PRICEBOOKID", "SPELL_CORRECTION"}:
            # The org has one division and network, and nothing is ever misspelt here.
            self.take_symbol("=")
            self.value()
        else:
            raise malformed_search(f"WITH {option} is not supported for these objects")


def _as_search(wrong: ApiError) -> ApiError:
    code = "MALFORMED_SEARCH" if wrong.code == "MALFORMED_QUERY" else wrong.code
    return ApiError(code, wrong.message, status=wrong.status)
