"""merge and convertLead, which only the SOAP API offers to clients."""

from typing import Any
from xml.etree.ElementTree import Element

from salesforce_simulator import lifecycle
from salesforce_simulator.errors import RecordError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import SoapError, element
from salesforce_simulator.soap.records import read_record
from salesforce_simulator.soap.saving import error
from salesforce_simulator.xml_reading import child, child_text, children, text

MAX_MERGES = 200
MAX_CONVERSIONS = 100


def merge(asked: Asked) -> str:
    """Each request merges one or two records into a master, in a transaction of its own."""
    requests = list(asked.element)
    _check_count(len(requests), limit=MAX_MERGES)
    return "".join(_merge(asked, each) for each in requests)


def convert_lead(asked: Asked) -> str:
    """Each lead becomes a contact of an account; no opportunity is made, whatever is wished."""
    wishes = children(asked.element, "leadConverts")
    _check_count(len(wishes), limit=MAX_CONVERSIONS)
    return "".join(_convert(asked, each) for each in wishes)


def _merge(asked: Asked, request: Element) -> str:
    given = child(request, "masterRecord")
    if given is None:
        raise SoapError("MISSING_ARGUMENT", "masterRecord is required")
    values = read_record(asked, given)
    name = values.pop("attributes")["type"]
    master_id = str(values.pop("Id", ""))
    losers = [text(each) for each in children(request, "recordToMergeIds")]
    asked.call.rows += 1 + len(losers)
    try:
        with asked.call.org.transaction(asked.actor()) as writes:
            lifecycle.merge(writes, name, master_id, losers, values)
            changed = [row["Id"] for _, row in writes.changed]
    except RecordError as refused:
        return _told(error(refused.row()), element("id", master_id), done=False)
    merged = [normal_id(each) or each for each in losers]
    moved = dict.fromkeys(each for each in changed if each not in {normal_id(master_id), *merged})
    return _told(
        element("id", normal_id(master_id)),
        *(element("mergedRecordIds", each) for each in merged),
        done=True,
        after="".join(element("updatedRelatedIds", each) for each in moved),
    )


def _convert(asked: Asked, wish: Element) -> str:
    lead_id = child_text(wish, "leadId")
    asked.call.rows += 1
    try:
        with asked.call.org.transaction(asked.actor()) as writes:
            made = lifecycle.convert_lead(writes, lead_id, **_conversion(wish))
    except RecordError as refused:
        return _told(
            element("accountId", None),
            element("contactId", None),
            error(refused.row()),
            element("leadId", lead_id),
            element("opportunityId", None),
            done=False,
        )
    return _told(
        element("accountId", made.account_id),
        element("contactId", made.contact_id),
        element("leadId", normal_id(lead_id)),
        element("opportunityId", None),
        done=True,
    )


def _conversion(wish: Element) -> dict[str, Any]:
    """What is wished of a conversion, as `lifecycle` takes it."""
    if child_text(wish, "opportunityId"):
        message = "invalid cross reference id"
        raise RecordError("INVALID_CROSS_REFERENCE_KEY", message, fields=["opportunityId"])
    return {
        "account_id": child_text(wish, "accountId") or None,
        "contact_id": child_text(wish, "contactId") or None,
        "owner_id": child_text(wish, "ownerId") or None,
        "status": child_text(wish, "convertedStatus"),
        "overwrite_lead_source": child_text(wish, "overwriteLeadSource").lower() == "true",
    }


def _told(*said: str, done: bool, after: str = "") -> str:
    return f"<result>{''.join(said)}{element('success', done)}{after}</result>"


def _check_count(count: int, *, limit: int) -> None:
    if count > limit:
        message = f"record limit reached. cannot submit more than {limit} records into this call"
        raise SoapError("EXCEEDED_ID_LIMIT", message)
