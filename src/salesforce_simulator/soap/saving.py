"""Operations that write records, up to 200 a call, each with its own result."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from salesforce_simulator.errors import RecordError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import SoapError, element
from salesforce_simulator.soap.records import read_record
from salesforce_simulator.transaction import Transaction
from salesforce_simulator.xml_reading import children

MAX_RECORDS = 200
_COLLECTION = "composite/sobjects"


def create(asked: Asked) -> str:
    return _results(asked.rest("POST", _COLLECTION, _records(asked)))


def update(asked: Asked) -> str:
    return _results(asked.rest("PATCH", _COLLECTION, _records(asked)))


def upsert(asked: Asked) -> str:
    body = _records(asked)
    types = {each["attributes"]["type"] for each in body["records"]}
    if len(types) > 1:
        raise SoapError("INVALID_TYPE", "Records of one upsert must be of one type")
    if not types:
        return ""
    key = asked.argument("externalIDFieldName") or "Id"
    done = asked.rest("PATCH", f"{_COLLECTION}/{types.pop()}/{key}", body)
    return _results([{"created": False, **each} for each in done])


def delete(asked: Asked) -> str:
    wish = {"ids": ",".join(asked.values("ids")), "allOrNone": str(asked.all_or_none).lower()}
    return _results(asked.rest("DELETE", f"{_COLLECTION}?{urlencode(wish)}"))


def undelete(asked: Asked) -> str:
    """Take records back out of the recycle bin."""
    return _each(asked, lambda writes, name, record_id: writes.undelete(name, record_id))


def empty_recycle_bin(asked: Asked) -> str:
    """Remove records from the recycle bin for good."""

    def remove(writes: Transaction, name: str, record_id: str) -> None:
        if record_id not in writes.org.store(name).deleted:
            raise RecordError("DELETE_FAILED", "Entity is not in the recycle bin")
        writes.org.empty_bin([record_id])

    return _each(asked, remove)


def result(done: Mapping[str, Any]) -> str:
    """The element of what became of one record."""
    created = element("created", done["created"]) if "created" in done else ""
    errors = "".join(error(each) for each in done["errors"])
    inner = f"{created}{errors}{element('id', done.get('id'))}{element('success', done['success'])}"
    return f"<result>{inner}</result>"


def error(row: Mapping[str, Any]) -> str:
    """The element of one error of a record."""
    fields = "".join(element("fields", each) for each in row["fields"])
    said = f"{element('message', row['message'])}{element('statusCode', row['statusCode'])}"
    return f"<errors>{fields}{said}</errors>"


def _results(done: Sequence[Mapping[str, Any]]) -> str:
    return "".join(result(each) for each in done)


def _records(asked: Asked) -> dict[str, Any]:
    given = children(asked.element, "sObjects")
    _check_count(len(given))
    return {
        "allOrNone": asked.all_or_none,
        "records": [read_record(asked, each) for each in given],
    }


def _each(asked: Asked, act: Callable[[Transaction, str, str], None]) -> str:
    """Do something to each of the ids, in a transaction for each or in one for all."""
    ids = asked.values("ids")
    _check_count(len(ids))
    asked.call.rows = len(ids)
    done: list[dict[str, Any]] = []
    org = asked.call.org
    with org.transaction(asked.actor()) as writes:
        for given in ids:
            try:
                record_id = normal_id(given) or ""
                kind = org.schema.by_prefix(record_id[:3])
                if kind is None:
                    raise RecordError("MALFORMED_ID", f"malformed id {given}")
                store = org.store(kind.name)
                if record_id in store.deleted:
                    writes.check_record(store, store.deleted[record_id], "delete")
                act(writes, kind.name, record_id)
                done.append({"id": record_id, "success": True, "errors": []})
            except RecordError as refused:
                done.append({"id": None, "success": False, "errors": [refused.row()]})
        if asked.all_or_none and not all(each["success"] for each in done):
            writes.undo_all()
            done = [_rolled_back(each) for each in done]
    return _results(done)


def _rolled_back(each: dict[str, Any]) -> dict[str, Any]:
    message = (
        "Record rolled back because not all records were valid "
        "and the request was using AllOrNone header"
    )
    refused = RecordError("ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
    return {"id": None, "success": False, "errors": each["errors"] or [refused.row()]}


def _check_count(count: int) -> None:
    if count > MAX_RECORDS:
        message = (
            f"record limit reached. cannot submit more than {MAX_RECORDS} records into this call"
        )
        raise SoapError("EXCEEDED_ID_LIMIT", message)
