"""Finding records by their values: up to five queries in one call of the composite API.

Queries travel in the body of a POST: 200 addresses do not fit the 16 KB that a request's line
may have, and an address does not belong into anybody's access log.
developer.salesforce.com, REST API guide, "Composite" (at most five of its parts may query).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from raccord.connectors.salesforce import errors, soql
from raccord.connectors.salesforce.calls import DATA, Calls

_QUERIES_PER_CALL = 5


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, which object it reads, how many values it looks for, and whether among
    deleted records, too."""

    object: str
    statement: str
    values: int
    deleted_too: bool = False


def queries(
    object_name: str,
    *,
    where: str,
    values: Iterable[str],
    fields: Sequence[str],
    most: int,
    deleted_too: bool = False,
) -> list[Query]:
    """The statements that look for all of `values`, at most `most` in each."""
    return [
        Query(
            object=object_name,
            statement=soql.select(fields, from_object=object_name, where=where, values=portion),
            values=len(portion),
            deleted_too=deleted_too,
        )
        for portion in soql.portions(values, most=most)
    ]


def run(calls: Calls, wanted: Sequence[Query]) -> list[tuple[str, Mapping[str, Any]]]:
    """Every record that any of the queries finds, with its object's name."""
    remaining = iter(wanted)
    found: list[tuple[str, Mapping[str, Any]]] = []
    while portion := list(islice(remaining, _QUERIES_PER_CALL)):
        found.extend(_run_together(calls, portion))
    return found


def _run_together(calls: Calls, portion: Sequence[Query]) -> list[tuple[str, Mapping[str, Any]]]:
    answer = calls.call(
        "POST",
        f"{DATA}/composite",
        body={
            "allOrNone": False,
            "compositeRequest": [
                {
                    "method": "GET",
                    "url": _url(query),
                    "referenceId": f"query{number}",
                }
                for number, query in enumerate(portion)
            ],
        },
        rows=sum(query.values for query in portion),
    )
    parts = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not isinstance(parts, list) or len(parts) != len(portion):
        raise errors.malformed(writes=False)
    found: list[tuple[str, Mapping[str, Any]]] = []
    for query, part in zip(portion, parts, strict=True):
        found.extend((query.object, record) for record in _records(calls, part))
    return found


def _url(query: Query) -> str:
    resource = "queryAll" if query.deleted_too else "query"
    return f"{DATA}/{resource}?q={quote(query.statement, safe='')}"


def _records(calls: Calls, part: Any) -> list[Mapping[str, Any]]:
    """The records of one part, and those of its further pages."""
    if not isinstance(part, dict) or not isinstance(part.get("httpStatusCode"), int):
        raise errors.malformed(writes=False)
    page = part.get("body")
    if part["httpStatusCode"] != 200:
        raise errors.part_failure(part["httpStatusCode"], page)
    records: list[Mapping[str, Any]] = []
    while True:
        if not isinstance(page, dict) or not isinstance(page.get("records"), list):
            raise errors.malformed(writes=False)
        records.extend(page["records"])
        following = page.get("nextRecordsUrl")
        if page.get("done", True) or not following:
            return records
        if not isinstance(following, str) or not following.startswith("/services/data/"):
            raise errors.malformed(writes=False)
        page = calls.call("GET", following)
