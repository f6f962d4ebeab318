"""Queues: groups that records may belong to, named in the seed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_simulator.ids import make_id

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def add_queue(org: "Org", spec: Mapping[str, Any]) -> str:
    """Make a queue and return its id; one of that name that is there already stays as it is.

    Keys: name, email. ValueError where there is no name.
    """
    name = str(spec.get("name") or "").strip()
    if not name:
        raise ValueError("a queue needs a name")
    with org.lock:
        store = org.store("Group")
        known = next((row for row in store.live.values() if row["Name"] == name), None)
        if known is not None:
            return str(known["Id"])
        store.last_serial += 1
        stamp, admin = org.now_stamp(), org.users.first()
        row = {
            "Id": make_id("00G", store.last_serial),
            "IsDeleted": False,
            "Name": name,
            "DeveloperName": "_".join(name.split()),
            "Type": "Queue",
            "Email": spec.get("email"),
            "OwnerId": org.id,
            "DoesSendEmailToMembers": False,
            "DoesIncludeBosses": False,
            "CreatedDate": stamp,
            "CreatedById": admin,
            "LastModifiedDate": stamp,
            "LastModifiedById": admin,
            "SystemModstamp": stamp,
        }
        store.put({key: value for key, value in row.items() if value is not None})
        org.journal.rows([("Group", store.live[str(row["Id"])])])
        return str(row["Id"])
