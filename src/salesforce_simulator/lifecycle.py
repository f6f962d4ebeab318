"""Two acts of people that change which record stands for a person: merge and lead conversion.

Both leave a trail that a reader can follow: a loser keeps MasterRecordId, a converted lead keeps
ConvertedContactId and ConvertedAccountId.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_simulator.errors import RecordError, entity_is_deleted
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store
from salesforce_simulator.transaction import Transaction

MAX_LOSERS = 2
CONVERTED_STATUS = "Closed - Converted"

# What a clone does not take from the record it is made of.
_OWN = frozenset({"OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"})

# Where a lead's values go; an administrator may map custom fields, this org's has not.
_TO_CONTACT = {
    **{
        name: name
        for name in (
            "Salutation",
            "FirstName",
            "LastName",
            "Title",
            "Email",
            "Phone",
            "MobilePhone",
            "Fax",
            "LeadSource",
            "Description",
            "HasOptedOutOfEmail",
            "HasOptedOutOfFax",
            "DoNotCall",
        )
    },
    "Street": "MailingStreet",
    "City": "MailingCity",
    "State": "MailingState",
    "PostalCode": "MailingPostalCode",
    "Country": "MailingCountry",
}
_TO_ACCOUNT = {
    "Company": "Name",
    "Website": "Website",
    "Industry": "Industry",
    "Phone": "Phone",
    "Street": "BillingStreet",
    "City": "BillingCity",
    "State": "BillingState",
    "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry",
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a lead became."""

    account_id: str
    contact_id: str


def merge(
    writes: Transaction,
    object_name: str,
    master_id: str,
    loser_ids: Sequence[str],
    values: Mapping[str, Any] | None = None,
) -> None:
    """Merge one or two records into a master, which takes the values given.

    The losers go to the recycle bin with MasterRecordId set; what pointed at them, points at the
    master.
    """
    store = writes.org.store(object_name)
    if not store.kind.mergeable:
        raise RecordError("INVALID_TYPE", f"{store.kind.name} cannot be merged")
    master = _living(store, master_id)
    losers = [_living(store, each) for each in loser_ids]
    if not 1 <= len(losers) <= MAX_LOSERS or master["Id"] in {each["Id"] for each in losers}:
        raise RecordError("INVALID_NUMBER_OF_RECORDS", "one or two other records can be merged")
    writes.check_record(store, master, "edit")
    for loser in losers:
        writes.check_record(store, loser, "delete")
        _move_children(writes, store.kind, loser, master)
        gone = {**store.live[loser["Id"]], "IsDeleted": True, "MasterRecordId": master["Id"]}
        writes.put_changed(store, gone)
    # The losers are gone before the master is judged: it may take over what must be unique.
    writes.update(object_name, master["Id"], values or {})


def clone(writes: Transaction, object_name: str, record_id: str, values: Mapping[str, Any]) -> str:
    """Copy a record as the Clone button does and return the copy's id; values: what is changed.

    It copies every field that the user sees and may create, external ids among them; only what
    must be unique, and the owner, is left to the new record.
    """
    store = writes.org.store(object_name)
    row = _living(store, record_id)
    copied = {
        field.name: row[field.name]
        for field in writes.seen(store.kind).fields
        if field.createable and not field.unique and field.name in row and field.name not in _OWN
    }
    return writes.create(object_name, {**copied, **values})


def convert_lead(
    writes: Transaction,
    lead_id: str,
    *,
    account_id: str | None = None,
    contact_id: str | None = None,
    owner_id: str | None = None,
    status: str = CONVERTED_STATUS,
    overwrite_lead_source: bool = False,
) -> Conversion:
    """Turn a lead into a contact of an account, new ones unless their ids are given.

    An existing contact keeps its values and takes the lead's where it has none, and its source if
    asked. owner_id: whose the new records are, the lead's owner's unless given.
    """
    leads = writes.org.store("Lead")
    lead = _living(leads, lead_id)
    if lead["IsConverted"]:
        raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    writes.check_record(leads, lead, "edit")
    if status != CONVERTED_STATUS:
        raise RecordError("INVALID_STATUS", f"invalid convertedStatus: {status or None}")
    owner = {"OwnerId": owner_id or lead["OwnerId"]}
    if contact_id is not None:
        contact = _living(writes.org.store("Contact"), contact_id)
        account_id = account_id or contact.get("AccountId")
    if account_id is None:
        account_id = writes.create("Account", {**_mapped(lead, _TO_ACCOUNT), **owner})
    if contact_id is None:
        values = {**_mapped(lead, _TO_CONTACT), **owner, "AccountId": account_id}
        contact_id = writes.create("Contact", values)
    else:
        missing = {
            name: value
            for name, value in _mapped(lead, _TO_CONTACT).items()
            if contact.get(name) is None
            or (value is True and contact[name] is False)
            or (name == "LeadSource" and overwrite_lead_source)
        }
        writes.update("Contact", contact_id, {**missing, "AccountId": account_id})
    converted = {
        **lead,
        "IsConverted": True,
        "Status": status,
        "ConvertedDate": writes.stamp[:10],
        "ConvertedAccountId": normal_id(account_id),
        "ConvertedContactId": normal_id(contact_id),
    }
    writes.put_changed(leads, converted)
    return Conversion(account_id, contact_id)


def _living(store: Store, record_id: str) -> Row:
    known = normal_id(record_id) or ""
    if known in store.deleted:
        raise entity_is_deleted()
    if known not in store.live:
        raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return store.live[known]


def _mapped(lead: Row, names: Mapping[str, str]) -> dict[str, Any]:
    return {target: lead[name] for name, target in names.items() if lead.get(name) is not None}


def _move_children(writes: Transaction, kind: SObjectType, loser: Row, master: Row) -> None:
    """Let every record that points at the loser point at the master."""
    org = writes.org
    for child, field, _ in list(org.schema.children(kind)):
        store = org.store(child.name)
        if child.read_only or field.name == "MasterRecordId":
            continue
        for row in [each for each in store.live.values() if each.get(field.name) == loser["Id"]]:
            _move_child(writes, store, row, field=field.name, master_id=master["Id"])


def _move_child(writes: Transaction, store: Store, row: Row, *, field: str, master_id: str) -> None:
    if store.kind.name == "CampaignMember" and any(
        store.live[each]["CampaignId"] == row["CampaignId"]
        for each in store.ids_with(field, master_id)
    ):
        # Both were members of the campaign: one membership is left.
        writes.put_changed(store, {**row, "IsDeleted": True})
        return
    moved = {**row, field: master_id}
    if row["Id"] == master_id:
        # Nobody reports to himself.
        del moved[field]
    writes.put_changed(store, moved)
