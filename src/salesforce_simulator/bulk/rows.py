"""One row of a bulk file into one record: what both Bulk APIs do alike.

A row is refused by itself; the Outcome says so, and each API words it in the form of its results.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.jobs import Job
from salesforce_simulator.errors import ApiError, RecordError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.transaction import Transaction
from salesforce_simulator.validation import stored_value

PER_TRANSACTION = 200
_BY_ID = frozenset({"update", "delete", "hardDelete"})
_BOOLEANS = {"1": True, "0": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row. record_id: "" where a row that should have made a record did not."""

    record_id: str
    created: bool = False
    refused: ApiError | None = None

    @property
    def wording(self) -> str:
        """The refusal as CSV results have it, `CODE:message:field,field --`; "" for none."""
        if self.refused is None:
            return ""
        fields = ",".join(self.refused.fields or [])
        shown = f"{fields} " if fields else ""
        return f"{self.refused.code}:{self.refused.message}:{shown}--"


class Column:
    """A column of a CSV file: a field, or the external id of a parent (`Account.Ext__c`)."""

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


def read_columns(job: Job, kind: SObjectType, header: Iterable[str]) -> list[Column]:
    """Return the columns of a header. ApiError where one is unknown or one that is due lacks."""
    names = list(header)
    columns = [Column(kind, name) for name in names]
    needed = "Id" if job.operation in _BY_ID else job.key
    if needed and needed.lower() not in {name.lower() for name in names}:
        raise ApiError("InvalidBatch", f"InvalidBatch : Field name not found : {needed}")
    return columns


def write_cells(
    writes: Transaction, job: Job, columns: Sequence[Column], cells: Sequence[str]
) -> Outcome:
    """Write one line of a CSV file."""
    if len(cells) > len(columns):
        message = "the row has more values than the header"
        return Outcome("", refused=RecordError("INVALID_CSV_FIELD", message))
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        column.put(values, cell.strip())
    return write_values(writes, job, values)


def write_values(writes: Transaction, job: Job, values: dict[str, Any]) -> Outcome:
    """Write one record as the job's operation has it; `values` is used up."""
    given = dict(values)
    record_id = str(_take(values, "Id") or "")
    try:
        return _apply(writes, job, values, record_id)
    except ApiError as refused:
        # Named even where the row is refused, so that its sender finds the record.
        shown = (normal_id(record_id) or record_id) if job.operation in _BY_ID else ""
        return Outcome(shown, refused=_of_the_row(refused, writes, job, given))


def _apply(writes: Transaction, job: Job, values: dict[str, Any], record_id: str) -> Outcome:
    name = job.object_name
    if job.operation == "insert":
        return Outcome(writes.create(name, values), created=True)
    if job.operation == "upsert":
        return _upsert(writes, job, values, record_id)
    if not record_id:
        raise RecordError("MISSING_ARGUMENT", "Id not specified", fields=["Id"])
    if job.operation == "update":
        writes.update(name, record_id, values)
    else:
        writes.delete(name, record_id)
    return Outcome(normal_id(record_id) or record_id)


def _upsert(writes: Transaction, job: Job, values: dict[str, Any], record_id: str) -> Outcome:
    if job.key == "Id" and not record_id:
        return Outcome(writes.create(job.object_name, values), created=True)
    kind = writes.org.store(job.object_name).kind
    key = kind.field(job.key)
    value = record_id if job.key == "Id" else _take(values, job.key)
    if key is None or not value:
        raise RecordError("MISSING_ARGUMENT", f"{job.key} not specified")
    found, created = writes.upsert(job.object_name, key, value, values)
    return Outcome(found, created=created)


def _of_the_row(
    refused: ApiError, writes: Transaction, job: Job, values: Mapping[str, Any]
) -> ApiError:
    """What JSON cannot carry into its field a bulk row can: name the value that does not fit."""
    if refused.fields is not None:
        return refused
    kind = writes.org.store(job.object_name).kind
    for name, value in values.items():
        field = kind.field(name)
        if field is None or value is None:
            continue
        try:
            stored_value(field, value)
        except RecordError:
            continue
        except ApiError:
            message = f"{field.label}: value not of required type: {value}"
            return RecordError("INVALID_TYPE_ON_FIELD_IN_RECORD", message, fields=[field.name])
    return refused


def _take(values: dict[str, Any], name: str) -> Any:
    """Remove a key, in any case, and return its value."""
    spelled = next((each for each in values if each.lower() == name.lower()), None)
    return values.pop(spelled) if spelled is not None else None
