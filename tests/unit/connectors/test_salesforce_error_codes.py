"""Every code that Salesforce documents, held against the taxonomy, the words and who can act.

The codes are those of the REST API's "Status Codes and Error Responses" and of the SOAP API's
"StatusCode" that a client which reads and writes records may meet.
"""

from __future__ import annotations

import pytest
from django.utils import translation

from raccord.connections import guidance, sentences
from raccord.connectors import registry
from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.error_table import REMEDIES, TABLE
from raccord.engine.errors import (
    AuthorizationLost,
    DuplicateBlocked,
    Failure,
    PermissionMissing,
    QuotaExhausted,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
    Who,
    who_acts,
)

KINDS: dict[type[Failure], str] = {
    AuthorizationLost: "INVALID_SESSION_ID INVALID_AUTH_HEADER",
    PermissionMissing: """API_DISABLED_FOR_ORG API_CURRENTLY_DISABLED STORAGE_LIMIT_EXCEEDED
        UNSUPPORTED_API_VERSION INVALID_FIELD_FOR_INSERT_UPDATE""",
    QuotaExhausted: "REQUEST_LIMIT_EXCEEDED",
    Transient: """SERVER_UNAVAILABLE UNKNOWN_EXCEPTION QUERY_TIMEOUT INVALID_QUERY_LOCATOR
        TXN_SECURITY_METERING_ERROR""",
    SchemaChanged: "NOT_FOUND INVALID_FIELD INVALID_TYPE",
    RowBusy: """UNABLE_TO_LOCK_ROW LIMIT_EXCEEDED PROCESSING_HALTED BATCH_PROCESSING_HALTED
        ALL_OR_NONE_OPERATION_ROLLED_BACK""",
    RecordRejected: """JSON_PARSER_ERROR REQUIRED_FIELD_MISSING STRING_TOO_LONG
        INVALID_EMAIL_ADDRESS INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST ENTITY_IS_LOCKED
        FIELD_CUSTOM_VALIDATION_EXCEPTION CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY MALFORMED_ID
        INVALID_CROSS_REFERENCE_KEY INSUFFICIENT_ACCESS_OR_READONLY INACTIVE_OWNER_OR_USER
        INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY NUMBER_OUTSIDE_VALID_RANGE
        INVALID_TYPE_ON_FIELD_IN_RECORD FIELD_INTEGRITY_EXCEPTION MISSING_ARGUMENT
        FIELD_FILTER_VALIDATION_EXCEPTION""",
    DuplicateBlocked: "DUPLICATE_VALUE DUPLICATES_DETECTED",
    RemoteGone: "ENTITY_IS_DELETED CANNOT_UPDATE_CONVERTED_LEAD",
    # Whatever Raccord asks is never so: a fault of its own, or of nobody.
    Failure: """METHOD_NOT_ALLOWED UNSUPPORTED_MEDIA_TYPE MALFORMED_QUERY OPERATION_TOO_LARGE
        EXCEEDED_ID_LIMIT INVALID_REPLICATION_DATE""",
}
DOCUMENTED = [(code, kind) for kind, codes in KINDS.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "kind"), DOCUMENTED, ids=[code for code, _ in DOCUMENTED])
def test_each_documented_code_has_its_class_its_words_and_who_acts(
    code: str, kind: type[Failure]
) -> None:
    assert TABLE[code].kind is kind
    with translation.override("en"):
        said = sentences.explain("salesforce", f"salesforce.{code}", {"fields": "X"})
    assert said.what and said.todo and code not in said.what
    assert said.who is (TABLE[code].who or who_acts(kind))
    assert isinstance(errors.row_failure([{"statusCode": code, "message": ""}]), kind)


def test_whoever_is_named_by_the_advice_is_who_acts() -> None:
    for code, entry in TABLE.items():
        asks = entry.advice.startswith("Ask a Salesforce administrator")
        waits = entry.advice == "Raccord tries again by itself."
        acts = guidance.who_acts(f"salesforce.{code}")
        assert not asks or acts is Who.THEIR_ADMINISTRATOR, code
        assert waits == (acts is Who.NOBODY) or entry.kind is RemoteGone, code


def test_every_code_of_every_connector_says_who_acts() -> None:
    said = registry.who()
    for source, declared in registry.all().items():
        own = [code for code in declared.sentences if code.startswith(f"{source}.")]
        plug_in = {code for code in own if ".plug_in" in code}
        assert [code for code in own if code not in said and code not in plug_in] == []


def test_remedies_are_of_codes_that_reject_a_record_for_a_field() -> None:
    for code in REMEDIES:
        assert TABLE[code.removeprefix("salesforce.")].kind is RecordRejected


@pytest.mark.parametrize("code", ["A_RULE_OF_2031", "PKG__CUSTOM_ERROR"])
def test_an_unknown_code_is_permanent_for_its_record_and_shown_as_it_is(code: str) -> None:
    failure = errors.row_failure([{"statusCode": code, "message": "Their <b>words</b>"}])
    assert isinstance(failure, RecordRejected)
    assert (failure.code, failure.detail) == (f"salesforce.{code}", "Their <b>words</b>")
    assert not sentences.is_known("salesforce", failure.code)
    with translation.override("en"):
        said = sentences.explain_failure(failure, source="salesforce")
    assert failure.code in said.what and said.who is Who.THEIR_ADMINISTRATOR


@pytest.mark.parametrize(
    ("message", "records"),
    [
        (
            "unable to obtain exclusive access to this record or 1 records: 001B000000UnQ2vIAF",
            ("001B000000UnQ2vIAF",),
        ),
        (
            "unable to obtain exclusive access to this record or 2 records: "
            "001B000000UnQ2vIAF,003RM0000068xVCYAY",
            ("001B000000UnQ2vIAF", "003RM0000068xVCYAY"),
        ),
        ("unable to obtain exclusive access to this record", ()),
        ("", ()),
    ],
)
def test_a_lock_names_what_was_held(message: str, records: tuple[str, ...]) -> None:
    failure = errors.row_failure([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": message}])
    assert isinstance(failure, RowBusy) and failure.records == records
