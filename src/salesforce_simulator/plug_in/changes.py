"""What of a transaction is news to Raccord, as the plug-in's triggers find it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.transaction import Transaction

EVERYTHING = "*"
_LIVES_ON_IN = {"merged": "MasterRecordId", "converted": "ConvertedContactId"}


def events_of(
    writes: "Transaction", watched: Mapping[str, Sequence[str]], *, by_integration: bool
) -> list[dict[str, Any]]:
    """One event for each write of a watched object that is news, in order."""
    batch = uuid.uuid4()
    events: list[dict[str, Any]] = []
    for name, before, after in writes.changes():
        fields = watched.get(name)
        kind = _kind(before, after, fields) if fields else ""
        if not kind:
            continue
        event = {
            "id": f"{batch}-{len(events)}",
            "object": name,
            "record_id": after["Id"],
            "kind": kind,
        }
        into = after.get(_LIVES_ON_IN.get(kind, ""))
        events.append(
            event
            | ({"into": into} if into else {})
            | ({"by_integration": True} if by_integration else {})
        )
    return events


def _kind(before: Row | None, after: Row, fields: Sequence[str]) -> str:
    """What happened to the record; "" if it is no news."""
    if before is None:
        return "created"
    if before["IsDeleted"] != after["IsDeleted"]:
        if not after["IsDeleted"]:
            return "undeleted"
        return "merged" if after.get("MasterRecordId") else "deleted"
    if after.get("IsConverted") and not before.get("IsConverted"):
        return "converted"
    changed = EVERYTHING in fields or any(before.get(each) != after.get(each) for each in fields)
    return "updated" if changed else ""
