"""What a push becomes on the wire, and what every odd answer to it means for its rows."""

import json
from collections.abc import Callable

import httpx
import pytest

from raccord.connectors.base import Usage
from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    OutcomeUnknown,
    PermissionMissing,
    QuotaExhausted,
    RecordRejected,
    RowBusy,
    SchemaChanged,
    Transient,
)
from raccord.engine.records import Action, Status, Values, Write
from tests.unit.connectors.salesforce.answers import (
    ADA,
    BOB,
    Answering,
    Tokens,
    asked,
    connect,
    refusing,
    saying,
)

SENT_TO = "/services/data/v62.0/composite/sobjects"


def create(ref: int, external_id: str = "", **values: str) -> Write:
    return Write(ref, "Contact", Action.CREATE, values, external_id=external_id)


def update(ref: int, remote_id: str, values: Values | None = None) -> Write:
    return Write(ref, "Contact", Action.UPDATE, values or {"LastName": "B"}, remote_id=remote_id)


def delete(ref: int, remote_id: str) -> Write:
    return Write(ref, "Contact", Action.DELETE, {}, remote_id=remote_id)


def done(id_: str, **more: object) -> dict[str, object]:
    return {"id": id_, "success": True, "errors": [], **more}


def failed(code: str, message: str = "no") -> dict[str, object]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}


TWO_UPDATES = [update(1, ADA), update(2, BOB)]


def recording(requests: list[httpx.Request], body: object) -> Answering:
    def answering(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=body)

    return answering


def test_creations_with_our_identity_are_upserts() -> None:
    requests: list[httpx.Request] = []
    answer = [done(ADA, created=True), done(BOB, created=False)]
    connector = connect(recording(requests, answer))
    outcomes = connector.push([create(1, "r-1", LastName="A"), create(2, "r-2", LastName="B")])
    assert [(o.ref, o.status, o.remote_id) for o in outcomes] == [
        (1, Status.CREATED, ADA),
        (2, Status.UPDATED, BOB),
    ]
    (request,) = requests
    assert (request.method, request.url.path) == ("PATCH", f"{SENT_TO}/Contact/Raccord_Id__c")
    assert asked(request) == {
        "allOrNone": False,
        "records": [
            {"attributes": {"type": "Contact"}, "LastName": "A", "Raccord_Id__c": "r-1"},
            {"attributes": {"type": "Contact"}, "LastName": "B", "Raccord_Id__c": "r-2"},
        ],
    }


def test_creations_without_identity_or_without_our_field_are_plain() -> None:
    requests: list[httpx.Request] = []
    connector = connect(recording(requests, [done(ADA)]))
    assert connector.push([create(1, LastName="A")])[0].status is Status.CREATED
    assert (requests[0].method, requests[0].url.path) == ("POST", SENT_TO)


def test_updates_go_by_id_and_say_who_sends_them() -> None:
    requests: list[httpx.Request] = []
    connector = connect(recording(requests, [done(ADA)]))
    assert connector.push([update(1, ADA, {"Birthdate": None})])[0].status is Status.UPDATED
    (request,) = requests
    assert (request.method, request.url.path) == ("PATCH", SENT_TO)
    assert asked(request)["records"] == [
        {"attributes": {"type": "Contact"}, "Birthdate": None, "id": ADA}
    ]
    assert request.headers["Authorization"] == "Bearer first"
    assert request.headers["Sforce-Call-Options"] == "client=raccord/1.0"
    assert request.headers["Sforce-Duplicate-Rule-Header"] == "allowSave=false"


def test_deletions_go_by_id_and_a_deleted_one_is_done() -> None:
    requests: list[httpx.Request] = []
    connector = connect(recording(requests, [done(ADA), failed("ENTITY_IS_DELETED")]))
    outcomes = connector.push([delete(1, ADA), delete(2, BOB)])
    assert [outcome.status for outcome in outcomes] == [Status.DELETED, Status.DELETED]
    assert requests[0].method == "DELETE"
    assert dict(requests[0].url.params) == {"ids": f"{ADA},{BOB}", "allOrNone": "false"}


def test_each_row_has_its_own_verdict() -> None:
    rows = [
        done(ADA),
        failed("UNABLE_TO_LOCK_ROW"),
        failed("REQUIRED_FIELD_MISSING"),
        failed("UNKNOWN_EXCEPTION"),
        {"success": True, "errors": [], "id": 5},
        {"success": "yes"},
        None,
    ]
    connector = connect(saying(200, rows))
    outcomes = connector.push([create(n, LastName="A") for n in range(len(rows))])
    assert [outcome.ref for outcome in outcomes] == list(range(len(rows)))
    assert [(outcome.status, type(outcome.failure)) for outcome in outcomes] == [
        (Status.CREATED, type(None)),
        (Status.RETRY, RowBusy),
        (Status.REJECTED, RecordRejected),
        (Status.RETRY, Transient),
        (Status.UNKNOWN, OutcomeUnknown),
        (Status.UNKNOWN, OutcomeUnknown),
        (Status.UNKNOWN, OutcomeUnknown),
    ]


def breaking(fault: Callable[[httpx.Request], Exception]) -> Answering:
    def answering(request: httpx.Request) -> httpx.Response:
        raise fault(request)

    return answering


