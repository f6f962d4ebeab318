"""Reading what changed: one query for a page of records, in the order of their changes.

SystemModstamp orders them, since automation moves it too, and LastModifiedDate not. It has whole
seconds, so the id tells records of one second apart. Deleted records are read along (queryAll).
developer.salesforce.com, REST API guide, "QueryAll" and "sObject Get Updated".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from raccord.connectors.base import Changes, Position
from raccord.connectors.salesforce import errors, query, soql, wire
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.connectors.salesforce.reader import Reader
from raccord.connectors.salesforce.schemas import Schemas

DELETION_FIELDS = ("IsDeleted", "MasterRecordId")
_STAMP = "SystemModstamp"


def read(
    calls: Calls,
    schemas: Schemas,
    object_name: str,
    fields: Sequence[str],
    *,
    after: Position,
    most: int,
) -> Changes:
    """The first `most` records that changed after the position."""
    schema = schemas.get(object_name, fields)
    reader = Reader(schema, fields)
    evidence = [name for name in DELETION_FIELDS if name in schema.fields]
    names = dict.fromkeys((*reader.fields_to_read, *evidence))
    statement = (
        f"SELECT {', '.join(map(soql.name, names))} FROM {soql.name(object_name)} "  # noqa: S608
        f"WHERE {_later(after)} ORDER BY {_STAMP}, Id LIMIT {most}"
    )
    wanted = query.Query(object_name, statement, values=0, deleted_too=True)
    said = [record for _, record in query.run(calls, [wanted])]
    records = tuple(
        replace(
            reader.record(each),
            deleted=each.get("IsDeleted") is True,
            merged_into=each.get("MasterRecordId") or None,
        )
        for each in said
    )
    return Changes(records, more=len(records) >= most)


def stable_until(calls: Calls, object_name: str, *, now: datetime) -> datetime | None:
    """Their own watermark: a transaction that is still under way holds it back."""
    start, end = (
        quote(moment.astimezone(UTC).isoformat(timespec="seconds"), safe="")
        for moment in (now - timedelta(minutes=10), now)
    )
    said = calls.call(
        "GET", f"{DATA}/sobjects/{quote(object_name)}/updated?start={start}&end={end}"
    )
    covered = said.get("latestDateCovered") if isinstance(said, dict) else None
    try:
        return wire.instant(covered)
    except ValueError:
        raise errors.malformed(writes=False) from None


def _later(after: Position) -> str:
    stamp = after.stamp.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if not after.id:
        return f"{_STAMP} >= {stamp}"
    return f"({_STAMP} > {stamp} OR ({_STAMP} = {stamp} AND Id > {soql.literal(after.id)}))"
