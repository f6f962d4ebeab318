"""Reading a whole object: how many records there are, and all of them, 2,000 a call.

Pages begin behind an id instead of following the org's own cursor, which is forgotten after two
days: so a comparison may stand still for as long as it likes. Ids are compared with regard to
case, and ordered the same way at every query.
developer.salesforce.com, SOQL and SOSL reference, "COUNT()" and "ORDER BY".
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from raccord.connectors.base import Page
from raccord.connectors.salesforce import errors, query, soql
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.connectors.salesforce.reader import Reader
from raccord.connectors.salesforce.schemas import Schemas


def count(calls: Calls, object_name: str) -> int:
    """How many living records our user can see."""
    statement = f"SELECT COUNT() FROM {soql.name(object_name)}"  # noqa: S608
    said = calls.call("GET", f"{DATA}/query?q={quote(statement, safe='')}")
    total = said.get("totalSize") if isinstance(said, dict) else None
    if not isinstance(total, int):
        raise errors.malformed(writes=False)
    return total


def page(
    calls: Calls,
    schemas: Schemas,
    object_name: str,
    fields: Sequence[str],
    *,
    after: str,
    most: int,
) -> Page:
    """The first `most` living records behind an id."""
    reader = Reader(schemas.get(object_name, fields), fields)
    behind = f"WHERE Id > {soql.literal(after)} " if after else ""
    statement = (
        f"SELECT {', '.join(map(soql.name, reader.fields_to_read))} "  # noqa: S608
        f"FROM {soql.name(object_name)} {behind}ORDER BY Id LIMIT {most}"
    )
    found = query.run(calls, [query.Query(object_name, statement, values=0)])
    records = tuple(reader.record(said) for _, said in found)
    return Page(records, more=len(records) >= most)
