"""Salesforce's error codes, sorted into the taxonomy, each with a sentence for people.

The same code may stand in one row of an answer (`row_failure`) or be the whole answer
(`answer_failure`). Codes: developer.salesforce.com, REST API guide, "Status Codes and Error
Responses", and SOAP API guide, "StatusCode"; messages as recorded from real orgs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from raccord.connectors.http import Answer
from raccord.connectors.salesforce.error_table import TABLE
from raccord.engine.errors import (
    DuplicateBlocked,
    Failure,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    RecordRejected,
    RowBusy,
    SchemaChanged,
    Transient,
)

_DETAIL_LENGTH = 500
_LONGEST_WAIT = 24 * 60 * 60
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,79}")
_MISSING_COLUMN = re.compile(r"No such column '([\w.]+)'")
_MISSING_KEY = re.compile(r"external ID field does not exist or is not accessible: (\w+)")
_NOT_WRITABLE = re.compile(r"Unable to create/update fields: ([\w, ]+)\.")
_BUSY_RECORDS = re.compile(r"records?: ((?:\w{15,18}(?:, ?)?)+)")
_LIMIT = re.compile(r"max length=(\d+)")
_RECORD_ID = re.compile(r"\bid: (\w{15,18})\b")
# An org's own code ran into a governor limit: a smaller batch may pass.
_GOVERNOR_LIMIT = "System.LimitException"
# 420: an edge server of Salesforce sent the call to the wrong place.
_UNKNOWN_REFUSALS: Mapping[int, type[Failure]] = {
    403: PermissionMissing,
    420: Transient,
    429: RateLimited,
}


def row_failure(errors: object) -> Failure:
    """The failure of one row from its `errors`; the first one names it, all name fields."""
    entries = _entries(errors)
    if not entries:
        return RecordRejected("salesforce.UNKNOWN_CODE", {"fields": "—"})
    first = entries[0]
    code = _code(first.get("statusCode") or first.get("errorCode"))
    message = str(first.get("message", ""))
    if _GOVERNOR_LIMIT in message:
        return _failure(RowBusy, code, message, ())
    fields = _fields(entries) or _fields_in(message)
    kind = TABLE[code].kind if code in TABLE else RecordRejected
    return _failure(kind, code, message, fields)


def answer_failure(answer: Answer, *, writes: bool, now: datetime) -> Failure:
    """The failure of a whole call that was answered with anything but success.

    A server error after a write departed proves nothing about the write, unless it says that
    the server was never reached.
    """
    try:
        body = answer.json()
    except ValueError:
        body = None
    failure = part_failure(answer.status, body, writes=writes)
    wait = answer.headers.get("Retry-After", "")
    if isinstance(failure, RateLimited) and wait.isdecimal():
        failure.until = now + timedelta(seconds=min(int(wait), _LONGEST_WAIT))
    return failure


def part_failure(status: int, body: object, *, writes: bool = False) -> Failure:
    """The same for one part of a composite call, whose status and body come inside another."""
    entries = _entries(body)
    first = entries[0] if entries else {}
    code = _code(first.get("errorCode") or ("SERVER_ERROR" if status >= 500 else ""))
    message = str(first.get("message", f"HTTP {status}"))
    if code == "REQUEST_LIMIT_EXCEEDED" and "TotalRequests" not in message:
        return _failure(RateLimited, "CONCURRENT_REQUESTS", message, ())
    if status >= 500 and code not in ("SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW"):
        return _failure(OutcomeUnknown if writes else Transient, code, message, ())
    kind = TABLE[code].kind if code in TABLE else _UNKNOWN_REFUSALS.get(status, Failure)
    return _failure(kind, code, message, _fields(entries) or _fields_in(message))


def malformed(*, writes: bool) -> Failure:
    """An answer of success that is not what the API documents."""
    return (OutcomeUnknown if writes else Transient)("salesforce.MALFORMED_ANSWER")


def unreadable_field(field: str) -> SchemaChanged:
    """A field that is gone, hidden from our user, or of a kind that has no single value."""
    return SchemaChanged("salesforce.FIELD_NOT_READABLE", {"fields": field})


def blamed_fields(failure: Failure) -> tuple[str, ...]:
    """The remote fields that a failure names, in its `params`."""
    named = failure.params.get("fields", "")
    return tuple(named.split(", ")) if named and named != "—" else ()


def _failure(kind: type[Failure], code: str, message: str, fields: Sequence[str]) -> Failure:
    params = {"fields": ", ".join(fields) or "—"}
    if limit := _LIMIT.search(message):
        params["limit"] = limit.group(1)
    if code == "FIELD_CUSTOM_VALIDATION_EXCEPTION":
        # The administrator wrote this text for people who fill in the record.
        params["message"] = message[:_DETAIL_LENGTH]
    record = _RECORD_ID.search(message)
    if record and kind is DuplicateBlocked:
        params["record"] = record.group(1)
    full_code, detail = f"salesforce.{code}", message[:_DETAIL_LENGTH]
    if issubclass(kind, RecordRejected):
        return kind(full_code, params, detail, fields=tuple(fields))
    if issubclass(kind, RowBusy):
        busy = _BUSY_RECORDS.search(message)
        named = busy.group(1).split(",") if busy else []
        return kind(full_code, params, detail, records=tuple(name.strip() for name in named))
    return kind(full_code, params, detail)


def _entries(errors: object) -> list[Mapping[str, object]]:
    if not isinstance(errors, list):
        return []
    return [entry for entry in errors if isinstance(entry, dict)]


def _code(said: object) -> str:
    """A code as Salesforce words them; anything else would not be a stable code."""
    return said if isinstance(said, str) and _CODE.fullmatch(said) else "UNKNOWN_CODE"


def _fields(entries: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for entry in entries:
        said = entry.get("fields")
        if isinstance(said, list):
            names.update((name, None) for name in said if isinstance(name, str))
    return tuple(names)


def _fields_in(message: str) -> tuple[str, ...]:
    """Fields that only the message names."""
    for pattern in (_MISSING_COLUMN, _MISSING_KEY, _NOT_WRITABLE):
        if found := pattern.search(message):
            return tuple(name.strip() for name in found.group(1).split(","))
    return ()
