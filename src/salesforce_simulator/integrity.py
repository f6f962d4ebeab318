"""What no record may be, whatever an administrator set up: checked as it is saved.

Owners are active users, hierarchies have no circles, nobody is twice a member of a campaign,
locked records stay as they are, and the org holds no more records than its storage.
"""

from typing import TYPE_CHECKING

from salesforce_simulator.errors import RecordError
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# A hierarchy deeper than this is a circle that was there before.
_DEEPEST = 500


def check_saved(org: "Org", store: Store, row: Row, old: Row | None) -> None:
    """RecordError where a row cannot be as it is about to be saved; old: None for a new one."""
    if old is None:
        _check_storage(org)
    before = old or {}
    if row.get("OwnerId") != before.get("OwnerId"):
        _check_owner(org, store.kind, row)
    for name in store.kind.hierarchies:
        if row.get(name) is not None and row.get(name) != before.get(name):
            _check_circle(store, row, name)
    if store.kind.name == "CampaignMember":
        _check_member(store, row)


def check_unlocked(org: "Org", record_id: str) -> None:
    """ENTITY_IS_LOCKED for a record that was locked, as approvals do."""
    if record_id in org.locked:
        raise RecordError("ENTITY_IS_LOCKED", "the entity is locked for editing")


def _check_storage(org: "Org") -> None:
    if org.storage_records is None:
        return
    stores = org.whole.stores.values()
    if sum(len(each.live) for each in stores if not each.kind.read_only) >= org.storage_records:
        raise RecordError("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")


def _check_owner(org: "Org", kind: SObjectType, row: Row) -> None:
    if "OwnerId" not in row:
        raise RecordError(
            "INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", fields=["OwnerId"]
        )
    owner = org.users.get(row["OwnerId"])
    if owner is not None and not owner.get("IsActive"):
        message = f"operation performed with inactive user [{row['OwnerId']}] as owner of "
        raise RecordError("INACTIVE_OWNER_OR_USER", message + kind.label.lower())


def _check_circle(store: Store, row: Row, name: str) -> None:
    above: str | None = row[name]
    for _ in range(_DEEPEST):
        if above is None:
            return
        if above == row["Id"]:
            break
        above = (store.live.get(above) or {}).get(name)
    raise RecordError(
        "CIRCULAR_DEPENDENCY", "attempt to violate hierarchy constraints", fields=[name]
    )


def _check_member(store: Store, row: Row) -> None:
    for name in ("ContactId", "LeadId"):
        known = store.ids_with(name, row[name]) if row.get(name) else ()
        for each in known:
            if each != row["Id"] and store.live[each]["CampaignId"] == row["CampaignId"]:
                raise RecordError("DUPLICATE_VALUE", "Already a campaign member.")
