"""Results as they are fetched: what became of each row, and the records that a query found."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.rows import Outcome
from salesforce_simulator.bulk.v1.model import ClassicJob
from salesforce_simulator.bulk.v1.notation import HEAD, NAMESPACE
from salesforce_simulator.clock import from_stamp
from salesforce_simulator.schema import Schema
from salesforce_simulator.soql.run import Columns
from salesforce_simulator.store import Row

NOTHING_FOUND = b"Records not found for this query"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def told(job: ClassicJob, outcomes: Sequence[Outcome]) -> bytes:
    """Write what became of the rows of a batch, in their order."""
    if job.content_type == "JSON":
        return _dump([_outcome(each) for each in outcomes])
    if job.content_type == "XML":
        inner = "".join(f"<result>{_outcome_xml(each)}</result>" for each in outcomes)
        return f'{HEAD}<results xmlns="{NAMESPACE}">{inner}</results>'.encode()
    lines = [_line(["Id", "Success", "Created", "Error"])]
    for each in outcomes:
        success, created = str(each.refused is None).lower(), str(each.created).lower()
        lines.append(_line([each.record_id, success, created, each.wording]))
    return "".join(lines).encode()


def found_csv(columns: Columns, rows: Iterable[Row]) -> bytes:
    """Write the rows of a query as a table."""
    lines = [_line(csv_form.cell(read(row)) for read in columns.readers) for row in rows]
    return "".join([_line(columns.names), *lines]).encode() if lines else NOTHING_FOUND


def found_json(schema: Schema, records: Iterable[dict[str, Any]]) -> bytes:
    """Write records as JSON: parents nested, moments as milliseconds since 1970."""
    return _dump([_with_numbers(schema, each) for each in records])


def found_xml(records: Iterable[Mapping[str, Any]]) -> bytes:
    inner = "".join(
        f'<records xsi:type="sObject">{_fields_xml(each)}</records>' for each in records
    )
    root = f'<queryResult xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}">'
    return f"{HEAD}{root}{inner}</queryResult>".encode()


def _line(cells: Iterable[str]) -> str:
    return csv_form.line(cells, separator=",", end="\n")


def _outcome(outcome: Outcome) -> dict[str, Any]:
    refused = outcome.refused
    return {
        "success": refused is None,
        "created": outcome.created,
        "id": outcome.record_id or None,
        "errors": [{**refused.row(), "extendedErrorDetails": None}] if refused else [],
    }


def _outcome_xml(outcome: Outcome) -> str:
    refused = outcome.refused
    said = []
    if refused is not None:
        fields = "".join(f"<fields>{escape(each)}</fields>" for each in refused.fields or [])
        said.append(
            f"<errors>{fields}<message>{escape(refused.message)}</message>"
            f"<statusCode>{escape(refused.code)}</statusCode></errors>"
        )
    if outcome.record_id:
        said.append(f"<id>{escape(outcome.record_id)}</id>")
    said.append(f"<success>{str(refused is None).lower()}</success>")
    said.append(f"<created>{str(outcome.created).lower()}</created>")
    return "".join(said)


def _with_numbers(schema: Schema, record: Mapping[str, Any]) -> dict[str, Any]:
    kind = schema.find(record["attributes"]["type"])
    written: dict[str, Any] = {}
    for name, value in record.items():
        field = kind.field(name) if kind is not None else None
        if isinstance(value, Mapping) and "type" in value.get("attributes", ()):
            written[name] = _with_numbers(schema, value)
        elif value is not None and field is not None and field.type in {"date", "datetime"}:
            written[name] = _milliseconds(value)
        else:
            written[name] = value
    return written


def _milliseconds(text: str) -> int:
    if "T" in text:
        return round(from_stamp(text).timestamp() * 1000)
    midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    return round(midnight.timestamp() * 1000)


def _fields_xml(record: Mapping[str, Any]) -> str:
    said = [f"<type>{escape(record['attributes']['type'])}</type>"]
    for name, value in record.items():
        if name == "attributes":
            continue
        if isinstance(value, Mapping):
            said.append(f'<{name} xsi:type="sObject">{_fields_xml(value)}</{name}>')
        elif value is None:
            said.append(f'<{name} xsi:nil="true"/>')
        else:
            said.append(f"<{name}>{escape(csv_form.cell(value))}</{name}>")
    return "".join(said)


def _dump(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
