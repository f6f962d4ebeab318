"""Objects beyond the three that people know: campaigns, and those an administrator made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.org import Org
from salesforce_simulator.seed import SeedError, apply_seed
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, query

EVENT: dict[str, Any] = {
    "name": "Event__c",
    "label": "Event",
    "fields": [
        {"name": "Code__c", "type": "string", "length": 20, "externalId": True, "unique": True},
        {"name": "Guest__c", "type": "reference", "referenceTo": "Contact"},
    ],
}
WITH_EVENTS = {**SEED, "custom_objects": [EVENT]}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=WITH_EVENTS) as running:
        yield running


def test_a_custom_object_is_like_any_other(api: httpx.Client) -> None:
    guest = create(api, "Contact", LastName="Durand")
    event = create(api, "Event__c", Name="Fair", Code__c="F-1", Guest__c=guest)

    assert event.startswith("a00")
    answer = api.patch("sobjects/event__c/Code__c/F-1", json={"Name": "Big fair"})
    assert (answer.status_code, answer.json()["id"]) == (200, event)
    (found,) = query(api, "SELECT Name, Guest__r.LastName FROM Event__c WHERE Code__c = 'F-1'")
    assert (found["Name"], found["Guest__r"]["LastName"]) == ("Big fair", "Durand")
    described = api.get("sobjects/Event__c/describe").json()
    assert (described["custom"], described["labelPlural"], described["keyPrefix"]) == (
        True,
        "Events",
        "a00",
    )
    listed = {each["name"]: each for each in api.get("sobjects").json()["sobjects"]}
    assert listed["Event__c"]["custom"] is True


def test_it_outlives_the_process(tmp_path: Path) -> None:
    data = tmp_path / "org.journal"
    with Simulator(seed=WITH_EVENTS, data=data) as first, client(first) as api:
        event = create(api, "Event__c", Name="Fair")
    with Simulator(seed=WITH_EVENTS, data=data) as second, client(second) as api:
        assert api.get(f"sobjects/Event__c/{event}").json()["Name"] == "Fair"
        assert create(api, "Event__c", Name="Next") != event


@pytest.mark.parametrize(
    "wrong", [{"name": "Event"}, {"name": "__c"}, {}, "text", {**EVENT, "fields": [{"name": "x"}]}]
)
def test_an_object_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(SeedError, match="custom_objects"):
        apply_seed(Org(), {"custom_objects": [wrong]})


def test_people_are_members_of_campaigns(api: httpx.Client) -> None:
    person = create(api, "Contact", LastName="Durand")
    campaign = create(api, "Campaign", Name="Spring")
    member = create(api, "CampaignMember", CampaignId=campaign, ContactId=person)

    (found,) = query(api, "SELECT Status, Campaign.Name, Contact.LastName FROM CampaignMember")
    assert (found["Campaign"]["Name"], found["Contact"]["LastName"]) == ("Spring", "Durand")
    assert (member[:3], campaign[:3], found["Status"]) == ("00v", "701", "Sent")
    refused = api.post("sobjects/CampaignMember", json={"ContactId": person})
    assert refused.json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"
