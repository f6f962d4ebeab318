"""Checks of a record against others: that what it points at exists, that what must be unique is."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import RecordError, entity_is_deleted
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.permissions.access import Access

# On a row of the bin: the id of the record whose deletion took this one along.
DELETED_WITH = "_deleted_with"


def check_target(
    org: "Org", field: Field, record_id: str, *, access: "Access | None" = None
) -> None:
    """Refuse a reference to a record of another type, to a deleted one, to none, or to one that
    the writer does not see."""
    kind = org.schema.by_prefix(record_id[:3])
    if kind is not None and kind.name not in field.targets:
        raise RecordError(
            "MALFORMED_ID",
            f"{field.label}: id value of incorrect type: {record_id}",
            fields=[field.name],
        )
    store = org.store(kind.name) if kind is not None else None
    if store is not None and record_id in store.live:
        if access is not None:
            access.check_visible(store, store.live[record_id], fields=[field.name])
        return
    if store is not None and record_id in store.deleted:
        raise entity_is_deleted()
    raise RecordError(
        "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[field.name]
    )


def by_external_id(
    org: "Org", kind: SObjectType, name: str, value: Any, *, access: "Access | None" = None
) -> Row:
    """Resolve {"Account": {"Ext__c": "A-1"}} to {"AccountId": the account's id}.

    To a writer with limits, what is out of sight is not there.
    """
    field = kind.reference(name)
    if field is None or not isinstance(value, dict | None):
        message = f"No such column '{name}' on sobject of type {kind.name}"
        raise RecordError("INVALID_FIELD", message)
    if value is None:
        return {field.name: None}
    keys = {each: known for each, known in value.items() if each != "attributes"}
    target = org.store(field.targets[0])
    (key_name, key_value), *others = keys.items() or [("", None)]
    seen = target.kind if access is None else access.kind(target.kind)
    key = seen.field(key_name)
    if key is None or not key.is_key or others:
        raise RecordError("INVALID_FIELD", f"{name}: one external id field is needed")
    found = org.find_by_key(target, key, key_value)
    if access is not None:
        found = tuple(each for each in found if access.sees(target, each))
    if len(found) != 1:
        raise RecordError(
            "INVALID_FIELD",
            f"Foreign key external ID: {key_value} not found for field {key.name} "
            f"in entity {target.kind.name}",
        )
    return {field.name: found[0]}


def check_unique(store: Store, row: Row, *, access: "Access | None" = None) -> None:
    """Refuse a value of a unique field that another living record holds, seen by the writer or
    not."""
    for name in store.kind.unique:
        value = row.get(name)
        if value is None:
            continue
        holder = next((each for each in store.ids_with(name, value) if each != row["Id"]), None)
        if holder is not None:
            seen = access is None or access.sees(store, holder)
            field, record_id = (name, holder) if seen else ("<unknown>", "<unknown>")
            raise RecordError(
                "DUPLICATE_VALUE",
                f"duplicate value found: {field} duplicates value on record with id: {record_id}",
            )
