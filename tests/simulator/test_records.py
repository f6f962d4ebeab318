"""One record at a time: shapes, statuses, codes and words of the answers."""

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import INTEGRATION, client, create


def test_create_answers_201_with_a_location(api: httpx.Client) -> None:
    answer = api.post("sobjects/Contact/", json={"LastName": "Durand"})
    assert answer.status_code == 201
    body = answer.json()
    assert {**body, "id": ""} == {"id": "", "success": True, "errors": []}
    assert answer.headers["Location"] == f"/services/data/v62.0/sobjects/Contact/{body['id']}"
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_a_record_is_read_with_all_its_fields(simulator: Simulator, api: httpx.Client) -> None:
    record_id = create(
        api,
        "Contact",
        FirstName="  Zoé ",
        LastName="Durand",
        Email="Zoe.DURAND@Example.com",
        MailingCity="Lyon",
        Phone="",
    )
    record = api.get(f"sobjects/contact/{record_id[:15]}").json()
    assert next(iter(record)) == "attributes"
    assert record["attributes"] == {
        "type": "Contact",
        "url": f"/services/data/v62.0/sobjects/Contact/{record_id}",
    }
    assert (record["FirstName"], record["Name"]) == ("Zoé", "Zoé Durand")
    assert record["Email"] == "zoe.durand@example.com"
    assert (record["Phone"], record["HasOptedOutOfEmail"]) == (None, False)
    assert record["MailingAddress"] == {
        "city": "Lyon",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": None,
    }
    assert record["OtherAddress"] is None
    assert record["CreatedDate"].endswith(".000+0000")
    integration = simulator.org.users.find(INTEGRATION)
    assert integration is not None
    assert record["CreatedById"] == record["OwnerId"] == integration["Id"]


def test_chosen_fields_come_with_the_id(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="Durand")
    answer = api.get(f"sobjects/Contact/{record_id}", params={"fields": "LastName"})
    assert set(answer.json()) == {"attributes", "LastName", "Id"}


def test_update_changes_named_fields_and_null_clears(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="Durand", Phone="1", Title="CEO")
    answer = api.patch(f"sobjects/Contact/{record_id}", json={"phone": None, "Title": "CTO"})
    assert (answer.status_code, answer.content) == (204, b"")
    record = api.get(f"sobjects/Contact/{record_id}").json()
    assert (record["LastName"], record["Phone"], record["Title"]) == ("Durand", None, "CTO")


def test_update_by_post_for_clients_without_patch(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="Durand")
    answer = api.post(
        f"sobjects/Contact/{record_id}", params={"_HttpMethod": "PATCH"}, json={"Title": "CTO"}
    )
    assert answer.status_code == 204


