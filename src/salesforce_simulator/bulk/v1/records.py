"""Batches as they arrive: CSV lines, XML or JSON records, all as values by field name."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.rows import Outcome, read_columns, write_cells, write_values
from salesforce_simulator.bulk.v1.model import Batch, ClassicJob
from salesforce_simulator.errors import ApiError
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.transaction import Transaction
from salesforce_simulator.xml_reading import XmlError, child, children, is_nil, local, parse, text

MAX_ROWS = 10_000

# Writes one row of a batch and tells what became of it.
Write = Callable[[Transaction], Outcome]


def rows(kind: SObjectType, job: ClassicJob, batch: Batch) -> list[Write]:
    """Return what writes each row. ApiError, code InvalidBatch, for what fails the whole batch."""
    found = _READERS[job.content_type](kind, job, batch.content)
    if len(found) > MAX_ROWS:
        message = f"InvalidBatch : Batch has more than the maximum of {MAX_ROWS} records"
        raise ApiError("InvalidBatch", message)
    if not found:
        raise ApiError("InvalidBatch", "InvalidBatch : Records not found")
    return found


def _csv_rows(kind: SObjectType, job: ClassicJob, content: bytes) -> list[Write]:
    # Either line ending will do here; only Bulk API 2.0 has jobs that choose one.
    job.line_ending = "CRLF" if b"\r\n" in content[:100_000] else "LF"
    header, lines = csv_form.read(job, content)
    columns = read_columns(job, kind, header)
    return [
        lambda writes, cells=cells: write_cells(writes, job, columns, cells)  # type: ignore[misc]
        for cells in lines
    ]


def _json_rows(kind: SObjectType, job: ClassicJob, content: bytes) -> list[Write]:
    try:
        records = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise ApiError("InvalidBatch", f"InvalidBatch : Failed to parse JSON: {broken}") from broken
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise ApiError("InvalidBatch", "InvalidBatch : A list of records is needed")
    return _value_rows(job, records)


def _xml_rows(kind: SObjectType, job: ClassicJob, content: bytes) -> list[Write]:
    try:
        root = parse(content)
    except XmlError as broken:
        raise ApiError("InvalidBatch", f"InvalidBatch : Failed to parse XML: {broken}") from broken
    return _value_rows(job, [_values(each) for each in children(root, "sObject")])


def _value_rows(job: ClassicJob, records: Iterable[dict[str, Any]]) -> list[Write]:
    return [
        lambda writes, values=values: write_values(writes, job, dict(values))  # type: ignore[misc]
        for values in records
    ]


def _values(record: Element) -> dict[str, Any]:
    """The fields of an sObject; a parent is an element with an sObject of its own."""
    return {
        local(each): _value(each) for each in record if local(each) not in {"type", "attributes"}
    }


def _value(element: Element) -> Any:
    if is_nil(element):
        return None
    parent = child(element, "sObject")
    return _values(parent) if parent is not None else text(element)


_READERS: dict[str, Callable[[SObjectType, ClassicJob, bytes], list[Write]]] = {
    "CSV": _csv_rows,
    "JSON": _json_rows,
    "XML": _xml_rows,
}
