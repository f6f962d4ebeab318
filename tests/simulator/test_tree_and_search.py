"""Records with their children in one call, and records by the words in them."""

from typing import Any

import httpx
import pytest

from tests.simulator.conftest import create, query


def person(reference: str, **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Contact", "referenceId": reference}, **values}


def company(reference: str, *people: dict[str, Any], **values: Any) -> dict[str, Any]:
    about = {"type": "Account", "referenceId": reference}
    children = {"Contacts": {"records": list(people)}} if people else {}
    return {"attributes": about, "Name": reference, **values, **children}


def plant(api: httpx.Client, *records: dict[str, Any], name: str = "Account") -> httpx.Response:
    return api.post(f"composite/tree/{name}", json={"records": list(records)})


def test_parents_come_before_their_children(api: httpx.Client) -> None:
    answer = plant(
        api, company("a", person("a1", LastName="Durand")), company("b", person("b1", LastName="x"))
    )

    assert (answer.status_code, answer.json()["hasErrors"]) == (201, False)
    results = answer.json()["results"]
    assert [each["referenceId"] for each in results] == ["a", "b", "a1", "b1"]
    found = query(api, "SELECT AccountId FROM Contact WHERE LastName = 'Durand'")
    assert found[0]["AccountId"] == results[0]["id"]


def test_one_bad_record_undoes_all(api: httpx.Client) -> None:
    answer = plant(api, company("a", person("a1", LastName="x", Email="no"), person("a2")))

    assert answer.status_code == 400
    assert answer.json() == {
        "hasErrors": True,
        "results": [
            {
                "referenceId": "a1",
                "errors": [
                    {
                        "statusCode": "INVALID_EMAIL_ADDRESS",
                        "message": "Email: invalid email address: no",
                        "fields": ["Email"],
                    }
                ],
            },
            {
                "referenceId": "a2",
                "errors": [
                    {
                        "statusCode": "REQUIRED_FIELD_MISSING",
                        "message": "Required fields are missing: [LastName]",
                        "fields": ["LastName"],
                    }
                ],
            },
        ],
    }
    assert query(api, "SELECT Id FROM Account") == []


@pytest.mark.parametrize(
    "records",
    [
        [company("a"), company("a")],
        [{"Name": "no reference"}],
        [company(f"r{number}") for number in range(201)],
        [person("p", LastName="x")],
        [{**company("a"), "Nonsense": {"records": [person("p", LastName="x")]}}],
        ["text"],
    ],
)
def test_a_tree_that_makes_no_sense_is_refused(api: httpx.Client, records: list[Any]) -> None:
    answer = plant(api, *records)

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] in {"INVALID_INPUT", "INVALID_FIELD", "JSON_PARSER_ERROR"}


@pytest.fixture
def people(api: httpx.Client) -> dict[str, str]:
    """Their ids by name."""
    return {
        "durand": create(
            api, "Contact", FirstName="Zoé", LastName="Durand", Email="zoe@example.com"
        ),
        "dupont": create(api, "Contact", LastName="Dupont", Phone="514 555-0100"),
        "lead": create(api, "Lead", LastName="Durand", Company="Example"),
    }


def find(api: httpx.Client, text: str) -> list[dict[str, Any]]:
    answer = api.get("search", params={"q": text})
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["searchRecords"]
    return records


def test_sosl(api: httpx.Client, people: dict[str, str]) -> None:
    everywhere = find(api, "FIND {durand}")
    assert {each["Id"] for each in everywhere} == {people["durand"], people["lead"]}
    assert {each["attributes"]["type"] for each in everywhere} == {"Contact", "Lead"}

    (found,) = find(api, "FIND {zoé dur*} IN NAME FIELDS RETURNING Contact(Id, Name, Email)")
    assert (found["Name"], found["Email"]) == ("Zoé Durand", "zoe@example.com")
    assert find(api, "find {zoe@example.com} in email fields returning Lead, Contact(Id)")
    assert find(api, "FIND {555-0100} IN PHONE FIELDS RETURNING Contact(LastName)")
    assert not find(api, "FIND {dura} RETURNING Contact(Id)")
    assert not find(api, "FIND {durand} RETURNING Contact(Id WHERE Email = null)")
    assert len(find(api, "FIND {du*} RETURNING Contact(Id LIMIT 1)")) == 1
    assert len(find(api, "FIND {du*} RETURNING Contact(Id), Lead(Id) LIMIT 2")) == 2


def test_a_search_by_parameters(api: httpx.Client, people: dict[str, str]) -> None:
    address = {"q": "durand", "sobject": "Contact", "Contact.fields": "Id,LastName", "in": "NAME"}
    by_address = api.get("parameterizedSearch", params=address).json()["searchRecords"]
    wish = {
        "q": "durand",
        "in": "NAME",
        "sobjects": [{"name": "Contact", "fields": ["Id", "LastName"]}],
        "overallLimit": 5,
    }
    by_json = api.post("parameterizedSearch", json=wish).json()["searchRecords"]

    assert by_address == by_json
    assert [each["Id"] for each in by_json] == [people["durand"]]


@pytest.mark.parametrize(
    "text", ["", "FIND", "FIND {}", "FIND {a}", "FIND {**}", "FIND {durand} RETURNING 1=1"]
)
def test_a_search_that_makes_no_sense_is_refused(api: httpx.Client, text: str) -> None:
    answer = api.get("search", params={"q": text})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_unknown_objects_and_fields_are_said(api: httpx.Client) -> None:
    wrong = api.get("search", params={"q": "FIND {durand} RETURNING Contact(Nope)"})
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    unknown = api.get("search", params={"q": "FIND {durand} RETURNING Nope"})
    assert (unknown.status_code, unknown.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
