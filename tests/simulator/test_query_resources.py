"""What else /query does: columns, plans, locators, options, methods."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client, create, names, outside, query


def columns(api: httpx.Client, soql: str) -> dict[str, Any]:
    answer = api.get("query", params={"q": soql, "columns": "true"})
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_columns_are_described_without_running(api: httpx.Client) -> None:
    said = columns(
        api, "SELECT Id, Score__c, Account.Owner.Name, Account.Name FROM Contact WHERE Email = null"
    )
    assert {key: said[key] for key in ("entityName", "groupBy", "idSelected", "keyPrefix")} == {
        "entityName": "Contact",
        "groupBy": False,
        "idSelected": True,
        "keyPrefix": "003",
    }
    assert said["columnMetadata"][1] == {
        "aggregate": False,
        "apexType": "Double",
        "booleanType": False,
        "columnName": "Score__c",
        "custom": True,
        "displayName": "Score__c",
        "foreignKeyName": None,
        "insertable": True,
        "joinColumns": [],
        "numberType": True,
        "textType": False,
        "updatable": True,
    }
    account = said["columnMetadata"][2]
    assert (account["columnName"], account["foreignKeyName"]) == ("Account", "AccountId")
    assert [each["columnName"] for each in account["joinColumns"]] == ["Owner", "Name"]
    assert account["joinColumns"][0]["joinColumns"][0]["apexType"] == "String"


def test_columns_of_children_and_aggregates(api: httpx.Client) -> None:
    said = columns(api, "SELECT Name, (SELECT LastName FROM Contacts) FROM Account")
    children = said["columnMetadata"][1]
    assert (children["columnName"], children["aggregate"]) == ("Contacts", True)
    assert children["joinColumns"][0]["columnName"] == "LastName"
    soql = "SELECT LeadSource, AVG(Score__c), COUNT(Id) n FROM Contact GROUP BY LeadSource"
    grouped = columns(api, soql)
    shown = [(each["columnName"], each["displayName"]) for each in grouped["columnMetadata"]]
    assert shown == [("LeadSource", "LeadSource"), ("expr0", "avg(Score__c)"), ("n", "n")]
    assert [each["aggregate"] for each in grouped["columnMetadata"]] == [False, True, True]
    assert grouped["groupBy"] is True
    assert columns(api, "SELECT COUNT() FROM Contact")["columnMetadata"] == []


def test_columns_of_a_wrong_query_are_refused(api: httpx.Client) -> None:
    for soql in ("SELECT Nope FROM Contact", "SELECT Id FROM Contact WHERE Nope = 1"):
        answer = api.get("query", params={"q": soql, "columns": "true"})
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def plans(api: httpx.Client, soql: str) -> list[dict[str, Any]]:
    answer = api.get("query", params={"explain": soql})
    assert answer.status_code == 200, answer.text
    assert answer.json()["sourceQuery"] == soql
    found: list[dict[str, Any]] = answer.json()["plans"]
    return found


def test_a_plan_says_which_index_serves(api: httpx.Client) -> None:
    for number in range(4):
        create(api, "Contact", LastName="x", Email=f"{number}@example.com")
    by_email, scan = plans(api, "SELECT Id FROM Contact WHERE Email = '1@example.com'")
    assert (by_email["leadingOperationType"], by_email["fields"]) == ("Index", ["Email"])
    assert (by_email["cardinality"], by_email["sobjectCardinality"]) == (1, 4)
    assert by_email["relativeCost"] < 1
    assert (scan["leadingOperationType"], scan["cardinality"]) == ("TableScan", 4)
    [only] = plans(api, "SELECT Id FROM Contact WHERE LastName = 'x'")
    assert only["leadingOperationType"] == "TableScan"
    recent = plans(api, "SELECT Id FROM Contact WHERE SystemModstamp >= 2026-01-01T00:00:00Z")
    assert recent[0]["fields"] == ["SystemModstamp"]
    for wrong, code in (("SELECT", "MALFORMED_QUERY"), ("00O000000000001", "INVALID_ID")):
        answer = api.get("query", params={"explain": wrong})
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def filled(simulator: Simulator, count: int = 401) -> None:
    jo = simulator.representative()
    for number in range(count):
        jo.create("Contact", {"LastName": f"n{number:03}"})


def open_cursor(api: httpx.Client) -> str:
    small = {"Sforce-Query-Options": "batchSize=200"}
    answer = api.get("query", params={"q": "SELECT LastName FROM Contact"}, headers=small)
    address: str = answer.json()["nextRecordsUrl"]
    return address.removeprefix("/services/data/v62.0/")


def is_refused(answer: httpx.Response) -> bool:
    refusal = {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}
    return bool(answer.json() == [refusal])


def test_ten_results_are_open_and_the_oldest_goes(simulator: Simulator, api: httpx.Client) -> None:
    filled(simulator)
    addresses = [open_cursor(api) for _ in range(11)]
    assert is_refused(api.get(addresses[0]))
    assert all(api.get(each).status_code == 200 for each in addresses[1:])


def test_a_locator_dies_after_two_days(simulator: Simulator, api: httpx.Client) -> None:
    filled(simulator)
    address = open_cursor(api)
    started = simulator.org.clock()
    simulator.org.clock = lambda: started + timedelta(minutes=100)
    assert api.get(address).status_code == 200
    simulator.org.clock = lambda: started + timedelta(days=3)
    with client(simulator) as later:
        assert is_refused(later.get(address))


def test_a_locator_is_its_users(simulator: Simulator, api: httpx.Client) -> None:
    filled(simulator)
    address = open_cursor(api)
    token = outside.post(
        f"{simulator.url}/services/oauth2/token",
        data={
            "grant_type": "password",
            "client_id": "app",
            "client_secret": "app-secret",
            "username": "jo.martin@simulated.example",
            "password": "sales-passTOK",
        },
    ).json()["access_token"]
    stranger = outside.get(
        f"{simulator.url}/services/data/v62.0/{address}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (stranger.status_code, is_refused(stranger)) == (400, True)
    locator = address.rpartition("-")[0]
    for wrong in (f"{locator}-99999", f"{locator}-x", locator, "query/x", f"{locator}-²"):
        assert is_refused(api.get(wrong)), wrong
    assert len(api.get(f"{locator}-400").json()["records"]) == 1


@pytest.mark.parametrize(
    ("option", "size"),
    [
        ("batchSize=200", 200),
        ("batchSize=1", 200),
        ("batchsize = 300", 300),
        ("batchSize=99999", 401),
        ("batchSize=999999999999999999999", 401),
        ("batchSize=x", 401),
    ],
)
def test_a_page_has_200_to_2000_rows(
    simulator: Simulator, api: httpx.Client, option: str, size: int
) -> None:
    filled(simulator)
    soql = {"q": "SELECT LastName FROM Contact"}
    page = api.get("query", params=soql, headers={"Sforce-Query-Options": option}).json()
    assert len(page["records"]) == size


def test_a_page_is_what_it_was_when_the_query_ran(simulator: Simulator, api: httpx.Client) -> None:
    filled(simulator)
    address = open_cursor(api)
    [last] = query(api, "SELECT Id FROM Contact WHERE LastName = 'n200'")
    api.patch(f"sobjects/Contact/{last['Id']}", json={"LastName": "changed"})
    assert names(api.get(address).json()["records"])[0] == "n200"


def test_queries_are_read_with_get(api: httpx.Client) -> None:
    answer = api.post("query", json={"q": "SELECT Id FROM Contact"})
    assert answer.status_code == 405
    assert answer.json()[0]["errorCode"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "A query string has to be specified"),
        ({"q": ""}, "SOQL statements cannot be empty or null"),
        ({"q": " \n"}, "SOQL statements cannot be empty or null"),
    ],
)
def test_nothing_is_no_query(api: httpx.Client, asked: dict[str, str], message: str) -> None:
    answer = api.get("query", params=asked)
    assert answer.status_code == 400
    assert answer.json() == [{"message": message, "errorCode": "MALFORMED_QUERY"}]
