"""/composite/tree: records with their children, up to 200 of them, all or none.

Parents come before their children in the answer, in the order in which they are written.
"""

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, RecordError, malformed_json
from salesforce_simulator.rest.sobjects import find_store
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.transaction import Transaction

MAX_RECORDS = 200
MAX_LEVELS = 5
MAX_TYPES = 5


@dataclass(slots=True)
class _Node:
    """One record of the tree. parent: the node above and our reference field that holds its id."""

    kind: SObjectType
    reference: str
    values: dict[str, Any]
    parent: "tuple[_Node, str] | None"
    level: int
    record_id: str = ""


class _Refused(Exception):  # noqa: N818 - undoes the transaction, is no answer
    pass


def create(call: Call, name: str) -> Response:
    """Create every record of the tree; 201, or 400 with what is wrong and nothing written."""
    kind = find_store(call, name).kind
    nodes: list[_Node] = []
    _gather(call, call.json_object(), kind=kind, parent=None, into=nodes)
    _check(nodes)
    call.rows = len(nodes)
    errors: list[dict[str, Any]] = []
    try:
        with call.org.transaction(call.actor()) as writes:
            for node in nodes:
                _write(writes, node, errors)
            if errors:
                raise _Refused
    except _Refused:
        return call.answer({"hasErrors": True, "results": errors}, status=400)
    results = [{"referenceId": node.reference, "id": node.record_id} for node in nodes]
    return call.answer({"hasErrors": False, "results": results}, status=201)


def _gather(
    call: Call,
    content: dict[str, Any],
    *,
    kind: SObjectType,
    parent: tuple[_Node, str] | None,
    into: list[_Node],
) -> None:
    """Collect the records of one level, then go down into each one's children."""
    records = content.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise malformed_json("Cannot deserialize instance of records")
    level = parent[0].level + 1 if parent else 1
    nodes = [_node(kind, record, parent=parent, level=level) for record in records]
    into += nodes
    for node in nodes:
        for name, value in list(node.values.items()):
            if not isinstance(value, dict) or "records" not in value:
                continue
            found = call.org.schema.child(node.kind, name)
            if found is None:
                message = f"No such column '{name}' on sobject of type {node.kind.name}"
                raise ApiError("INVALID_FIELD", message)
            child, field = found
            del node.values[name]
            _gather(call, value, kind=child, parent=(node, field.name), into=into)


def _node(
    kind: SObjectType, record: dict[str, Any], *, parent: tuple[_Node, str] | None, level: int
) -> _Node:
    about = record.get("attributes")
    about = about if isinstance(about, dict) else {}
    reference = about.get("referenceId")
    if not isinstance(reference, str) or not reference:
        raise ApiError("INVALID_INPUT", "Include a reference ID for each record in the request.")
    if str(about.get("type", kind.name)).lower() != kind.name.lower():
        message = f"Record {reference} is not of type {kind.name}"
        raise ApiError("INVALID_INPUT", message)
    values = {name: value for name, value in record.items() if name != "attributes"}
    return _Node(kind, reference, values, parent, level)


def _check(nodes: list[_Node]) -> None:
    if len(nodes) > MAX_RECORDS:
        raise ApiError("INVALID_INPUT", f"A request has at most {MAX_RECORDS} records.")
    if any(node.level > MAX_LEVELS for node in nodes):
        raise ApiError("INVALID_INPUT", f"A tree is at most {MAX_LEVELS} levels deep.")
    if len({node.kind.name for node in nodes}) > MAX_TYPES:
        raise ApiError("INVALID_INPUT", f"A tree has at most {MAX_TYPES} types of records.")
    seen: set[str] = set()
    for node in nodes:
        if node.reference in seen:
            raise ApiError("INVALID_INPUT", f"Duplicate ReferenceId provided: {node.reference}")
        seen.add(node.reference)


def _write(writes: Transaction, node: _Node, errors: list[dict[str, Any]]) -> None:
    """Write a record under its parent; one whose parent was refused is not tried."""
    values = dict(node.values)
    if node.parent is not None:
        above, field = node.parent
        if not above.record_id:
            return
        values[field] = above.record_id
    try:
        node.record_id = writes.create(node.kind.name, values)
    except RecordError as refused:
        errors.append({"referenceId": node.reference, "errors": [refused.row()]})
