"""Describes: complete, and the same key by key as recorded answers of real orgs."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.schema import Schema
from salesforce_simulator.schema.describe import brief, describe

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"
# Fields of the recorded org that are its own, not standard ones.
RECORDED_ORGS_OWN = {"RecordTypeId", "Primary_Contact__c", "History__c"}
# Keys that releases after the recording of Account added.
YOUNGER_KEYS = {"associateEntityType", "associateParentEntity", "sobjectDescribeOption"}

needs_golden = pytest.mark.skipif(not GOLDEN.is_dir(), reason="no recorded answers here")


def recorded(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / name).read_text())["response"]
    return content


def ours(name: str) -> dict[str, Any]:
    schema = Schema()
    kind = schema.find(name)
    assert kind is not None
    return describe(kind, schema=schema, version="62.0", origin="https://x.my.salesforce.com")


@needs_golden
@pytest.mark.parametrize("name", ["Contact", "Lead", "Account"])
def test_every_field_is_described_as_recorded(name: str) -> None:
    mine = {field["name"]: field for field in ours(name)["fields"]}
    for field in recorded(f"describe_{name}.json")["fields"]:
        if field["name"] not in RECORDED_ORGS_OWN:
            described = {key: mine[field["name"]][key] for key in field}
            assert described == field


@needs_golden
@pytest.mark.parametrize("name", ["Contact", "Lead", "Account"])
def test_keys_and_flags_of_the_object_are_as_recorded(name: str) -> None:
    golden = recorded(f"describe_{name}.json")
    mine = ours(name)
    assert set(mine) - YOUNGER_KEYS == set(golden["top_level_keys"]) - YOUNGER_KEYS
    assert {key: mine[key] for key in golden["top_level_scalars"]} == golden["top_level_scalars"]
    assert set(mine["fields"][0]) == set(golden["field_keys_all"])
    salutation = next(field for field in mine["fields"] if field["picklistValues"])
    assert set(salutation["picklistValues"][0]) == set(golden["picklist_value_keys"])
    assert set(mine["childRelationships"][0]) == set(golden["childRelationship_keys"])


@needs_golden
@pytest.mark.parametrize("name", ["Contact", "Lead", "Account"])
def test_picklists_hold_the_recorded_values(name: str) -> None:
    mine = {field["name"]: field["picklistValues"] for field in ours(name)["fields"]}
    for field, values in recorded(f"describe_{name}.json")["picklists"].items():
        assert [(each["value"], each["defaultValue"]) for each in mine[field]] == [
            (each["value"], each["defaultValue"]) for each in values
        ]


@needs_golden
def test_the_list_of_objects_has_the_recorded_keys() -> None:
    account = Schema().find("Account")
    assert account is not None
    assert set(brief(account, version="52.0")) == set(
        recorded("describe_global.json")["sobject_keys"]
    )


def test_consent_fields_are_visible(api: httpx.Client) -> None:
    for name in ("Contact", "Lead"):
        fields = {f["name"]: f for f in api.get(f"sobjects/{name}/describe").json()["fields"]}
        for consent in ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"):
            assert fields[consent]["type"] == "boolean"
            assert fields[consent]["updateable"] is True


def test_a_custom_external_id_is_described_as_one(api: httpx.Client) -> None:
    fields = {f["name"]: f for f in api.get("sobjects/contact/describe").json()["fields"]}
    key = fields["Key__c"]
    assert (key["custom"], key["externalId"], key["unique"], key["idLookup"]) == (True,) * 4
    assert (key["caseSensitive"], key["length"], key["type"]) == (False, 64, "string")
    assert [value["value"] for value in fields["Tier__c"]["picklistValues"]] == ["A", "B"]


def test_unchanged_metadata_is_not_sent_again(api: httpx.Client) -> None:
    first = api.get("sobjects/Contact/describe")
    again = api.get(
        "sobjects/Contact/describe", headers={"If-Modified-Since": first.headers["Last-Modified"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    older = api.get("sobjects", headers={"If-Modified-Since": "Wed, 3 Jul 2013 19:43:31 GMT"})
    assert older.status_code == 200
    assert older.json()["maxBatchSize"] == 200


def test_an_unknown_object_is_not_found(api: httpx.Client) -> None:
    answer = api.get("sobjects/Nope/describe")
    assert answer.status_code == 404
    assert answer.json() == [
        {"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}
    ]


@needs_golden
@pytest.mark.parametrize("name", ["Contact", "Lead"])
def test_scopes_are_the_recorded_ones(name: str) -> None:
    assert ours(name)["supportedScopes"] == recorded(f"describe_{name}.json")["supportedScopes"]


@needs_golden
@pytest.mark.parametrize("name", ["Contact", "Lead", "Account"])
def test_child_relationships_that_are_here_are_as_recorded(name: str) -> None:
    mine = {
        (each["childSObject"], each["field"]): each for each in ours(name)["childRelationships"]
    }
    known = recorded(f"describe_{name}.json")["childRelationships_sample"]
    shared = [each for each in known if (each["childSObject"], each["field"]) in mine]
    assert shared
    for each in shared:
        assert mine[each["childSObject"], each["field"]] == each
