"""Who may use the Metadata API."""

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError


def check_rights(call: Call) -> None:
    """Refuse a user who may neither modify metadata nor everything: 403 INSUFFICIENT_ACCESS."""
    grants = call.org.permissions.of(call.user_id)
    if not (grants.has("ModifyMetadata") or grants.has("ModifyAllData")):
        message = (
            "use of the Metadata API requires a user with the ModifyAllData or "
            "ModifyMetadata permissions"
        )
        raise ApiError("INSUFFICIENT_ACCESS", message, status=403)
