"""The parameters of /parameterizedSearch, from the address or a JSON body, as a search.

Both become the same words: for each object `NAME(fields WHERE ... ORDER BY ... LIMIT ...)`, which
is what stands behind RETURNING in SOSL, and is checked as such.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from salesforce_simulator.soql.syntax import Query
from salesforce_simulator.sosl.parser import SCOPES, Search, parse_wanted
from salesforce_simulator.sosl.terms import malformed_search

MAX_LIMIT = 2000
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


def from_body(body: Mapping[str, Any]) -> Search:
    """Return the search that a JSON body asks for; MALFORMED_SEARCH where it makes no sense."""
    objects = body.get("sobjects") or []
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise malformed_search("sobjects is a list of objects with a name")
    return _search(body, objects)


def from_address(asked: MultiDict[str, str]) -> Search:
    """Return the search that an address's query asks for; MALFORMED_SEARCH as above."""
    names = [each for text in asked.getlist("sobject") for each in text.split(",") if each.strip()]
    objects = [
        {"name": name.strip(), **{key: asked.get(f"{name.strip()}.{key}") for key in _OF_OBJECT}}
        for name in names
    ]
    return _search(asked, objects)


_OF_OBJECT = ("fields", "where", "orderBy", "limit")


def _search(asked: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> Search:
    scope = str(asked.get("in") or "ALL").upper()
    if scope not in SCOPES:
        raise malformed_search(f"in takes one of {', '.join(SCOPES)}")
    if asked.get("fields") and not objects:
        raise malformed_search("fields needs at least one sobject")
    offset = _number(asked, "offset")
    if offset and len(objects) != 1:
        raise malformed_search("offset needs exactly one sobject")
    wanted = tuple(_wanted(each, asked, offset) for each in objects)
    return Search(
        terms=_words(asked.get("q")),
        scope=scope,
        wanted=wanted,
        limit=_number(asked, "overallLimit"),
        labels=str(asked.get("metadata") or "").upper() == "LABELS",
    )


def _wanted(one: Mapping[str, Any], asked: Mapping[str, Any], offset: int | None) -> Query:
    name = str(one.get("name") or "")
    if not _NAME.fullmatch(name):
        raise malformed_search(f"not the name of an sobject: {name!r}")
    fields = _fields(one.get("fields")) or _fields(asked.get("fields")) or "Id"
    limit = _number(one, "limit")
    limit = _number(asked, "defaultLimit") if limit is None else limit
    clauses = {
        "WHERE": one.get("where"),
        "ORDER BY": one.get("orderBy"),
        "LIMIT": limit,
        "OFFSET": offset,
    }
    said = "".join(f" {word} {value}" for word, value in clauses.items() if value is not None)
    wanted = parse_wanted(f"{name}({fields}{said})")
    if len(wanted) > 1:
        raise malformed_search(f"the parameters of {name} are those of several objects")
    return wanted[0]


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise malformed_search("A search string has to be specified")
    return value


def _fields(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value or "")


def _number(asked: Mapping[str, Any], name: str) -> int | None:
    value = asked.get(name)
    if value is None or value == "":
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > MAX_LIMIT:
        raise malformed_search(f"{name} takes a number up to {MAX_LIMIT}: {text}")
    return int(text)
