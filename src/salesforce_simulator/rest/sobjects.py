"""/sobjects: lists and descriptions of objects, and one record at a time."""

from datetime import datetime

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.clock import from_stamp
from salesforce_simulator.errors import (
    ApiError,
    RecordError,
    entity_is_deleted,
    no_such_key,
    not_found,
)
from salesforce_simulator.ids import normal_id
from salesforce_simulator.reading import record_json
from salesforce_simulator.rest import preconditions
from salesforce_simulator.rest.preconditions import Verdict
from salesforce_simulator.schema import Field
from salesforce_simulator.schema.describe import brief, describe
from salesforce_simulator.store import Row, Store

MAX_BATCH_SIZE = 200
_RECENT = 25


def list_objects(call: Call) -> Response:
    headers, unchanged = _metadata_state(call)
    if unchanged:
        return call.no_content(status=304, headers=headers)
    objects = [brief(kind, version=call.version) for kind in call.org.schema]
    content = {"encoding": "UTF-8", "maxBatchSize": MAX_BATCH_SIZE, "sobjects": objects}
    return call.answer(content, headers=headers, root="DescribeGlobal")


def show_object(call: Call, name: str) -> Response:
    store = find_store(call, name)
    newest = sorted(store.live.values(), key=lambda row: str(row["LastModifiedDate"]))[-_RECENT:]
    names = ["Id", store.kind.name_field]
    recent = [
        record_json(store.kind, row, version=call.version, names=names) for row in reversed(newest)
    ]
    content = {"objectDescribe": brief(store.kind, version=call.version), "recentItems": recent}
    return call.answer(content)


def describe_object(call: Call, name: str) -> Response:
    kind = find_store(call, name).kind
    headers, unchanged = _metadata_state(call)
    if unchanged:
        return call.no_content(status=304, headers=headers)
    content = describe(kind, schema=call.org.schema, version=call.version, origin=call.origin)
    return call.answer(content, headers=headers, root="DescribeSObject")


def create(call: Call, name: str) -> Response:
    store = find_store(call, name)
    values = call.json_object()
    call.rows = 1
    _raise_row_fault(call)
    with call.org.transaction(call.actor()) as writes:
        record_id = writes.create(store.kind.name, values)
    return _created(call, store, record_id)


def read(call: Call, name: str, record_id: str) -> Response:
    store = find_store(call, name)
    with call.org.lock:
        row = find_row(store, record_id)
    call.rows = 1
    return _record(call, store, row)


def update(call: Call, name: str, record_id: str) -> Response:
    store = find_store(call, name)
    values = call.json_object()
    call.rows = 1
    _raise_row_fault(call)
    with call.org.transaction(call.actor()) as writes:
        row = find_row(store, record_id)
        if _judge(call, store, row, writes=True) is not Verdict.GO_ON:
            raise preconditions.failed()
        writes.update(store.kind.name, row["Id"], values)
        # Whoever gives a record away may not see it any more.
        changed = store.live.get(row["Id"])
    tag = _tag(store, changed) if changed else ""
    return call.no_content(headers={"ETag": tag} if tag else None)


def delete(call: Call, name: str, record_id: str) -> Response:
    store = find_store(call, name)
    call.rows = 1
    _raise_row_fault(call)
    with call.org.transaction(call.actor()) as writes:
        row = find_row(store, record_id)
        writes.delete(store.kind.name, row["Id"])
    return call.no_content()


def read_by_key(call: Call, name: str, key: str, value: str) -> Response:
    store = find_store(call, name)
    with call.org.lock:
        found = call.org.find_by_key(store, find_key(store, key), value)
    if not found:
        raise not_found()
    if len(found) > 1:
        return _several(call, store, found)
    call.rows = 1
    return _record(call, store, store.live[found[0]])


def upsert(call: Call, name: str, key: str, value: str) -> Response:
    """Create (201) or update the record with that key; v45 and older answer an update with 204."""
    store = find_store(call, name)
    field = find_key(store, key)
    values = call.json_object()
    call.rows = 1
    _raise_row_fault(call)
    if any(each.lower() == field.name.lower() for each in values):
        message = f"The {field.name} field should not be specified in the sobject data."
        raise RecordError("INVALID_FIELD", message, fields=[field.name])
    with call.org.transaction(call.actor()) as writes:
        found = call.org.find_by_key(store, field, value)
        if len(found) > 1:
            return _several(call, store, found)
        if not found and call.request.args.get("updateOnly") == "true":
            raise not_found()
        record_id, created = writes.upsert(store.kind.name, field, value, values)
    if created:
        return _created(call, store, record_id, created=True)
    if float(call.version) < 46:
        return call.no_content()
    return call.answer({"id": record_id, "success": True, "errors": [], "created": False})


