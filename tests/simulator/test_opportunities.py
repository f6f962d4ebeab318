"""Opportunities: what the org works out by itself, and how accounts know theirs."""

import httpx
import pytest

from salesforce_simulator.schema.opportunity import STAGES
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, query


def test_a_stage_brings_its_probability_and_forecast(api: httpx.Client) -> None:
    opened = create(
        api,
        "Opportunity",
        Name="Edge",
        StageName="Needs Analysis",
        CloseDate="2026-11-30",
        Amount=1000,
    )
    row = api.get(f"sobjects/Opportunity/{opened}").json()
    assert (row["Probability"], row["ExpectedRevenue"], row["Fiscal"]) == (20, 200, "2026 4")
    assert (row["IsClosed"], row["IsWon"], row["ForecastCategory"]) == (False, False, "Pipeline")
    api.patch(f"sobjects/Opportunity/{opened}", json={"StageName": "Closed Won"})
    row = api.get(f"sobjects/Opportunity/{opened}").json()
    assert (row["Probability"], row["ExpectedRevenue"], row["ForecastCategory"]) == (
        100,
        1000,
        "Closed",
    )
    assert (row["IsClosed"], row["IsWon"]) == (True, True)
    won = query(api, "SELECT Name FROM Opportunity WHERE IsWon = true AND Probability = 100")
    assert [record["Name"] for record in won] == ["Edge"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_probability_that_is_set_stays(api: httpx.Client, stage: str) -> None:
    made = create(
        api, "Opportunity", Name="x", StageName=stage, CloseDate="2026-01-31", Probability=33
    )
    api.patch(f"sobjects/Opportunity/{made}", json={"NextStep": "Call"})
    assert api.get(f"sobjects/Opportunity/{made}").json()["Probability"] == 33


def test_name_stage_and_close_date_are_required(api: httpx.Client) -> None:
    [refused] = api.post("sobjects/Opportunity", json={"Name": "x"}).json()
    assert refused["fields"] == ["StageName", "CloseDate"]


def test_accounts_know_their_opportunities_and_child_accounts(api: httpx.Client) -> None:
    parent = create(api, "Account", Name="Parent")
    create(api, "Account", Name="Child", ParentId=parent)
    create(
        api,
        "Opportunity",
        Name="Deal",
        StageName="Prospecting",
        CloseDate="2026-01-31",
        AccountId=parent,
    )
    soql = (
        "SELECT (SELECT Name FROM Opportunities), (SELECT Name FROM ChildAccounts) "
        "FROM Account WHERE Name = 'Parent'"
    )
    [row] = query(api, soql)
    assert row["Opportunities"]["records"][0]["Name"] == "Deal"
    assert row["ChildAccounts"]["records"][0]["Name"] == "Child"


def test_they_go_to_the_bin_with_their_account_and_come_back(
    simulator: Simulator, api: httpx.Client
) -> None:
    account = create(api, "Account", Name="Acme")
    values = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-01-31"}
    create(api, "Opportunity", **values, AccountId=account)
    create(api, "Opportunity", **{**values, "Name": "Other"})
    api.delete(f"sobjects/Account/{account}")
    assert [row["Name"] for row in query(api, "SELECT Name FROM Opportunity")] == ["Other"]
    simulator.representative().undelete("Account", account)
    assert len(query(api, "SELECT Name FROM Opportunity")) == 2