def test_delete_then_everything_says_deleted(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="Durand")
    assert api.delete(f"sobjects/Contact/{record_id}").status_code == 204
    expected = [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
    for answer in (
        api.delete(f"sobjects/Contact/{record_id}"),
        api.get(f"sobjects/Contact/{record_id}"),
        api.patch(f"sobjects/Contact/{record_id}", json={"LastName": "x"}),
    ):
        assert (answer.status_code, answer.json()) == (404, expected)


@pytest.mark.parametrize(
    ("values", "code", "message", "fields"),
    [
        (
            {"FirstName": "Zoé"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            {"LastName": "   "},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            {"LastName": "x" * 81},
            "STRING_TOO_LONG",
            f"Last Name: data value too large: {'x' * 81} (max length=80)",
            ["LastName"],
        ),
        (
            {"LastName": "x", "Email": "foo"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: foo",
            ["Email"],
        ),
        (
            {"LastName": "x", "Tier__c": "C"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Tier: bad value for restricted picklist field: C",
            ["Tier__c"],
        ),
        (
            {"LastName": "x", "Name": "y"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: Name. Please check the security settings of this "
            "field and verify that it is read/write for your profile or permission set.",
            ["Name"],
        ),
        (
            {"LastName": "x", "Nope__c": "y"},
            "INVALID_FIELD",
            "No such column 'Nope__c' on sobject of type Contact",
            [],
        ),
        (
            {"LastName": "x", "AccountId": "001000000000001AAA"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            ["AccountId"],
        ),
        (
            {"LastName": "x", "AccountId": "00Q000000000001"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 00Q000000000001EAA",
            ["AccountId"],
        ),
        (
            {"LastName": "x", "Score__c": 12345},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Score: value outside of valid range on numeric field: 12345",
            ["Score__c"],
        ),
    ],
)
def test_refused_values(
    api: httpx.Client, values: dict[str, Any], code: str, message: str, fields: list[str]
) -> None:
    answer = api.post("sobjects/Contact", json=values)
    assert answer.status_code == 400
    assert answer.json() == [{"message": message, "errorCode": code, "fields": fields}]
    assert api.get("query", params={"q": "SELECT COUNT() FROM Contact"}).json()["totalSize"] == 0


def test_several_missing_fields_are_named_together(api: httpx.Client) -> None:
    [error] = api.post("sobjects/Lead", json={}).json()
    assert error["message"] == "Required fields are missing: [LastName, Company]"


@pytest.mark.parametrize(
    ("name", "value"),
    [("Birthdate", "31/12/2020"), ("Birthdate", "2021-02-30"), ("Seen__c", "yesterday")],
)
def test_values_that_json_cannot_carry(api: httpx.Client, name: str, value: str) -> None:
    answer = api.post("sobjects/Contact", json={"LastName": "x", name: value})
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["errorCode"] == "JSON_PARSER_ERROR"
    assert f"from VALUE_STRING value {value}" in error["message"]


def test_values_are_coerced(api: httpx.Client) -> None:
    record_id = create(
        api,
        "Contact",
        LastName="x",
        Score__c="12.34",
        DoNotCall="true",
        Birthdate="1990-02-01",
        Seen__c="2026-11-22T12:00:00.5+02:00",
    )
    record = api.get(f"sobjects/Contact/{record_id}").json()
    assert (record["Score__c"], record["DoNotCall"]) == (12.3, True)
    assert (record["Birthdate"], record["Seen__c"]) == (
        "1990-02-01",
        "2026-11-22T10:00:00.500+0000",
    )


def test_a_check_box_is_never_null(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="x")
    [error] = api.patch(f"sobjects/Contact/{record_id}", json={"DoNotCall": None}).json()
    assert error["errorCode"] == "INVALID_TYPE_ON_FIELD_IN_RECORD"


def test_unique_values_are_unique_whatever_their_case(api: httpx.Client) -> None:
    first = create(api, "Contact", LastName="x", Key__c="Abc")
    [error] = api.post("sobjects/Contact", json={"LastName": "y", "Key__c": "aBC"}).json()
    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert error["message"] == (
        f"duplicate value found: Key__c duplicates value on record with id: {first}"
    )
    api.delete(f"sobjects/Contact/{first}")
    create(api, "Contact", LastName="y", Key__c="aBC")


def test_a_parent_can_be_named_by_its_external_id(api: httpx.Client) -> None:
    account = create(api, "Account", Name="Acme", Ext__c="A-1")
    record_id = create(api, "Contact", LastName="x", Account={"Ext__c": "a-1"})
    assert api.get(f"sobjects/Contact/{record_id}").json()["AccountId"] == account


def test_broken_json_is_refused(api: httpx.Client) -> None:
    answer = api.post("sobjects/Contact", content=b'{"LastName": ')
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_methods_that_a_record_has_not(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="x")
    answer = api.put(f"sobjects/Contact/{record_id}", json={})
    assert answer.status_code == 405
    assert answer.json()[0]["errorCode"] == "METHOD_NOT_ALLOWED"
    assert "PATCH" in answer.headers["Allow"]


class TestUpsert:
    def test_creates_then_updates(self, api: httpx.Client) -> None:
        first = api.patch("sobjects/Contact/Key__c/K%2F1", json={"LastName": "x"})
        assert (first.status_code, first.json()["created"]) == (201, True)
        again = api.patch("sobjects/Contact/key__c/k%2F1", json={"LastName": "y"})
        assert again.status_code == 200
        assert again.json() == {
            "id": first.json()["id"],
            "success": True,
            "errors": [],
            "created": False,
        }
        record = api.get("sobjects/Contact/Key__c/K%2F1").json()
        assert (record["LastName"], record["Key__c"]) == ("y", "K/1")

    def test_old_versions_answer_an_update_with_204(self, simulator: Simulator) -> None:
        with client(simulator, version="45.0") as old:
            created = old.patch("sobjects/Contact/Key__c/1", json={"LastName": "x"})
            assert (created.status_code, "created" in created.json()) == (201, False)
            assert old.patch("sobjects/Contact/Key__c/1", json={"LastName": "y"}).status_code == 204

    def test_several_matches_change_nothing(self, api: httpx.Client) -> None:
        ids = [create(api, "Contact", LastName="x", Email="a@example.com") for _ in range(2)]
        answer = api.patch("sobjects/Contact/Email/a@example.com", json={"LastName": "y"})
        assert answer.status_code == 300
        assert answer.json() == [f"/services/data/v62.0/sobjects/Contact/{each}" for each in ids]
        assert api.get(f"sobjects/Contact/{ids[0]}").json()["LastName"] == "x"

    def test_update_only_does_not_create(self, api: httpx.Client) -> None:
        answer = api.patch(
            "sobjects/Contact/Key__c/1", params={"updateOnly": "true"}, json={"LastName": "x"}
        )
        assert answer.status_code == 404

    def test_the_key_does_not_belong_in_the_body(self, api: httpx.Client) -> None:
        answer = api.patch("sobjects/Contact/Key__c/1", json={"LastName": "x", "Key__c": "1"})
        assert answer.json()[0]["errorCode"] == "INVALID_FIELD"

    def test_a_field_that_is_no_key(self, api: httpx.Client) -> None:
        answer = api.patch("sobjects/Contact/Phone/1", json={"LastName": "x"})
        assert answer.status_code == 404
        assert answer.json()[0]["message"] == (
            "Provided external ID field does not exist or is not accessible: Phone"
        )

    def test_what_is_not_there(self, api: httpx.Client) -> None:
        assert api.get("sobjects/Contact/Key__c/none").status_code == 404
        answer = api.get("sobjects/Contact/23foo")
        assert answer.json()[0]["message"] == (
            "Provided external ID field does not exist or is not accessible: 23foo"
        )