def delete_by_key(call: Call, name: str, key: str, value: str) -> Response:
    store = find_store(call, name)
    call.rows = 1
    with call.org.transaction(call.actor()) as writes:
        found = call.org.find_by_key(store, find_key(store, key), value)
        if not found:
            raise not_found()
        if len(found) > 1:
            return _several(call, store, found)
        writes.delete(store.kind.name, found[0])
    return call.no_content()


def find_store(call: Call, name: str) -> Store:
    """Return the rows of the object named in the address, or refuse with 404."""
    try:
        return call.org.store(name)
    except KeyError:
        raise not_found() from None


def find_key(store: Store, name: str) -> Field:
    """Return the external id or id look-up field named in the address, or refuse with 404."""
    field = store.kind.field(name)
    if field is None or not field.is_key:
        raise no_such_key(name)
    return field


def find_row(store: Store, record_id: str) -> Row:
    """Return the living record of an id in the address, or refuse with 404."""
    known = normal_id(record_id)
    if known is None:
        raise no_such_key(record_id)
    row = store.live.get(known)
    if row is None:
        raise entity_is_deleted() if known in store.deleted else not_found()
    return row


def chosen_fields(call: Call, store: Store) -> list[str]:
    """Return the field names that ?fields= asks for, Id always among them; else all."""
    asked = [each.strip() for each in call.request.args.get("fields", "").split(",")]
    names = [each for each in asked if each]
    if not names:
        return [each.name for each in store.kind.fields]
    for each in names:
        if store.kind.field(each) is None:
            message = f"No such column '{each}' on entity '{store.kind.name}'"
            raise ApiError("INVALID_FIELD", message)
    return names if any(each.lower() == "id" for each in names) else [*names, "Id"]


def _record(call: Call, store: Store, row: Row) -> Response:
    names = chosen_fields(call, store)
    headers = preconditions.response_headers(modified=_modified(row), etag=_tag(store, row))
    verdict = _judge(call, store, row, writes=False)
    if verdict is Verdict.FAILED:
        raise preconditions.failed()
    if verdict is Verdict.NOT_MODIFIED:
        return call.no_content(status=304, headers=headers)
    content = record_json(store.kind, row, version=call.version, names=names)
    return call.answer(content, headers=headers)


def _judge(call: Call, store: Store, row: Row, *, writes: bool) -> Verdict:
    return preconditions.judge(
        dict(call.request.headers), modified=_modified(row), etag=_tag(store, row), writes=writes
    )


def _modified(row: Row) -> datetime:
    return from_stamp(row["LastModifiedDate"])


def _tag(store: Store, row: Row) -> str:
    """Return a record's entity tag: only accounts have one."""
    return preconditions.tag(row) if store.kind.name == "Account" else ""


def _created(call: Call, store: Store, record_id: str, *, created: bool | None = None) -> Response:
    content = {"id": record_id, "success": True, "errors": []}
    if created is not None and float(call.version) >= 46:
        content["created"] = created
    location = f"{call.path}/sobjects/{store.kind.name}/{record_id}"
    return call.answer(content, status=201, headers={"Location": location})


def _several(call: Call, store: Store, record_ids: tuple[str, ...]) -> Response:
    urls = [f"{call.path}/sobjects/{store.kind.name}/{each}" for each in record_ids]
    return call.answer(urls, status=300)


def _raise_row_fault(call: Call) -> None:
    if 0 in call.row_faults:
        raise call.row_faults[0]


def _metadata_state(call: Call) -> tuple[dict[str, str], bool]:
    """Return the headers that tell which state of the metadata this is, and whether the client
    has it already."""
    modified = call.org.metadata_changed
    fields = [[kind.name, len(kind.fields)] for kind in call.org.schema]
    tag = preconditions.tag([call.org.id, call.version, modified, fields])
    verdict = preconditions.judge(dict(call.request.headers), modified=modified, etag=tag)
    headers = preconditions.response_headers(modified=modified, etag=tag)
    return headers, verdict is Verdict.NOT_MODIFIED
