"""SOQL across objects: parents of several kinds, children of children, inner queries, aliases."""

# ruff: noqa: S608 - SOQL is what is tested

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, names, query


def refusal(api: httpx.Client, soql: str) -> tuple[int, str, str]:
    answer = api.get("query", params={"q": soql})
    [error] = answer.json()
    return answer.status_code, error["errorCode"], error["message"]


@pytest.fixture
def acme(api: httpx.Client) -> str:
    """A company with three contacts, each of the last two reporting to the one before."""
    return create(api, "Account", Name="Acme")


def test_a_lead_belongs_to_a_user_or_to_a_queue() -> None:
    with Simulator(seed={**SEED, "queues": [{"name": "New leads"}]}) as org, client(org) as api:
        [queue] = query(api, "SELECT Id FROM Group WHERE Type = 'Queue'")
        create(api, "Lead", LastName="Own", Company="Acme")
        create(api, "Lead", LastName="Waiting", Company="Acme", OwnerId=queue["Id"])
        select = (
            "SELECT LastName, TYPEOF Owner WHEN User THEN Username, Alias "
            "WHEN Group THEN DeveloperName END FROM Lead ORDER BY LastName"
        )
        own, waiting = query(api, select)
        assert own["Owner"]["Username"] == "integration@simulated.example"
        assert own["Owner"]["attributes"]["type"] == "User"
        assert waiting["Owner"] == {
            "attributes": {
                "type": "Group",
                "url": f"/services/data/v62.0/sobjects/Group/{queue['Id']}",
            },
            "DeveloperName": "New_leads",
        }
        as_name = "SELECT Owner.Name, Owner.Type, Owner.Email FROM Lead ORDER BY LastName"
        owners = [record["Owner"] for record in query(api, as_name)]
        assert [(each["Name"], each["Type"]) for each in owners] == [
            ("Integration User", "User"),
            ("New leads", "Group"),
        ]
        assert owners[1]["attributes"]["type"] == "Name"
        assert owners[1]["attributes"]["url"].endswith(f"/sobjects/Group/{queue['Id']}")
        where = "SELECT LastName FROM Lead WHERE Owner.Type = 'Group' AND Owner.Name LIKE 'new%'"
        assert names(query(api, where)) == ["Waiting"]
        assert names(query(api, "SELECT LastName FROM Lead USING SCOPE queue_owned")) == ["Waiting"]
        assert names(query(api, "SELECT LastName FROM Lead USING SCOPE mine")) == ["Own"]


def test_typeof_falls_back_to_what_every_owner_has(api: httpx.Client) -> None:
    create(api, "Lead", LastName="a", Company="b")
    [lead] = query(api, "SELECT TYPEOF Owner WHEN Group THEN Id ELSE Name, Email END FROM Lead")
    assert lead["Owner"]["Name"] == "Integration User"
    [lead] = query(api, "SELECT Id, TYPEOF Owner WHEN Group THEN Id END FROM Lead")
    assert set(lead["Owner"]) == {"attributes"}


@pytest.mark.parametrize(
    ("soql", "code", "part"),
    [
        ("SELECT TYPEOF Owner WHEN User THEN Id END FROM Contact", "INVALID_FIELD", "polymorphic"),
        ("SELECT TYPEOF Owner WHEN Lead THEN Id END FROM Lead", "INVALID_TYPE", "'Lead'"),
        ("SELECT TYPEOF Owner WHEN User THEN x END FROM Lead", "INVALID_FIELD", "'x' on entity"),
        ("SELECT TYPEOF Owner THEN x END FROM Lead", "MALFORMED_QUERY", "unexpected token: 'THEN'"),
        ("SELECT Owner.Department FROM Lead", "INVALID_FIELD", "'Department' on entity 'Name'"),
        (
            "SELECT Owner.Name, TYPEOF Owner WHEN User THEN Id END FROM Lead",
            "INVALID_FIELD",
            "duplicate field selected: Owner",
        ),
    ],
)
def test_what_owners_do_not_have_is_refused(
    api: httpx.Client, soql: str, code: str, part: str
) -> None:
    status, said, message = refusal(api, soql)
    assert (status, said) == (400, code)
    assert part in message


def test_aliases_stand_for_objects_and_relationships(api: httpx.Client, acme: str) -> None:
    create(api, "Contact", LastName="Durand", AccountId=acme)
    create(api, "Contact", LastName="Alone")
    soql = "SELECT c.LastName, a.Name FROM Contact c, c.Account a WHERE a.Name = 'acme'"
    [found] = query(api, soql)
    assert (found["LastName"], found["Account"]["Name"]) == ("Durand", "Acme")
    through = "SELECT o.Username FROM Contact c, c.Account a, a.Owner o WHERE a.Id != null"
    [found] = query(api, through)
    assert found["Account"]["Owner"]["Username"] == "integration@simulated.example"
    status, code, message = refusal(api, "SELECT Id FROM Contact, Account")
    assert (status, code) == (400, "MALFORMED_QUERY")
    assert message.endswith("The driving object is Contact.")