@pytest.mark.parametrize(
    ("answering", "status", "kind"),
    [
        (saying(200, [done(ADA)]), Status.UNKNOWN, OutcomeUnknown),
        (saying(200, [done(ADA)] * 3), Status.UNKNOWN, OutcomeUnknown),
        (saying(200, {"records": []}), Status.UNKNOWN, OutcomeUnknown),
        (lambda _: httpx.Response(200, text='[{"id":"00'), Status.UNKNOWN, OutcomeUnknown),
        (lambda _: httpx.Response(502, text="<html>"), Status.UNKNOWN, OutcomeUnknown),
        (refusing(500, "UNKNOWN_EXCEPTION"), Status.UNKNOWN, OutcomeUnknown),
        (breaking(lambda r: httpx.ReadTimeout("", request=r)), Status.UNKNOWN, OutcomeUnknown),
        (breaking(lambda r: httpx.WriteError("", request=r)), Status.UNKNOWN, OutcomeUnknown),
        (breaking(lambda r: httpx.ConnectError("", request=r)), Status.RETRY, Transient),
        (refusing(503, "SERVER_UNAVAILABLE"), Status.RETRY, Transient),
        (refusing(500, "UNABLE_TO_LOCK_ROW"), Status.RETRY, RowBusy),
    ],
)
def test_a_call_that_came_to_nothing_is_every_rows_outcome(
    answering: Answering, status: Status, kind: type[Exception]
) -> None:
    outcomes = connect(answering).push(TWO_UPDATES)
    assert [(o.ref, o.status, o.remote_id) for o in outcomes] == [
        (1, status, ADA),
        (2, status, BOB),
    ]
    assert {type(outcome.failure) for outcome in outcomes} == {kind}


@pytest.mark.parametrize("code", ["JSON_PARSER_ERROR", "A_CODE_OF_NEXT_YEAR"])
def test_a_refusal_of_some_row_is_raised_until_a_row_is_alone(code: str) -> None:
    connector = connect(refusing(400, code))
    with pytest.raises(Failure) as caught:
        connector.push(TWO_UPDATES)
    assert not isinstance(caught.value, (SchemaChanged, PermissionMissing, AuthorizationLost))
    (outcome,) = connector.push([update(1, ADA)])
    assert outcome.status is Status.REJECTED
    assert isinstance(outcome.failure, RecordRejected)
    assert outcome.failure.code == f"salesforce.{code}"


def test_an_unknown_field_stops_only_the_rows_that_have_it() -> None:
    message = "No such column 'Vip__c' on sobject of type Contact"
    connector = connect(refusing(400, "INVALID_FIELD", message))
    outcomes = connector.push([update(1, ADA, {"Vip__c": True}), update(2, BOB)])
    assert [(outcome.status, type(outcome.failure)) for outcome in outcomes] == [
        (Status.REJECTED, SchemaChanged),
        (Status.RETRY, Transient),
    ]
    with pytest.raises(SchemaChanged):
        connector.push([update(2, BOB)])


@pytest.mark.parametrize(
    ("answering", "kind"),
    [
        (
            refusing(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            QuotaExhausted,
        ),
        (refusing(403, "API_DISABLED_FOR_ORG"), PermissionMissing),
        (refusing(404, "NOT_FOUND"), SchemaChanged),
        (refusing(401, "INVALID_SESSION_ID"), AuthorizationLost),
    ],
)
def test_the_connections_own_problems_are_raised(
    answering: Answering, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        connect(answering).push(TWO_UPDATES)


def test_a_refused_token_is_renewed_once_and_the_call_repeated() -> None:
    tokens = Tokens()
    calls: list[int] = []
    seen: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        if seen[-1] == "Bearer first":
            return httpx.Response(401, json=[{"errorCode": "INVALID_SESSION_ID"}])
        return httpx.Response(200, json=[done(ADA), done(BOB)])

    outcomes = connect(answering, tokens=tokens, calls=calls).push(TWO_UPDATES)
    assert {outcome.status for outcome in outcomes} == {Status.UPDATED}
    assert seen == ["Bearer first", "Bearer second"]
    assert calls == [2, 2]


def test_a_value_that_cannot_be_sent_rejects_its_row_alone() -> None:
    requests: list[httpx.Request] = []
    connector = connect(recording(requests, [done(BOB)]))
    outcomes = connector.push([update(1, ADA, {"Tags__c": ("a;b",)}), update(2, BOB)])
    assert [outcome.status for outcome in outcomes] == [Status.REJECTED, Status.UPDATED]
    assert len(asked(requests[0])["records"]) == 1
    (outcome,) = connector.push([update(1, ADA, {"Tags__c": ("a;b",)})])
    assert outcome.status is Status.REJECTED
    assert len(requests) == 1


def test_rows_that_do_not_belong_into_one_call_are_a_mistake() -> None:
    connector = connect(breaking(AssertionError))
    with pytest.raises(ValueError, match="share object, action"):
        connector.push([update(1, ADA), delete(2, BOB)])
    with pytest.raises(ValueError, match="do not fit"):
        connector.push([update(n, ADA) for n in range(201)])
    assert connector.push([]) == []


def test_usage_is_what_the_last_answer_said() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        headers = {"Sforce-Limit-Info": "api-usage=18/5000; per-app-api-usage=1/2(appName=x)"}
        return httpx.Response(200, headers=headers, json=[done(ADA)])

    connector = connect(answering)
    assert connector.usage() is None
    connector.push([update(1, ADA)])
    assert connector.usage() == Usage(used=18, allowed=5000)


def test_text_of_every_script_is_sent_as_it_is() -> None:
    requests: list[httpx.Request] = []
    text = 'Zoë "Ｏ’Brien" \u202eعربي 🎉\n\\'
    connect(recording(requests, [done(ADA)])).push([update(1, ADA, {"LastName": text})])
    assert json.loads(requests[0].content)["records"][0]["LastName"] == text
