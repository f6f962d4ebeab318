"""Many records in one call: sObject Collections, up to 200 written or 2,000 read.

developer.salesforce.com, REST API guide, "Use sObject Collections". Success of the call says
nothing about its rows: each has its own entry in the answer, in the order of the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from raccord.connectors.salesforce import errors, wire
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.engine.errors import (
    Failure,
    OutcomeUnknown,
    RateLimited,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
)
from raccord.engine.records import Action, Outcome, Status, Write

_URL = f"{DATA}/composite/sobjects"
_DONE = {
    Action.CREATE: Status.CREATED,
    Action.UPDATE: Status.UPDATED,
    Action.DELETE: Status.DELETED,
}
_TRIED_AGAIN = (RowBusy, Transient)


def write(calls: Calls, writes: Sequence[Write], *, external_id_field: str) -> list[Outcome]:
    """Write rows of one object and one action in one call: one outcome per row, in order.

    external_id_field: where creations put our identity, so that a repeated one finds the
    record instead of doubling it; "" if the org has no such field.
    """
    if len({(row.object, row.action, bool(row.external_id)) for row in writes}) != 1:
        raise ValueError("the rows of a call share object, action and kind of identity")
    records: list[dict[str, object]] = []
    unwritable: dict[int, Outcome] = {}
    for position, row in enumerate(writes):
        try:
            records.append(_record(row, external_id_field))
        except RecordRejected as failure:
            unwritable[position] = Outcome(row.ref, Status.REJECTED, row.remote_id, failure)
    sent = [row for position, row in enumerate(writes) if position not in unwritable]
    outcomes = iter(_call(calls, sent, records, external_id_field) if sent else ())
    return [unwritable.get(position) or next(outcomes) for position in range(len(writes))]


def retrieve(
    calls: Calls, object_name: str, *, ids: Sequence[str], fields: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Records by id in one call; those that our user cannot see are left out."""
    answer = calls.call(
        "POST",
        f"{_URL}/{quote(object_name, safe='')}",
        body={"ids": list(ids), "fields": list(fields)},
        rows=len(ids),
    )
    if not isinstance(answer, list) or len(answer) != len(ids):
        raise errors.malformed(writes=False)
    return [record for record in answer if isinstance(record, dict)]


def _record(row: Write, external_id_field: str) -> dict[str, object]:
    record: dict[str, object] = {"attributes": {"type": row.object}}
    for name, value in row.values.items():
        try:
            record[name] = wire.to_wire(value)
        except ValueError:
            raise RecordRejected(
                "salesforce.VALUE_NOT_REPRESENTABLE", {"fields": name}, fields=(name,)
            ) from None
    if row.action is not Action.CREATE:
        record["id"] = row.remote_id
    elif external_id_field and row.external_id:
        record[external_id_field] = row.external_id
    return record


def _call(
    calls: Calls,
    rows: Sequence[Write],
    records: list[dict[str, object]],
    external_id_field: str,
) -> list[Outcome]:
    method, path = _request(rows, external_id_field)
    body = None if method == "DELETE" else {"allOrNone": False, "records": records}
    try:
        answer = calls.call(method, path, body=body, rows=len(rows), writes=True)
    except OutcomeUnknown as failure:
        return _all(rows, Status.UNKNOWN, failure)
    except _TRIED_AGAIN as failure:
        return _all(rows, Status.RETRY, failure)
    except SchemaChanged as failure:
        return _without_fields(rows, failure)
    except Failure as failure:
        # Alone, a row takes the blame. Of several nobody says which: the caller may split them.
        if len(rows) > 1 or type(failure) not in (Failure, RecordRejected):
            raise
        rejected = RecordRejected(failure.code, failure.params, failure.detail)
        return _all(rows, Status.REJECTED, rejected)
    if not isinstance(answer, list) or len(answer) != len(rows):
        return _all(rows, Status.UNKNOWN, errors.malformed(writes=True))
    return [_outcome(row, entry) for row, entry in zip(rows, answer, strict=True)]


def _request(rows: Sequence[Write], external_id_field: str) -> tuple[str, str]:
    first = rows[0]
    if first.action is Action.UPDATE:
        return "PATCH", _URL
    if first.action is Action.DELETE:
        ids = quote(",".join(row.remote_id or "" for row in rows), safe=",")
        return "DELETE", f"{_URL}?ids={ids}&allOrNone=false"
    if first.action is not Action.CREATE:
        raise ValueError(f"{first.action} is not something to push")
    if external_id_field and first.external_id:
        return "PATCH", f"{_URL}/{quote(first.object, safe='')}/{external_id_field}"
    return "POST", _URL


def _outcome(row: Write, entry: object) -> Outcome:
    if not isinstance(entry, dict) or not isinstance(entry.get("success"), bool):
        return Outcome(row.ref, Status.UNKNOWN, row.remote_id, errors.malformed(writes=True))
    if entry["success"]:
        remote_id = entry.get("id") or row.remote_id
        if not isinstance(remote_id, str):
            return Outcome(row.ref, Status.UNKNOWN, None, errors.malformed(writes=True))
        found = row.action is Action.CREATE and entry.get("created") is False
        return Outcome(row.ref, Status.UPDATED if found else _DONE[row.action], remote_id)
    failure = errors.row_failure(entry.get("errors"))
    if row.action is Action.DELETE and isinstance(failure, RemoteGone):
        # What was asked for is so already.
        return Outcome(row.ref, Status.DELETED, row.remote_id)
    status = Status.RETRY if isinstance(failure, (*_TRIED_AGAIN, RateLimited)) else Status.REJECTED
    return Outcome(row.ref, status, row.remote_id, failure)


def _all(rows: Sequence[Write], status: Status, failure: Failure) -> list[Outcome]:
    return [Outcome(row.ref, status, row.remote_id, failure) for row in rows]


def _without_fields(rows: Sequence[Write], failure: SchemaChanged) -> list[Outcome]:
    """One unknown field refuses the whole call: its rows are to blame, nothing was written."""
    blamed = set(errors.blamed_fields(failure))
    if not any(blamed & set(row.values) for row in rows):
        raise failure
    again = Transient("salesforce.PROCESSING_HALTED", detail=failure.code)
    return [
        Outcome(row.ref, Status.REJECTED, row.remote_id, failure)
        if blamed & set(row.values)
        else Outcome(row.ref, Status.RETRY, row.remote_id, again)
        for row in rows
    ]
