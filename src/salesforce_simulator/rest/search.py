"""/search (SOSL) and /parameterizedSearch: records by the words in them.

A word is found where a word of a field is the same, or begins with it if it ends in an asterisk;
every word of the search must be found in the same record.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.reading import record_json
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.soql.run import row_predicate
from salesforce_simulator.store import Row

MAX_FOUND = 2000
SEARCHED = ("Account", "Contact", "Lead", "User")
_WORD = re.compile(r"[\w@.+\-*?]+")
_TYPES = {
    "ALL": frozenset({"string", "email", "phone", "textarea", "url", "picklist"}),
    "NAME": frozenset(),
    "EMAIL": frozenset({"email"}),
    "PHONE": frozenset({"phone"}),
}
_SOSL = re.compile(
    r"\s*FIND\s*\{(?P<words>(?:\\.|[^}\\])*)\}\s*"
    r"(?:IN\s+(?P<scope>ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\s*)?"
    r"(?:RETURNING\s+(?P<wanted>.*?))?\s*(?:LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_WANTED = re.compile(
    r"\s*(?P<name>\w+)\s*(?:\(\s*(?P<fields>[\w\s,.]*?)"
    r"(?:\s+WHERE\s+(?P<where>.*?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*\))?\s*(?:,|$)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An object to search. fields: what its records show. where: a condition of SOQL, or ""."""

    kind: SObjectType
    fields: list[str]
    where: str = ""
    limit: int = MAX_FOUND


def search(call: Call) -> Response:
    """Answer a SOSL statement."""
    text = call.request.args.get("q", "")
    parsed = _SOSL.fullmatch(text)
    if parsed is None:
        raise ApiError("MALFORMED_SEARCH", f"No search term found. The search term: {text!r}")
    words = re.sub(r"\\(.)", r"\1", parsed["words"])
    wanted = list(_wanted(call, parsed["wanted"])) if parsed["wanted"] else _usual(call)
    scope = (parsed["scope"] or "ALL").upper()
    return _answer(call, words, wanted, scope=scope, limit=int(parsed["limit"] or MAX_FOUND))


def parameterized(call: Call) -> Response:
    """Answer a search given by parameters, in the address or as JSON."""
    wish = call.json_object() if call.request.method == "POST" else _from_address(call)
    wanted = [
        _chosen(call, str(each.get("name", "")), each.get("fields") or wish.get("fields") or [])
        for each in wish.get("sobjects") or []
        if isinstance(each, dict)
    ]
    limit = wish.get("overallLimit", MAX_FOUND)
    return _answer(
        call,
        str(wish.get("q", "")),
        wanted or _usual(call),
        scope=str(wish.get("in") or "ALL").upper(),
        limit=int(limit) if str(limit).isdigit() else MAX_FOUND,
    )


def _answer(
    call: Call, text: str, wanted: Iterable[_Wanted], *, scope: str, limit: int
) -> Response:
    words = _WORD.findall(text.casefold())
    if not words or len(text.strip().strip("*?")) < 2:
        message = "Search term must be longer than one character: " + text
        raise ApiError("MALFORMED_SEARCH", message)
    patterns = [re.compile(_pattern(word)) for word in words]
    found: list[dict[str, Any]] = []
    for each in wanted:
        rows = _matching(call, each, patterns, scope=scope)
        found += [
            record_json(each.kind, row, version=call.version, names=each.fields)
            for row in rows[: each.limit]
        ]
    call.rows = len(found[:limit])
    return call.answer({"searchRecords": found[:limit]})


def _matching(
    call: Call, wanted: _Wanted, patterns: list[re.Pattern[str]], *, scope: str
) -> list[Row]:
    types = _TYPES.get(scope, _TYPES["ALL"])
    names = [
        field.name
        for field in wanted.kind.fields
        if field.type in types or (scope == "NAME" and field.name in {"FirstName", "LastName"})
    ]
    names += [wanted.kind.name_field] if scope == "NAME" else []
    with call.org.lock:
        test = row_predicate(call.org, wanted.kind.name, wanted.where) if wanted.where else None
        rows = list(call.org.store(wanted.kind.name).live.values())
        return [row for row in rows if _holds(row, names, patterns) and (not test or test(row))]


def _holds(row: Row, names: list[str], patterns: list[re.Pattern[str]]) -> bool:
    said = " ".join(str(row[name]).casefold() for name in names if row.get(name) is not None)
    return bool(said) and all(pattern.search(said) for pattern in patterns)


def _pattern(word: str) -> str:
    inner = re.escape(word).replace(r"\*", r"\S*").replace(r"\?", r"\S")
    return rf"(?<!\w){inner}(?!\w)"


def _wanted(call: Call, text: str) -> Iterator[_Wanted]:
    position = 0
    while position < len(text):
        parsed = _WANTED.match(text, position)
        if parsed is None:
            raise ApiError("MALFORMED_SEARCH", f"unexpected token: {text[position:]}")
        fields = [each.strip() for each in (parsed["fields"] or "").split(",") if each.strip()]
        chosen = _chosen(call, parsed["name"], fields)
        limit = int(parsed["limit"] or MAX_FOUND)
        yield _Wanted(chosen.kind, chosen.fields, (parsed["where"] or "").strip(), limit)
        position = parsed.end()


def _chosen(call: Call, name: str, fields: Any) -> _Wanted:
    kind = call.org.schema.find(name)
    if kind is None:
        raise not_found(f"sObject type '{name}' is not supported.")
    names = [str(each).strip() for each in fields]
    for each in names:
        if kind.field(each) is None:
            message = f"No such column '{each}' on entity '{kind.name}'"
            raise ApiError("INVALID_FIELD", message)
    return _Wanted(kind, names or ["Id"])


def _usual(call: Call) -> list[_Wanted]:
    return [_chosen(call, name, []) for name in SEARCHED]


def _from_address(call: Call) -> dict[str, Any]:
    asked = call.request.args
    names = [each for text in asked.getlist("sobject") for each in text.split(",") if each]
    sobjects = [{"name": name, "fields": _list(asked.get(f"{name}.fields"))} for name in names]
    return {
        "q": asked.get("q", ""),
        "in": asked.get("in"),
        "fields": _list(asked.get("fields")),
        "sobjects": sobjects,
        "overallLimit": asked.get("overallLimit", str(MAX_FOUND)),
    }


def _list(text: str | None) -> list[str]:
    return [each for each in (text or "").split(",") if each]
