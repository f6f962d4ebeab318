"""/sobjects/X/KEY/VALUE and /sobjects/X/ID/RELATIONSHIP: the two ways on from an object.

A field that identifies records leads to `sobjects`' calls by key. An id leads over up to five
relationships to a parent, which can be read, changed and deleted, or at last to a record's
children, which can be listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, no_such_key, not_found
from salesforce_simulator.ids import normal_id
from salesforce_simulator.rest import sobjects
from salesforce_simulator.rest.subrequests import content_of
from salesforce_simulator.schema import Field
from salesforce_simulator.store import Row, Store

MAX_STEPS = 5


@dataclass(frozen=True, slots=True)
class _Children:
    """The records whose `reference` field holds the id of a parent."""

    store: Store
    reference: Field
    parent_id: str


def read(call: Call, name: str, key: str, value: str) -> Response:
    store = sobjects.find_store(call, name)
    if not _is_id(store, key):
        return sobjects.read_by_key(call, name, key, value.removesuffix("/"))
    found = _follow(call, store, key, _steps(value))
    if isinstance(found, _Children):
        return _list(call, found)
    return sobjects.read(call, *found)


def update(call: Call, name: str, key: str, value: str) -> Response:
    """Change the parent at the end of the relationships, or upsert by key."""
    store = sobjects.find_store(call, name)
    if not _is_id(store, key):
        return sobjects.upsert(call, name, key, value.removesuffix("/"))
    return sobjects.update(call, *_parent(call, store, key, value))


def delete(call: Call, name: str, key: str, value: str) -> Response:
    """Delete the parent at the end of the relationships, or the record with that key."""
    store = sobjects.find_store(call, name)
    if not _is_id(store, key):
        return sobjects.delete_by_key(call, name, key, value.removesuffix("/"))
    return sobjects.delete(call, *_parent(call, store, key, value))


def _is_id(store: Store, key: str) -> bool:
    field = store.kind.field(key)
    return (field is None or not field.is_key) and normal_id(key) is not None


def _steps(value: str) -> list[str]:
    return value.strip("/").split("/")


def _parent(call: Call, store: Store, record_id: str, value: str) -> tuple[str, str]:
    found = _follow(call, store, record_id, _steps(value))
    if isinstance(found, _Children):
        message = f"HTTP Method '{call.request.method}' not allowed. Allowed are HEAD,GET"
        headers = {"Allow": "HEAD,GET"}
        raise ApiError("METHOD_NOT_ALLOWED", message, status=405, headers=headers)
    return found


def _follow(
    call: Call, store: Store, record_id: str, steps: Sequence[str]
) -> tuple[str, str] | _Children:
    """Return the object and id of the record that the steps lead to, or the children.

    ApiError (404) where a step is no relationship or the record has nobody there.
    """
    with call.org.lock:
        row = sobjects.find_row(store, record_id)
        for position, step in enumerate(steps):
            field = store.kind.reference(step)
            if field is not None and position < MAX_STEPS:
                store, row = _up(call, row, field)
                continue
            child = call.org.schema.child(store.kind, step)
            if child is None or position != len(steps) - 1:
                raise no_such_key(record_id) if position == 0 else not_found()
            kind, reference = child
            return _Children(call.org.store(kind.name), reference, row["Id"])
    return store.kind.name, row["Id"]


def _up(call: Call, row: Row, field: Field) -> tuple[Store, Row]:
    target_id = row.get(field.name)
    kind = call.org.schema.by_prefix(target_id[:3]) if target_id else None
    store = call.org.store(kind.name) if kind is not None else None
    target = store.live.get(target_id) if store is not None and target_id else None
    if store is None or target is None:
        raise not_found()
    return store, target


def _list(call: Call, children: _Children) -> Response:
    """Answer children as the query for them does, in pages and with the caller's rights."""
    names = sobjects.chosen_fields(call, children.store)
    soql = (
        f"SELECT {', '.join(names)} FROM {children.store.kind.name} "  # noqa: S608 - names of ours
        f"WHERE {children.reference.name} = '{children.parent_id}'"
    )
    response = call.inner(call, "GET", f"{call.path}/query?{urlencode({'q': soql})}", None, {})
    return call.answer(content_of(response), status=response.status_code)
