"""What an ingest job does: row by row, in transactions small enough to let others in between.

A row that is refused is a line of the failed results; only a file that makes no sense as a whole
fails the job.
"""

import time
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.jobs import ABORTED, Job
from salesforce_simulator.errors import ApiError, RecordError
from salesforce_simulator.events.origin import change_origin
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.transaction import Actor, Transaction
from salesforce_simulator.validation import stored_value

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

PER_TRANSACTION = 200
SUCCESSFUL, REFUSED, UNPROCESSED = "successfulResults", "failedResults", "unprocessedrecords"
_BY_ID = frozenset({"update", "delete", "hardDelete"})
_BOOLEANS = {"1": True, "0": False, "true": True, "false": False}


def write(org: "Org", job: Job) -> None:
    """Carry an ingest job out. ApiError fails it as a whole."""
    began = time.monotonic()
    kind = org.store(job.object_name).kind
    header, rows = csv_form.read(job, job.content or b"")
    columns = [_Column(kind, name) for name in header]
    _check_columns(job, kind, header)
    out = {
        SUCCESSFUL: [csv_form.written(job, ["sf__Id", "sf__Created", *header])],
        REFUSED: [csv_form.written(job, ["sf__Id", "sf__Error", *header])],
        UNPROCESSED: [csv_form.written(job, header)],
    }
    while chunk := list(islice(rows, PER_TRANSACTION)):
        if job.state == ABORTED:
            out[UNPROCESSED] += [csv_form.written(job, row) for row in chunk]
            continue
        with org.transaction(_actor(job)) as writes:
            for row in chunk:
                _write_row(writes, job, columns, row, out)
        job.processed += len(chunk)
    job.files = {name: "".join(lines) for name, lines in out.items()}
    job.milliseconds = int((time.monotonic() - began) * 1000)


def _actor(job: Job) -> Actor:
    origin = change_origin("bulkapi", job.version, job.client)
    return Actor(user_id=job.user_id, client=job.client, version=job.version, origin=origin)


class _Column:
    """A column of the file: a field, or the external id of a parent (`Account.Ext__c`)."""

    def __init__(self, kind: SObjectType, name: str) -> None:
        # A reference to several types says which one is meant: User:Owner.Ext__c.
        path = name.partition(":")[2] or name
        self.parent, _, own = path.rpartition(".")
        self.field: Field | None = None if self.parent else kind.field(own)
        self.name = own
        known = kind.reference(self.parent) if self.parent else self.field
        if known is None:
            raise ApiError("InvalidBatch", f"InvalidBatch : Field name not found : {name}")

    def put(self, values: dict[str, Any], cell: str) -> None:
        """Add what a cell says: nothing when it is empty, null when it says so."""
        if not cell:
            return
        value: Any = None if cell == csv_form.NULL else cell
        if self.parent:
            values[self.parent] = None if value is None else {self.name: value}
            return
        if self.field is not None and self.field.type == "boolean" and value is not None:
            value = _BOOLEANS.get(cell.lower(), value)
        values[self.name] = value


def _check_columns(job: Job, kind: SObjectType, header: list[str]) -> None:
    needed = "Id" if job.operation in _BY_ID else job.key
    if needed and needed.lower() not in {name.lower() for name in header}:
        raise ApiError("InvalidBatch", f"InvalidBatch : Field name not found : {needed}")


def _write_row(
    writes: Transaction,
    job: Job,
    columns: list[_Column],
    row: list[str],
    out: dict[str, list[str]],
) -> None:
    values: dict[str, Any] = {}
    record_id = ""
    try:
        if len(row) > len(columns):
            raise RecordError("INVALID_CSV_FIELD", "the row has more values than the header")
        for column, cell in zip(columns, row, strict=True):
            column.put(values, cell.strip())
        record_id = str(_take(values, "Id") or "")
        record_id, created = _apply(writes, job, values, record_id)
    except ApiError as refused:
        job.failed += 1
        known = _worded(refused, columns, values)
        shown = (normal_id(record_id) or record_id) if job.operation in _BY_ID else ""
        out[REFUSED].append(csv_form.written(job, [shown, known, *row]))
        return
    out[SUCCESSFUL].append(csv_form.written(job, [record_id, str(created).lower(), *row]))


def _apply(
    writes: Transaction, job: Job, values: dict[str, Any], record_id: str
) -> tuple[str, bool]:
    """Write one row; return the record's id and whether it is new."""
    name = job.object_name
    if job.operation == "insert":
        return writes.create(name, values), True
    if job.operation == "upsert":
        return _upsert(writes, job, values, record_id)
    if not record_id:
        raise RecordError("MISSING_ARGUMENT", "Id not specified", fields=["Id"])
    if job.operation == "update":
        writes.update(name, record_id, values)
    else:
        writes.delete(name, record_id)
    return normal_id(record_id) or record_id, False


def _upsert(
    writes: Transaction, job: Job, values: dict[str, Any], record_id: str
) -> tuple[str, bool]:
    if job.key == "Id" and not record_id:
        return writes.create(job.object_name, values), True
    kind = writes.org.store(job.object_name).kind
    key = kind.field(job.key)
    value = record_id if job.key == "Id" else _take(values, job.key)
    if key is None or not value:
        raise RecordError("MISSING_ARGUMENT", f"{job.key} not specified")
    return writes.upsert(job.object_name, key, value, values)


def _worded(refused: ApiError, columns: list[_Column], values: Mapping[str, Any]) -> str:
    """A row's error as the result files have it: CODE:message:field,field --"""
    if refused.fields is None:
        refused = _wrong_type(columns, values) or refused
    fields = ",".join(refused.fields or [])
    return f"{refused.code}:{refused.message}:{f'{fields} ' if fields else ''}--"


def _wrong_type(columns: list[_Column], values: Mapping[str, Any]) -> RecordError | None:
    """What JSON cannot carry into its field, a CSV cell can: find the cell that does not fit."""
    for column in columns:
        value = values.get(column.name)
        if column.field is None or value is None:
            continue
        try:
            stored_value(column.field, value)
        except RecordError:
            continue
        except ApiError:
            message = f"{column.field.label}: value not of required type: {value}"
            return RecordError(
                "INVALID_TYPE_ON_FIELD_IN_RECORD", message, fields=[column.field.name]
            )
    return None


def _take(values: dict[str, Any], name: str) -> Any:
    """Remove a key, in any case, and return its value."""
    spelled = next((each for each in values if each.lower() == name.lower()), None)
    return values.pop(spelled) if spelled is not None else None
