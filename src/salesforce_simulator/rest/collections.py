"""/composite/sobjects: up to 200 records a call, each with its own result.

The answer is 200 even when rows fail: one result per record, in the order of the request. With
allOrNone a single failure undoes the others.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, RecordError, malformed_json, not_found
from salesforce_simulator.ids import normal_id
from salesforce_simulator.plug_in import assigned, assignments
from salesforce_simulator.reading import attributes, reader
from salesforce_simulator.rest.sobjects import chosen_fields, find_key, find_store
from salesforce_simulator.transaction import Transaction

MAX_ROWS = 200
MAX_RETRIEVED = 2000
# Neighbours of one object are written together, as one chunk.
MAX_CHUNKS = 10

Result = dict[str, Any]
Write = Callable[[Transaction, int], Result]


def create(call: Call) -> Response:
    content = call.json_object()
    records = _records(content)
    names = _object_names(call, records)

    def write(writes: Transaction, row: int) -> Result:
        return _done(writes.create(names[row], records[row]))

    return _answer(call, len(records), write, all_or_none=content.get("allOrNone") is True)


def update(call: Call) -> Response:
    content = call.json_object()
    records = _records(content)
    names = _object_names(call, records)
    ids = [_take_id(record) for record in records]

    def write(writes: Transaction, row: int) -> Result:
        known = _check_id(call, names[row], ids[row])
        writes.update(names[row], known, records[row])
        return _done(known)

    return _answer(call, len(records), write, all_or_none=content.get("allOrNone") is True, ids=ids)


def upsert(call: Call, name: str, key: str) -> Response:
    content = call.json_object()
    records = _records(content)
    store = find_store(call, name)
    field = find_key(store, key)
    values = [_take(record, field.name) for record in records]
    seen: set[str] = set()

    def write(writes: Transaction, row: int) -> Result:
        value = values[row]
        if value in (None, "") and field.name == "Id":
            return _done(writes.create(store.kind.name, records[row]), created=True)
        if value in (None, ""):
            raise RecordError("MISSING_ARGUMENT", f"{field.name} not specified")
        folded = str(value) if field.case_sensitive else str(value).casefold()
        if folded in seen:
            raise RecordError("DUPLICATE_VALUE", f"Duplicate external id specified: {value}")
        seen.add(folded)
        record_id, created = writes.upsert(store.kind.name, field, value, records[row])
        return _done(record_id, created=created)

    return _answer(call, len(records), write, all_or_none=content.get("allOrNone") is True)


def delete(call: Call) -> Response:
    ids = [each for each in call.request.args.get("ids", "").split(",") if each]
    _check_count(len(ids))
    if ids and all(each.startswith(assigned.PREFIX) for each in ids):
        return assignments.delete_many(call, ids)

    def write(writes: Transaction, row: int) -> Result:
        known = normal_id(ids[row])
        kind = call.org.schema.by_prefix(known[:3]) if known else None
        if known is None or kind is None:
            raise RecordError("MALFORMED_ID", f"malformed id {ids[row]}", fields=["Id"])
        writes.delete(kind.name, known)
        return _done(known)

    all_or_none = call.request.args.get("allOrNone", "").lower() == "true"
    return _answer(call, len(ids), write, all_or_none=all_or_none, ids=ids)


def retrieve(call: Call, name: str) -> Response:
    """Answer the records of the ids asked for, in that order; null for those that are not there."""
    store = find_store(call, name)
    if call.request.method == "POST":
        content = call.json_object()
        ids, names = content.get("ids", []), content.get("fields", [])
    else:
        ids = call.request.args.get("ids", "").split(",")
        names = chosen_fields(call, store) if call.request.args.get("fields") else []
    if not isinstance(ids, list) or not isinstance(names, list):
        raise malformed_json("ids and fields must be lists")
    if not names:
        raise ApiError("MISSING_ARGUMENT", "The fields parameter is required")
    _check_count(len(ids), limit=MAX_RETRIEVED if call.request.method == "POST" else MAX_ROWS)
    fields = [store.kind.field(str(each)) for each in names]
    unknown = [str(each) for each, field in zip(names, fields, strict=True) if field is None]
    if unknown:
        message = f"No such column '{unknown[0]}' on entity '{store.kind.name}'"
        raise ApiError("INVALID_FIELD", message)
    readers = [(each.name, reader(store.kind, each)) for each in fields if each is not None]
    known = [normal_id(str(each)) or "" for each in ids]
    with call.org.lock:
        rows = [store.live.get(each) for each in known]
    call.rows = len(ids)
    answer: list[dict[str, Any] | None] = []
    for row in rows:
        if row is None:
            answer.append(None)
            continue
        record: dict[str, Any] = {
            "attributes": attributes(store.kind.name, row["Id"], version=call.version)
        }
        record.update({field: read(row) for field, read in readers})
        record.setdefault("Id", row["Id"])
        answer.append(record)
    return call.answer(answer)


def _answer(
    call: Call, count: int, write: Write, *, all_or_none: bool, ids: list[str] | None = None
) -> Response:
    """Write each row in one transaction and answer what became of each."""
    call.rows = count
    results: list[Result] = []
    with call.org.transaction(call.actor()) as writes:
        for row in range(count):
            try:
                if row in call.row_faults:
                    raise call.row_faults[row]
                results.append(write(writes, row))
            except RecordError as refused:
                shown = normal_id(ids[row]) if ids else None
                results.append(_failed(refused, shown))
        if all_or_none and not all(each["success"] for each in results):
            writes.undo_all()
            results = [_rolled_back(each) for each in results]
    return call.answer(results)


def _done(record_id: str, *, created: bool | None = None) -> Result:
    result: Result = {"id": record_id, "success": True, "errors": []}
    if created is not None:
        result["created"] = created
    return result


def _failed(refused: ApiError, record_id: str | None) -> Result:
    shown = {"id": record_id} if record_id else {}
    return {**shown, "success": False, "errors": [refused.row()]}


def _rolled_back(result: Result) -> Result:
    if not result["success"]:
        return result
    message = (
        "Record rolled back because not all records were valid "
        "and the request was using AllOrNone header"
    )
    return _failed(RecordError("ALL_OR_NONE_OPERATION_ROLLED_BACK", message), None)


def _records(content: dict[str, Any]) -> list[dict[str, Any]]:
    records = content.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise malformed_json("Cannot deserialize instance of records")
    _check_count(len(records))
    return records


def _check_count(count: int, *, limit: int = MAX_ROWS) -> None:
    if count > limit:
        message = f"record limit reached. cannot submit more than {limit} records into this call"
        raise ApiError("EXCEEDED_ID_LIMIT", message)


def _object_names(call: Call, records: list[dict[str, Any]]) -> list[str]:
    """Return each record's object. LIMIT_EXCEEDED where they alternate too often."""
    names = [_object_name(call, record) for record in records]
    chunks = sum(1 for _ in groupby(names))
    if chunks > MAX_CHUNKS:
        message = (
            f"Cannot have more than {MAX_CHUNKS} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise ApiError("LIMIT_EXCEEDED", message)
    return names


def _object_name(call: Call, record: dict[str, Any]) -> str:
    about = record.get("attributes")
    name = about.get("type") if isinstance(about, dict) else None
    if not isinstance(name, str):
        raise ApiError("INVALID_INPUT", "attributes.type is required for each record")
    kind = call.org.schema.find(name)
    if kind is None:
        raise not_found()
    return kind.name


def _take(record: dict[str, Any], name: str) -> Any:
    """Remove a key, in any case, from a record and return its value."""
    spelled: Iterable[str] = [each for each in record if each.lower() == name.lower()]
    return next((record.pop(each) for each in spelled), None)


def _take_id(record: dict[str, Any]) -> str:
    return str(_take(record, "Id") or "")


def _check_id(call: Call, object_name: str, record_id: str) -> str:
    known = normal_id(record_id)
    if not record_id:
        raise RecordError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
    if known is None:
        raise RecordError("MALFORMED_ID", f"malformed id {record_id}", fields=["Id"])
    kind = call.org.schema.by_prefix(known[:3])
    if kind is None or kind.name != object_name:
        message = f"Record ID: id value of incorrect type: {record_id}"
        raise RecordError("MALFORMED_ID", message, fields=["Id"])
    return known
