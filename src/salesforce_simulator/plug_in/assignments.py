"""PermissionSetAssignment: who was given a permission set that a deployment brought."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, RecordError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.plug_in import assigned


def create(call: Call) -> Response:
    """Give a permission set to a user."""
    if not _may_assign(call):
        message = "insufficient access rights on object id"
        raise ApiError("INSUFFICIENT_ACCESS_OR_READONLY", message, fields=[])
    content = call.json_object()
    wanted = normal_id(str(content.get("PermissionSetId") or ""))
    user_id = normal_id(str(content.get("AssigneeId") or ""))
    sets = call.org.components.of_type("PermissionSet")
    found = next((each for each in sets if each.id == wanted), None)
    if found is None or user_id is None or call.org.users.get(user_id) is None:
        message = "invalid cross reference id"
        raise ApiError("INVALID_CROSS_REFERENCE_KEY", message, fields=[])
    with call.org.lock:
        if assigned.has(call.org, user_id, found.full_name):
            message = f"Duplicate PermissionSetAssignment. Assignee: {user_id}; "
            raise ApiError("DUPLICATE_VALUE", message, fields=["AssigneeId", "PermissionSetId"])
        made = assigned.put(call.org, user_id, found)
    return call.answer({"id": made, "success": True, "errors": []}, status=201)


def delete_many(call: Call, ids: list[str]) -> Response:
    """Take permission sets away; the answer of a collection, row by row."""
    results: list[dict[str, Any]] = []
    with call.org.lock:
        rows = call.org.whole.store(assigned.OBJECT).live
        for each in ids:
            known = normal_id(each) or ""
            refusal = None
            if not _may_assign(call):
                message = "insufficient access rights on object id"
                refusal = RecordError("INSUFFICIENT_ACCESS_OR_READONLY", message)
            elif known not in rows:
                refusal = RecordError("ENTITY_IS_DELETED", "entity is deleted")
            else:
                assigned.remove(call.org, known)
            failed = {"success": False, "errors": [refusal.row()]} if refusal else {}
            results.append({"id": known, "success": True, "errors": [], **failed})
    call.rows = len(ids)
    return call.answer(results)


def _may_assign(call: Call) -> bool:
    return call.org.permissions.of(call.user_id).has("AssignPermissionSets")
