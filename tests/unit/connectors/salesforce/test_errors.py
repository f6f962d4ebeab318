"""Every code leads to its class, and what cannot be known is said to be unknown."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from raccord.connectors import registry
from raccord.connectors.http import Answer
from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.error_table import TABLE
from raccord.engine.errors import (
    AuthorizationLost,
    DuplicateBlocked,
    Failure,
    MatchAmbiguous,
    OutcomeUnknown,
    PermissionMissing,
    QuotaExhausted,
    RateLimited,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
)


def in_row(code: str, message: str = "no", fields: list[str] | None = None) -> Failure:
    return errors.row_failure([{"statusCode": code, "message": message, "fields": fields or []}])


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def whole(status: int, body: bytes, *, writes: bool = True, retry_after: str = "") -> Failure:
    answer = Answer(status, httpx.Headers({"Retry-After": retry_after}), body)
    return errors.answer_failure(answer, writes=writes, now=NOW)


def said(code: str, message: str = "no") -> bytes:
    return f'[{{"errorCode":"{code}","message":"{message}"}}]'.encode()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNABLE_TO_LOCK_ROW", RowBusy),
        ("REQUIRED_FIELD_MISSING", RecordRejected),
        ("STRING_TOO_LONG", RecordRejected),
        ("INVALID_EMAIL_ADDRESS", RecordRejected),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", RecordRejected),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", RecordRejected),
        ("INSUFFICIENT_ACCESS_OR_READONLY", RecordRejected),
        ("A_CODE_OF_NEXT_YEAR", RecordRejected),
        ("DUPLICATE_VALUE", DuplicateBlocked),
        ("DUPLICATES_DETECTED", DuplicateBlocked),
        ("DUPLICATE_EXTERNAL_ID", MatchAmbiguous),
        ("ENTITY_IS_DELETED", RemoteGone),
        ("CANNOT_UPDATE_CONVERTED_LEAD", RemoteGone),
        ("INVALID_FIELD", SchemaChanged),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", PermissionMissing),
        ("STORAGE_LIMIT_EXCEEDED", PermissionMissing),
        ("UNKNOWN_EXCEPTION", Transient),
    ],
)
def test_a_rows_code_decides_its_class(code: str, kind: type[Failure]) -> None:
    failure = in_row(code)
    assert type(failure) is kind
    assert failure.code == f"salesforce.{code}"


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_can_be_a_rows_and_a_whole_answers(code: str) -> None:
    failure = in_row(code, "The message", ["LastName"])
    text, advice = registry.sentences()[failure.code]
    params = {**failure.params, "message": "The message"}
    assert text % params and advice % params
    assert isinstance(whole(400, said(code)), Failure)


def test_fields_are_named_by_the_answer_or_else_by_its_message() -> None:
    rejected = in_row("REQUIRED_FIELD_MISSING", "Required …", ["LastName", "Company"])
    assert isinstance(rejected, RecordRejected)
    assert rejected.fields == ("LastName", "Company")
    assert rejected.params["fields"] == "LastName, Company"
    missing = in_row("INVALID_FIELD", "No such column 'Vip__c' on sobject of type Contact")
    assert errors.blamed_fields(missing) == ("Vip__c",)
    read_only = in_row(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: Name, Fax. Please check the security settings …",
    )
    assert errors.blamed_fields(read_only) == ("Name", "Fax")
    assert errors.blamed_fields(in_row("DUPLICATE_VALUE")) == ()


def test_what_a_message_tells_beyond_the_code() -> None:
    too_long = in_row("STRING_TOO_LONG", "Last Name: data value too large: x (max length=80)")
    assert too_long.params["limit"] == "80"
    duplicate = in_row(
        "DUPLICATE_VALUE",
        "duplicate value found: Ext__c duplicates value on record with id: 006Ov000004iYzqIAE",
    )
    assert duplicate.params["record"] == "006Ov000004iYzqIAE"
    rule = in_row("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Give a phone number or an address")
    assert rule.params["message"] == "Give a phone number or an address"


def test_an_automation_that_hit_a_limit_is_tried_in_a_smaller_batch() -> None:
    message = "T: execution of AfterInsert caused by: System.LimitException: Too many SOQL queries"
    assert type(in_row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)) is RowBusy
    assert type(in_row("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "null pointer")) is RecordRejected


@pytest.mark.parametrize("listed", [None, [], ["text"], [{}], [{"statusCode": "not a code!"}]])
def test_an_error_without_words_is_still_a_rejection(listed: object) -> None:
    failure = errors.row_failure(listed)
    assert type(failure) is RecordRejected
    assert failure.code == "salesforce.UNKNOWN_CODE"


@pytest.mark.parametrize(
    ("status", "body", "for_write", "for_read"),
    [
        (500, said("UNKNOWN_EXCEPTION"), OutcomeUnknown, Transient),
        (502, b"<html>Bad Gateway", OutcomeUnknown, Transient),
        (504, b"", OutcomeUnknown, Transient),
        (503, b"<html>", OutcomeUnknown, Transient),
        (503, said("SERVER_UNAVAILABLE"), Transient, Transient),
        (500, said("UNABLE_TO_LOCK_ROW"), RowBusy, RowBusy),
        (
            403,
            said("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            *2 * [QuotaExhausted],
        ),
        (403, said("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn …"), *2 * [RateLimited]),
        (403, said("API_DISABLED_FOR_ORG"), *2 * [PermissionMissing]),
        (403, said("SOMETHING_FORBIDDEN"), *2 * [PermissionMissing]),
        (420, b"", Transient, Transient),
        (429, b"", RateLimited, RateLimited),
        (404, said("NOT_FOUND"), SchemaChanged, SchemaChanged),
        (400, said("INVALID_FIELD"), SchemaChanged, SchemaChanged),
        (400, said("MALFORMED_QUERY"), Failure, Failure),
        (302, b"", Failure, Failure),
    ],
)
def test_a_whole_answer_decides_by_code_and_by_what_it_proves(
    status: int, body: bytes, for_write: type[Failure], for_read: type[Failure]
) -> None:
    assert type(whole(status, body, writes=True)) is for_write
    assert type(whole(status, body, writes=False)) is for_read


@pytest.mark.parametrize("status", [302, 420, 429, 500, 502])
def test_an_answer_without_a_code_has_words_all_the_same(status: int) -> None:
    failure = whole(status, b"<html>")
    assert failure.code in registry.sentences()
    assert failure.detail == f"HTTP {status}"


def test_a_lost_session_is_a_lost_authorization() -> None:
    assert type(whole(401, said("INVALID_SESSION_ID"))) is AuthorizationLost


def test_details_are_kept_short() -> None:
    assert len(in_row("DUPLICATE_VALUE", "x" * 9000).detail) == 500


@pytest.mark.parametrize(
    ("retry_after", "until"),
    [("90", NOW + timedelta(seconds=90)), ("soon", None), ("9" * 12, NOW + timedelta(days=1))],
)
def test_a_limit_may_say_when_it_ends(retry_after: str, until: datetime | None) -> None:
    failure = whole(429, b"", retry_after=retry_after)
    assert isinstance(failure, RateLimited)
    assert failure.until == until
