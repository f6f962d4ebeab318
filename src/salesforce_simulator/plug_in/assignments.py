"""PermissionSetAssignment: who was given a permission set that a deployment brought."""

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import make_id, normal_id


def create(call: Call) -> Response:
    """Give a permission set to a user."""
    if not call.org.permissions.of(call.user_id).has("AssignPermissionSets"):
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
    assigned = call.org.plug_in.assigned
    with call.org.lock:
        if (user_id, found.full_name) in assigned:
            message = f"Duplicate PermissionSetAssignment. Assignee: {user_id}; "
            raise ApiError("DUPLICATE_VALUE", message, fields=["AssigneeId", "PermissionSetId"])
        assigned.add((user_id, found.full_name))
        made = make_id("0Pa", len(assigned))
    return call.answer({"id": made, "success": True, "errors": []}, status=201)
