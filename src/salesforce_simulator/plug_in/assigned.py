"""Who has which permission set, as the rows of PermissionSetAssignment say it."""

from typing import TYPE_CHECKING

from salesforce_simulator.ids import make_id
from salesforce_simulator.metadata.component import Deployed

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

OBJECT = "PermissionSetAssignment"
PREFIX = "0Pa"


def has(org: "Org", user_id: str, name: str) -> bool:
    """Tell whether a user was given the permission set of that name."""
    known = org.components.get("PermissionSet", name)
    rows = org.whole.store(OBJECT).live.values()
    return known is not None and any(
        (row["AssigneeId"], row["PermissionSetId"]) == (user_id, known.id) for row in rows
    )


def anybody_has(org: "Org", permission_set: Deployed) -> bool:
    """Tell whether anybody has a permission set."""
    rows = org.whole.store(OBJECT).live.values()
    return any(row["PermissionSetId"] == permission_set.id for row in rows)


def put(org: "Org", user_id: str, given: Deployed) -> str:
    """Give a permission set to a user; the id of the row."""
    store = org.whole.store(OBJECT)
    store.last_serial += 1
    row = {
        "Id": make_id(PREFIX, store.last_serial),
        "IsDeleted": False,
        "AssigneeId": user_id,
        "PermissionSetId": given.id,
        "SystemModstamp": org.now_stamp(),
    }
    store.put(row)
    org.journal.rows([(OBJECT, row)])
    return str(row["Id"])


def remove(org: "Org", record_id: str) -> None:
    """Take a permission set away from whom the row names."""
    org.whole.store(OBJECT).remove(record_id)
    org.journal.purged([(OBJECT, record_id, None)])
