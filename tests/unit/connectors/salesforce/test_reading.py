"""What reading becomes on the wire, and what every odd answer to it means."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from raccord.connectors.salesforce import DECLARATION
from raccord.engine.errors import BadInput, Failure, PermissionMissing, SchemaChanged, Transient
from raccord.engine.records import Lookup
from tests.unit.connectors.salesforce.answers import (
    ADA,
    BOB,
    Answering,
    Tokens,
    asked,
    connect,
    conversation,
    record,
    refusing,
    saying,
)


def composite(*parts: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return {
        "compositeResponse": [
            {"body": part, "httpHeaders": {}, "httpStatusCode": status, "referenceId": f"q{n}"}
            for n, part in enumerate(parts)
        ]
    }


def page(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"totalSize": len(records), "done": True, "records": list(records), **more}


BY_EMAIL = Lookup("Contact", "Email", ("ada@example.org",))


def test_records_are_read_by_id_in_one_call() -> None:
    requests: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.url.path.endswith("/composite"):
            return httpx.Response(200, json=composite(page()))
        return httpx.Response(200, json=[record(ADA, Birthdate="2000-02-29"), None])

    (read,) = connect(answering).fetch("Contact", [ADA, BOB, ADA], ["Birthdate"])
    assert (read.object, read.id, read.values) == (
        "Contact",
        ADA,
        {"Birthdate": date(2000, 2, 29)},
    )
    assert read.modified_at == datetime(2026, 11, 22, 10, 55, 53, tzinfo=UTC)
    assert read.modified_by == "005000000000001AAA"
    request = requests[0]
    assert request.method == "POST"
    assert request.url.path == "/services/data/v62.0/composite/sobjects/Contact"
    assert asked(request) == {
        "ids": [ADA, BOB],
        "fields": ["Id", "SystemModstamp", "LastModifiedById", "Birthdate"],
    }


def test_what_is_not_returned_is_gone_only_if_the_org_says_so() -> None:
    gone, hidden = "003000000000003AAA", "003000000000004AAA"
    statements: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/composite"):
            return httpx.Response(200, json=[record(ADA, Email="a@b.c"), None, None, None])
        (part,) = asked(request)["compositeRequest"]
        statements.append(unquote(part["url"]))
        merged = record(BOB, Email="b@b.c", IsDeleted=True, MasterRecordId=ADA)
        deleted = record(gone, Email=None, IsDeleted=True, MasterRecordId=None)
        unhidden = record(hidden, Email=None, IsDeleted=False, MasterRecordId=None)
        return httpx.Response(200, json=composite(page(merged, deleted, unhidden)))

    read = connect(answering).fetch("Contact", [ADA[:15], BOB, gone, hidden], ["Email"])
    assert [(one.id, one.deleted, one.merged_into) for one in read] == [
        (ADA, False, None),
        (BOB, True, ADA),
        (gone, True, None),
    ]
    (statement,) = statements
    assert statement.startswith("/services/data/v62.0/queryAll?q=SELECT Id, SystemModstamp,")
    assert "IsDeleted, MasterRecordId" in statement
    assert statement.endswith(f"FROM Contact WHERE Id IN ('{BOB}', '{gone}', '{hidden}')")


def test_nothing_to_read_is_no_call() -> None:
    connector = connect(refusing(500, "UNKNOWN_EXCEPTION"))
    assert connector.fetch("Contact", [], ["Email"]) == []
    assert connector.find([], {}) == []
    assert connector.find([Lookup("Contact", "Email", ("", " "))], {}) == []


@pytest.mark.parametrize("field", ["Gone__c", "MailingAddress"])
def test_a_field_that_cannot_be_read_is_named(field: str) -> None:
    with pytest.raises(SchemaChanged) as caught:
        connect(saying(200, [])).fetch("Contact", [ADA], ["Email", field])
    assert caught.value.params == {"fields": field}


@pytest.mark.parametrize(
    "answering",
    [
        saying(200, [record(ADA, Email="a@b.c")] * 2),
        saying(200, {"no": "list"}),
        saying(200, [{"Email": "a@b.c"}]),
        saying(200, [{"Id": ADA, "Email": "a@b.c", "SystemModstamp": "x"}]),
        lambda _: httpx.Response(200, text="["),
        lambda _: httpx.Response(502),
    ],
)
def test_an_answer_that_cannot_be_understood_is_transient(answering: Answering) -> None:
    with pytest.raises(Transient):
        connect(answering).fetch("Contact", [ADA], ["Email"])


def test_a_value_of_another_type_than_described_is_a_changed_schema() -> None:
    connector = connect(saying(200, [record(ADA, Birthdate="29 Feb")]))
    with pytest.raises(SchemaChanged) as caught:
        connector.fetch("Contact", [ADA], ["Birthdate"])
    assert caught.value.params == {"fields": "Birthdate"}


def test_look_ups_of_several_objects_and_fields_share_a_call() -> None:
    requests: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        shown = {"Email": "ada@example.org", "Raccord_Id__c": "r-1", "LastName": "A"}
        contact = record(ADA, **shown)
        lead = record("00Q000000000001AAA", Email="ada@example.org")
        return httpx.Response(200, json=composite(page(contact), page(contact), page(lead)))

    lookups = [
        Lookup("Contact", "Raccord_Id__c", ("r-1",)),
        Lookup("Contact", "Email", ("ada@example.org", "ADA@example.org", "o'b@example.org")),
        Lookup("Lead", "Email", ("ada@example.org",)),
    ]
    found = connect(answering).find(lookups, {"Contact": ["LastName"]})
    assert [(one.object, one.id) for one in found] == [
        ("Contact", ADA),
        ("Lead", "00Q000000000001AAA"),
    ]
    assert found[0].values == {
        "LastName": "A",
        "Raccord_Id__c": "r-1",
        "Email": "ada@example.org",
    }
    (request,) = requests
    assert (request.method, request.url.path) == ("POST", "/services/data/v62.0/composite")
    parts = asked(request)["compositeRequest"]
    assert [part["method"] for part in parts] == ["GET"] * 3
    statements = [unquote(part["url"].partition("?q=")[2]) for part in parts]
    assert statements[1] == (
        "SELECT Id, SystemModstamp, LastModifiedById, LastName, Raccord_Id__c, Email "
        "FROM Contact WHERE Email IN ('ADA@example.org', 'o\\'b@example.org')"
    )


def test_many_values_cost_one_call_for_five_times_two_hundred() -> None:
    calls: list[int] = []

    def answering(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, json=composite(*[page()] * len(asked(request)["compositeRequest"]))
        )

    values = tuple(f"person{n}@example.org" for n in range(1001))
    connector = connect(answering, calls=calls)
    connector.describe("Contact")
    connector.find([Lookup("Contact", "Email", values)], {})
    assert calls == [0, 1000, 1]


def test_further_pages_are_followed() -> None:
    following = "/services/data/v62.0/query/0r8xx-2000"

    def answering(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            assert request.url.path == following
            return httpx.Response(200, json=page(record(BOB, Email="ada@example.org")))
        first = page(record(ADA, Email="ada@example.org"), done=False, nextRecordsUrl=following)
        return httpx.Response(200, json=composite(first))

    found = connect(answering).find([BY_EMAIL], {})
    assert [one.id for one in found] == [ADA, BOB]


def test_an_answer_cannot_send_us_elsewhere() -> None:
    elsewhere = page(done=False, nextRecordsUrl="https://evil.example/services/data/")
    with pytest.raises(Transient, match=r"salesforce\.MALFORMED_ANSWER"):
        connect(saying(200, composite(elsewhere))).find([BY_EMAIL], {})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([{"errorCode": "QUERY_TIMEOUT", "message": "long"}], Transient),
        ([{"errorCode": "INVALID_TYPE", "message": "no"}], SchemaChanged),
        ([{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}], PermissionMissing),
        ([{"errorCode": "MALFORMED_QUERY", "message": "no"}], Failure),
    ],
)
def test_a_query_that_is_refused_fails_the_look_up(body: Any, kind: type[Failure]) -> None:
    with pytest.raises(kind) as caught:
        connect(saying(200, composite(body, status=400))).find([BY_EMAIL], {})
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "body", [{}, [], composite(), composite(page(), page()), {"compositeResponse": [None]}]
)
def test_an_answer_without_its_parts_is_transient(body: object) -> None:
    with pytest.raises(Transient):
        connect(saying(200, body)).find([BY_EMAIL], {})


def test_long_text_cannot_be_searched() -> None:
    with pytest.raises(BadInput) as caught:
        connect(saying(200, {})).find([Lookup("Contact", "Description", ("x",))], {})
    assert caught.value.at == "Description"


def test_an_object_that_is_gone_is_a_changed_schema() -> None:
    connector = connect(refusing(404, "NOT_FOUND"))
    with pytest.raises(SchemaChanged):
        connector.fetch("Contact/../../evil", [ADA], [])


def test_too_many_records_for_one_call_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        connect(saying(200, [])).fetch("Contact", [str(n) for n in range(2001)], [])


def describes(calls: list[int]) -> int:
    return calls.count(0)


def test_a_description_is_remembered_by_those_with_the_same_token() -> None:
    calls: list[int] = []
    now = [datetime(2026, 11, 22, 12, 0, tzinfo=UTC)]
    first = conversation(saying(200, [record(ADA, Email="a@b.c")]), calls=calls, clock=now)
    second = replace(first, tokens=Tokens())
    other = Tokens()
    other.token = "another user's"
    third = replace(first, tokens=other)
    for talk, described_so_far in [(first, 1), (second, 1), (third, 2), (first, 2)]:
        DECLARATION.open(replace(talk, schemas={})).fetch("Contact", [ADA], ["Email"])
        assert describes(calls) == described_so_far
    now[0] += timedelta(minutes=10)
    DECLARATION.open(replace(first, schemas={})).fetch("Contact", [ADA], ["Email"])
    assert describes(calls) == 3


def test_a_description_is_forgotten_when_it_turns_out_to_be_wrong() -> None:
    calls: list[int] = []
    connector = DECLARATION.open(conversation(refusing(400, "INVALID_FIELD"), calls=calls))
    for described_so_far in (1, 2):
        with pytest.raises(SchemaChanged):
            connector.fetch("Contact", [ADA], ["Email"])
        assert describes(calls) == described_so_far
