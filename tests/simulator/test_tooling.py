"""The Tooling API: what editors and the Salesforce CLI look up before they do anything."""

from typing import Any

import httpx

from tests.simulator.packages import deploy, seats


def look_up(api: httpx.Client, soql: str) -> list[dict[str, Any]]:
    answer = api.get("tooling/query", params={"q": soql})
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def test_classes_that_were_deployed(api: httpx.Client) -> None:
    deploy(api, seats())

    found = look_up(
        api,
        "SELECT Id, Name, Status, ApiVersion, Body, LengthWithoutComments FROM ApexClass "
        "WHERE Name = 'SeatPlan'",
    )

    assert [(each["Name"], each["Status"], each["ApiVersion"]) for each in found] == [
        ("SeatPlan", "Active", 62.0)
    ]
    assert found[0]["Body"] == "public class SeatPlan {\n}\n"
    assert found[0]["LengthWithoutComments"] == len(found[0]["Body"])
    read = api.get(f"tooling/sobjects/ApexClass/{found[0]['Id']}")
    assert read.json()["Name"] == "SeatPlan"


def test_objects_and_fields(api: httpx.Client) -> None:
    deploy(api, seats())

    entity = look_up(
        api, "SELECT QualifiedApiName, KeyPrefix FROM EntityDefinition WHERE KeyPrefix = '003'"
    )
    assert entity[0]["QualifiedApiName"] == "Contact"
    fields = look_up(
        api,
        "SELECT QualifiedApiName, DataType FROM FieldDefinition "
        "WHERE EntityDefinitionId = 'Seat__c' AND QualifiedApiName LIKE '%__c'",
    )
    assert [(each["QualifiedApiName"], each["DataType"]) for each in fields] == [
        ("Row__c", "Text(20)")
    ]
    custom = look_up(api, "SELECT DeveloperName, TableEnumOrId FROM CustomField")
    assert ("Key", "Contact") in {(each["DeveloperName"], each["TableEnumOrId"]) for each in custom}
    assert [
        each["DeveloperName"] for each in look_up(api, "SELECT DeveloperName FROM CustomObject")
    ] == ["Seat"]


def test_what_the_org_shares_and_what_it_has_not(api: httpx.Client) -> None:
    assert look_up(api, "SELECT Id FROM InstalledSubscriberPackage") == []
    assert look_up(api, "SELECT Name FROM Organization")[0]["Name"]
    refused = api.get("tooling/query", params={"q": "SELECT Id FROM Contact"})
    assert refused.json()[0]["errorCode"] == "INVALID_TYPE"
    assert api.get("tooling/sobjects/SourceMember/describe").status_code == 404
    ran = api.get("tooling/executeAnonymous", params={"anonymousBody": "System.debug(1);"})
    assert ran.json()[0]["errorCode"] == "FUNCTIONALITY_NOT_ENABLED"
    assert api.get("tooling/nothing").status_code == 404


def test_descriptions(api: httpx.Client) -> None:
    names = {each["name"] for each in api.get("tooling/sobjects").json()["sobjects"]}
    assert {"ApexClass", "EntityDefinition", "Organization"} <= names
    described = api.get("tooling/sobjects/ApexClass/describe").json()
    assert "Body" in {each["name"] for each in described["fields"]}


def test_records_of_the_org_are_left_alone(api: httpx.Client) -> None:
    """A view of the org for one call must not become the org of the next."""
    look_up(api, "SELECT Id FROM ApexClass")

    assert api.get("query", params={"q": "SELECT Id FROM ApexClass"}).status_code == 400
    assert api.get("query", params={"q": "SELECT Id FROM Contact"}).status_code == 200
