"""Two hundred records a call: order, per-row errors, all or none."""

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, names, query


def contacts(*values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"attributes": {"type": "Contact"}, **each} for each in values]


def test_a_bad_row_does_not_hold_up_the_others(api: httpx.Client) -> None:
    answer = api.post(
        "composite/sobjects",
        json={"records": contacts({"LastName": "a"}, {"Email": "x"}, {"LastName": "c"})},
    )
    assert answer.status_code == 200
    first, second, third = answer.json()
    assert (first["success"], third["success"]) == (True, True)
    assert second == {
        "success": False,
        "errors": [
            {
                "statusCode": "INVALID_EMAIL_ADDRESS",
                "message": "Email: invalid email address: x",
                "fields": ["Email"],
            }
        ],
    }
    assert names(query(api, "SELECT LastName FROM Contact ORDER BY LastName")) == ["a", "c"]


def test_all_or_none_rolls_the_good_rows_back(api: httpx.Client) -> None:
    kept = create(api, "Contact", LastName="kept")
    answer = api.patch(
        "composite/sobjects",
        json={
            "allOrNone": True,
            "records": contacts({"id": kept, "LastName": "changed"}, {"id": kept, "LastName": ""}),
        },
    )
    first, second = answer.json()
    assert first["errors"] == [
        {
            "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "message": "Record rolled back because not all records were valid "
            "and the request was using AllOrNone header",
            "fields": [],
        }
    ]
    assert second["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert api.get(f"sobjects/Contact/{kept}").json()["LastName"] == "kept"


def test_objects_may_be_mixed(api: httpx.Client) -> None:
    records = [
        {"attributes": {"type": "Account"}, "Name": "Acme"},
        {"attributes": {"type": "contact"}, "LastName": "x"},
    ]
    answer = api.post("composite/sobjects", json={"records": records}).json()
    assert [each["id"][:3] for each in answer] == ["001", "003"]


def test_update_says_what_is_wrong_with_an_id(api: httpx.Client) -> None:
    gone = create(api, "Contact", LastName="x")
    api.delete(f"sobjects/Contact/{gone}")
    wrong = [gone, "003000000000001AAA", "nonsense", "001000000000001AAA", ""]
    answer = api.patch(
        "composite/sobjects",
        json={"records": contacts(*({"id": each, "LastName": "y"} for each in wrong))},
    )
    codes = [each["errors"][0]["statusCode"] for each in answer.json()]
    assert codes == [
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        "MALFORMED_ID",
        "MISSING_ARGUMENT",
    ]


def test_upsert_by_key(api: httpx.Client) -> None:
    body = {"records": contacts({"LastName": "a", "Key__c": "1"}, {"LastName": "b", "key__c": "2"})}
    first = api.patch("composite/sobjects/Contact/Key__c", json=body).json()
    assert [each["created"] for each in first] == [True, True]
    again = api.patch("composite/sobjects/Contact/Key__c", json=body).json()
    assert [each["created"] for each in again] == [False, False]
    assert [each["id"] for each in again] == [each["id"] for each in first]


def test_the_same_key_twice_in_one_call(api: httpx.Client) -> None:
    body = {"records": contacts({"LastName": "a", "Key__c": "k"}, {"LastName": "b", "Key__c": "K"})}
    first, second = api.patch("composite/sobjects/Contact/Key__c", json=body).json()
    assert first["success"] is True
    assert second["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


def test_upsert_by_id_creates_where_it_is_null(api: httpx.Client) -> None:
    body = {"records": contacts({"LastName": "a", "Id": None})}
    assert api.patch("composite/sobjects/Contact/Id", json=body).json()[0]["created"] is True


def test_upsert_by_email_refuses_to_guess(api: httpx.Client) -> None:
    for _ in range(2):
        create(api, "Contact", LastName="x", Email="a@example.com")
    body = {"records": contacts({"LastName": "y", "Email": "A@example.com"}, {"LastName": "z"})}
    first, second = api.patch("composite/sobjects/Contact/Email", json=body).json()
    assert first["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    assert second["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


def test_retrieve_keeps_the_order_and_holds_a_place_for_the_missing(api: httpx.Client) -> None:
    ids = [create(api, "Contact", LastName=name) for name in "ab"]
    asked = [ids[1], "003000000000001AAA", ids[0][:15]]
    answer = api.post(
        "composite/sobjects/Contact", json={"ids": asked, "fields": ["LastName", "Name"]}
    )
    found = answer.json()
    assert [each and each["LastName"] for each in found] == ["b", None, "a"]
    assert found[0] == {
        "attributes": {
            "type": "Contact",
            "url": f"/services/data/v62.0/sobjects/Contact/{ids[1]}",
        },
        "LastName": "b",
        "Name": "b",
        "Id": ids[1],
    }
    by_get = api.get(
        "composite/sobjects/Contact", params={"ids": ",".join(asked), "fields": "LastName,Name"}
    )
    assert by_get.json() == found


def test_delete_by_ids(api: httpx.Client) -> None:
    ids = [create(api, "Contact", LastName=name) for name in "ab"]
    answer = api.delete("composite/sobjects", params={"ids": f"{ids[0]},{ids[0]},{ids[1]}"}).json()
    assert [each["success"] for each in answer] == [True, False, True]
    assert answer[1]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"


@pytest.mark.parametrize("count", [201, 500])
def test_too_many_rows_refuse_the_call(api: httpx.Client, count: int) -> None:
    body = {"records": contacts(*({"LastName": "x"} for _ in range(count)))}
    answer = api.post("composite/sobjects", json=body)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert query(api, "SELECT LastName FROM Contact") == []


def test_it_is_one_api_call(simulator: Simulator, api: httpx.Client) -> None:
    before = simulator.org.usage.used()
    body = {"records": contacts(*({"LastName": "x"} for _ in range(200)))}
    answer = api.post("composite/sobjects", json=body)
    assert simulator.org.usage.used() == before + 1
    assert answer.headers["Sforce-Limit-Info"] == f"api-usage={before + 1}/100000"
    assert simulator.calls.all()[-1].rows == 200


def test_objects_may_alternate_ten_times(api: httpx.Client) -> None:
    alternating = [
        {"attributes": {"type": "Account"}, "Name": "A"},
        {"attributes": {"type": "Contact"}, "LastName": "C"},
    ] * 5
    answer = api.post("composite/sobjects", json={"records": alternating})
    assert [row["success"] for row in answer.json()] == [True] * 10
    refused = api.post("composite/sobjects", json={"records": [*alternating, alternating[0]]})
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert len(query(api, "SELECT Id FROM Account")) == 5