def test_children_are_counted_cut_and_paged_by_themselves(
    simulator: Simulator, api: httpx.Client, acme: str
) -> None:
    jo = simulator.representative()
    for number in range(450):
        jo.create("Contact", {"LastName": f"n{number:03}", "AccountId": acme})
    soql = "SELECT Name, (SELECT LastName FROM Account.Contacts ORDER BY LastName) FROM Account"
    small = {"Sforce-Query-Options": "batchSize=200"}
    answer = api.get("query", params={"q": soql}, headers=small).json()
    assert answer["done"] is True
    page = answer["records"][0]["Contacts"]
    assert (page["totalSize"], page["done"], len(page["records"])) == (450, False, 200)
    seen = names(page["records"])
    while not page["done"]:
        page = api.get(simulator.url + page["nextRecordsUrl"]).json()
        seen += names(page["records"])
    assert seen == [f"n{number:03}" for number in range(450)]
    later = soql.replace("LastName)", "LastName DESC LIMIT 2 OFFSET 1)")
    [account] = query(api, later)
    assert names(account["Contacts"]["records"]) == ["n448", "n447"]


def test_children_may_have_children(api: httpx.Client, acme: str) -> None:
    create(api, "Contact", LastName="Durand", AccountId=acme)
    campaign = create(api, "Campaign", Name="Spring")
    contact = query(api, "SELECT Id FROM Contact")[0]["Id"]
    create(api, "CampaignMember", CampaignId=campaign, ContactId=contact)
    members = "(SELECT Campaign.Name FROM CampaignMembers)"
    soql = f"SELECT Name, (SELECT LastName, {members} FROM Contacts) FROM Account"
    [account] = query(api, soql)
    [person] = account["Contacts"]["records"]
    assert person["CampaignMembers"]["records"][0]["Campaign"]["Name"] == "Spring"


def test_how_deep_children_go_depends_on_the_version(simulator: Simulator) -> None:
    soql = "SELECT (SELECT Id, (SELECT Id FROM CampaignMembers) FROM Contacts) FROM Account"
    with client(simulator, version="57.0") as older:
        status, code, message = refusal(older, soql)
    assert (status, code) == (400, "MALFORMED_QUERY")
    assert "more than 1 level away" in message


def people(api: httpx.Client) -> None:
    acme, other = create(api, "Account", Name="Acme"), create(api, "Account", Name="Other")
    create(api, "Account", Name="Empty")
    create(api, "Contact", LastName="Durand", AccountId=acme)
    create(api, "Contact", LastName="Silva", AccountId=other)
    create(api, "Contact", LastName="Alone")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Id IN (SELECT AccountId FROM Contact)", ["Acme", "Other"]),
        ("Id NOT IN (SELECT AccountId FROM Contact)", ["Empty"]),
        ("Id IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'd%')", ["Acme"]),
        (
            "Id IN (SELECT AccountId FROM Contact) AND Id NOT IN (SELECT AccountId FROM Contact "
            "WHERE LastName = 'Silva')",
            ["Acme"],
        ),
        ("(NOT Id IN (SELECT AccountId FROM Contact))", ["Empty"]),
    ],
)
def test_inner_queries(api: httpx.Client, where: str, expected: list[str]) -> None:
    people(api)
    found = query(api, f"SELECT Name FROM Account WHERE {where} ORDER BY Name")
    assert [record["Name"] for record in found] == expected


def test_nobody_is_in_a_list_of_parents_through_a_missing_one(api: httpx.Client) -> None:
    people(api)
    soql = "SELECT LastName FROM Contact WHERE AccountId IN (SELECT ParentId FROM Account)"
    assert query(api, soql) == []


INNER = "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact{})"


@pytest.mark.parametrize(
    ("soql", "part"),
    [
        ("SELECT Id FROM Account WHERE Name IN (SELECT Name FROM Contact)", "cannot use: 'Name'"),
        (INNER.replace("AccountId", "Name").format(""), "can only query id fields"),
        (INNER.replace("AccountId", "OwnerId").format(""), "same object type"),
        (INNER.replace("AccountId", "Id, AccountId").format(""), "exactly one field"),
        (INNER.format("") + " OR Name = 'x'", "not allowed with the 'OR' operator"),
        (INNER.format(" LIMIT 5"), "unexpected token: 'LIMIT'"),
        (INNER.format(" ORDER BY Id"), "unexpected token: 'ORDER'"),
        (
            INNER.format(" WHERE AccountId IN (SELECT Id FROM Account)"),
            "Nesting of semi join sub-selects is not supported",
        ),
        (
            " AND ".join([INNER.format(""), *["Id IN (SELECT AccountId FROM Contact)"] * 2]),
            "Maximum",
        ),
        (
            "SELECT Id FROM Contact WHERE Id IN (SELECT ReportsToId FROM Contact)",
            "should not be on the same object type",
        ),
    ],
)
def test_inner_queries_that_the_api_refuses(api: httpx.Client, soql: str, part: str) -> None:
    status, code, message = refusal(api, soql)
    assert (status, code in {"MALFORMED_QUERY", "INVALID_FIELD"}) == (400, True)
    assert part in message


def test_parents_reach_five_levels_up(api: httpx.Client) -> None:
    parent = ""
    for level in range(6):
        above: dict[str, Any] = {"ParentId": parent} if parent else {}
        parent = create(api, "Account", Name=f"level {level}", **above)
    path = "Parent." * 5
    [found] = query(api, f"SELECT {path}Name FROM Account WHERE {path}Name = 'level 0'")
    assert found["Parent"]["Parent"]["Parent"]["Parent"]["Parent"]["Name"] == "level 0"
    status, code, _ = refusal(api, f"SELECT Parent.{path}Name FROM Account")
    assert (status, code) == (400, "INVALID_FIELD")
