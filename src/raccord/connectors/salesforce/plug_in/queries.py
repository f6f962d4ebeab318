"""Short questions to the org: the rows of a query, from its records or from its set-up."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.calls import DATA, Calls

Row = Mapping[str, object]


def records(calls: Calls, soql: str) -> list[Row]:
    """The first page of rows."""
    return _rows(calls.call("GET", f"{DATA}/query?q={quote(soql)}"))


def tooling(calls: Calls, soql: str) -> list[Row]:
    """The first page of rows that the Tooling API has."""
    return _rows(calls.call("GET", f"{DATA}/tooling/query?q={quote(soql)}"))


def _rows(said: object) -> list[Row]:
    rows = said.get("records") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise errors.malformed(writes=False)
    return [each for each in rows if isinstance(each, dict)]
