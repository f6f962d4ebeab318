"""SOQL over the API: shapes, pages, errors with their place."""

# ruff: noqa: S608 - SOQL is what is tested

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client, create, names, query


@pytest.fixture
def people(api: httpx.Client) -> dict[str, str]:
    """Five contacts, two of them at Acme, one deleted."""
    acme = create(api, "Account", Name="Acme", BillingCity="Lyon")
    made = {
        "acme": acme,
        "Abel": create(
            api, "Contact", LastName="Abel", AccountId=acme, Score__c=3, Topics__c="x;y"
        ),
        "Böhm": create(api, "Contact", LastName="Böhm", AccountId=acme, Email="b@example.com"),
        "O'Neil": create(api, "Contact", LastName="O'Neil", Score__c=1, Birthdate="1990-05-01"),
        "zoé": create(api, "Contact", LastName="zoé", DoNotCall=True, LeadSource="Web"),
        "Gone": create(api, "Contact", LastName="Gone", Email="gone@example.com"),
    }
    api.delete(f"sobjects/Contact/{made['Gone']}")
    return made


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("LastName = 'ABEL'", ["Abel"]),
        ("LastName != 'abel'", ["Böhm", "O'Neil", "zoé"]),
        (r"LastName = 'O\'Neil'", ["O'Neil"]),
        ("LastName LIKE '%É'", ["zoé"]),
        ("LastName LIKE 'b_hm'", ["Böhm"]),
        ("NOT LastName LIKE 'b%'", ["Abel", "O'Neil", "zoé"]),
        ("LastName IN ('zoé', 'BÖHM')", ["Böhm", "zoé"]),
        ("LastName NOT IN ('zoé', 'BÖHM')", ["Abel", "O'Neil"]),
        ("Email = null", ["Abel", "O'Neil", "zoé"]),
        ("Email != NULL", ["Böhm"]),
        ("Email = 'B@Example.com'", ["Böhm"]),
        ("Email IN ('B@Example.com', null)", ["Abel", "Böhm", "O'Neil", "zoé"]),
        ("Score__c > 1", ["Abel"]),
        ("Score__c >= 1.0 AND Score__c < 3", ["O'Neil"]),
        ("(Score__c = 1 OR Score__c = 3) AND AccountId != null", ["Abel"]),
        ("DoNotCall = TRUE", ["zoé"]),
        ("Birthdate < 1990-05-02", ["O'Neil"]),
        ("Birthdate < TODAY", ["O'Neil"]),
        ("CreatedDate = TODAY", ["Abel", "Böhm", "O'Neil", "zoé"]),
        ("CreatedDate < LAST_N_DAYS:3", []),
        ("SystemModstamp >= 2020-01-01T00:00:00Z AND LastName = 'Abel'", ["Abel"]),
        ("SystemModstamp > 2099-01-01T00:00:00+02:00", []),
        ("Account.Name = 'acme'", ["Abel", "Böhm"]),
        ("Contact.Account.BillingCity = 'LYON' AND Score__c = null", ["Böhm"]),
        ("AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')", ["Abel", "Böhm"]),
        ("Topics__c INCLUDES ('z', 'x;y')", ["Abel"]),
        ("LeadSource = 'Web'", ["zoé"]),
        ("Owner.Username LIKE 'integration@%' AND LastName > 'n'", ["O'Neil", "zoé"]),
    ],
)
def test_conditions(
    api: httpx.Client, people: dict[str, str], where: str, expected: list[str]
) -> None:
    found = query(api, f"SELECT LastName FROM Contact WHERE {where} ORDER BY LastName")
    assert names(found) == expected


def test_ids_match_in_both_lengths(api: httpx.Client, people: dict[str, str]) -> None:
    short, long = people["Abel"][:15], people["zoé"]
    soql = f"SELECT LastName FROM Contact WHERE Id IN ('{short}', '{long}') ORDER BY LastName"
    assert names(query(api, soql)) == ["Abel", "zoé"]
    parent = f"SELECT LastName FROM Contact WHERE AccountId = '{people['acme'][:15]}'"
    assert names(query(api, parent)) == ["Abel", "Böhm"]


def test_deleted_records_only_in_query_all(api: httpx.Client, people: dict[str, str]) -> None:
    soql = "SELECT LastName, IsDeleted FROM Contact WHERE Email = 'gone@example.com'"
    assert query(api, soql) == []
    [gone] = query(api, soql, deleted=True)
    assert gone["IsDeleted"] is True
    assert len(query(api, f"{soql} ALL ROWS")) == 1


def test_parents_are_nested_or_null(api: httpx.Client, people: dict[str, str]) -> None:
    soql = "SELECT Name, Account.Name, Owner.Name FROM Contact WHERE LastName IN ('abel', 'zoé')"
    abel, zoe = query(api, soql)
    assert abel["Account"] == {
        "attributes": {
            "type": "Account",
            "url": f"/services/data/v62.0/sobjects/Account/{people['acme']}",
        },
        "Name": "Acme",
    }
    assert abel["Owner"]["Name"] == "Integration User"
    assert zoe["Account"] is None


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("LastName DESC", ["zoé", "O'Neil", "Böhm", "Abel"]),
        ("Score__c, LastName", ["Böhm", "zoé", "O'Neil", "Abel"]),
        ("Score__c NULLS LAST, LastName DESC", ["O'Neil", "Abel", "zoé", "Böhm"]),
        ("Score__c DESC NULLS LAST, LastName", ["Abel", "O'Neil", "Böhm", "zoé"]),
        ("Account.Name NULLS LAST, LastName DESC LIMIT 2 OFFSET 1", ["Abel", "zoé"]),
    ],
)
def test_order_limit_offset(
    api: httpx.Client, people: dict[str, str], order: str, expected: list[str]
) -> None:
    assert names(query(api, f"SELECT LastName FROM Contact ORDER BY {order}")) == expected


def test_counts_and_groups(api: httpx.Client, people: dict[str, str]) -> None:
    count = api.get("query/", params={"q": "select count() from Contact where Email = null"})
    assert count.json() == {"totalSize": 3, "done": True, "records": []}
    assert query(api, "SELECT COUNT(Id), MAX(Score__c) top, AVG(Score__c) FROM Contact") == [
        {"attributes": {"type": "AggregateResult"}, "expr0": 4, "top": 3.0, "expr1": 2.0}
    ]
    grouped = query(api, "SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId")
    assert {(each["AccountId"], each["n"]) for each in grouped} == {(people["acme"], 2), (None, 2)}


def test_all_fields_need_a_limit(api: httpx.Client, people: dict[str, str]) -> None:
    refused = api.get("query", params={"q": "SELECT FIELDS(ALL) FROM Contact"})
    assert refused.json()[0]["errorCode"] == "MALFORMED_QUERY"
    record = query(api, "SELECT FIELDS(ALL) FROM Contact LIMIT 200")[0]
    assert {"Id", "Key__c", "MailingAddress"} <= set(record)
    assert set(query(api, "SELECT Id, FIELDS(CUSTOM) FROM Contact LIMIT 1")[0]) == {
        "attributes",
        "Id",
        "Key__c",
        "Score__c",
        "Tier__c",
        "Topics__c",
        "Seen__c",
    }


def test_pages(simulator: Simulator, api: httpx.Client) -> None:
    jo = simulator.representative()
    for number in range(450):
        jo.create("Contact", {"LastName": f"n{number:03}"})
    soql = "SELECT LastName FROM Contact ORDER BY LastName"
    page = api.get(
        "query", params={"q": soql}, headers={"Sforce-Query-Options": "batchSize=200"}
    ).json()
    assert (page["totalSize"], page["done"], len(page["records"])) == (450, False, 200)
    seen = names(page["records"])
    while not page["done"]:
        assert page["nextRecordsUrl"].startswith("/services/data/v62.0/query/0r8")
        # Clients send the query again with the address of the next page.
        page = api.get(simulator.url + page["nextRecordsUrl"], params={"q": soql}).json()
        seen += names(page["records"])
    assert seen == [f"n{number:03}" for number in range(450)]
    assert "nextRecordsUrl" not in page


def test_a_locator_of_somebody_else_or_of_nobody(simulator: Simulator, api: httpx.Client) -> None:
    answer = api.get("query/0r8000000000001AAA-2000")
    assert answer.status_code == 400
    assert answer.json() == [
        {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}
    ]


@pytest.mark.parametrize(
    ("soql", "code", "part"),
    [
        ("SELEKT Id FROM Contact", "MALFORMED_QUERY", "unexpected token: 'SELEKT'"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Contact WHERE Id = 'a' AND Id = 'b' OR Id = 'c'", "MALFORMED_QUERY", "OR"),
        (
            "select count() from XYZZY",
            "INVALID_TYPE",
            "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
            "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, "
            "be sure to append the '__c' after the entity name. Please reference your WSDL or the "
            "describe call for the appropriate names.",
        ),
        (
            "SELECT x FROM Contact",
            "INVALID_FIELD",
            "ERROR at Row:1:Column:8\nNo such column 'x' on entity 'Contact'.",
        ),
        ("SELECT Nope.Id FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Nope'"),
        (
            "SELECT Id FROM Contact WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        ("SELECT Id FROM Contact WHERE LastName = 1", "INVALID_FIELD", "enclosed in quotes"),
        ("SELECT Id FROM Contact WHERE DoNotCall = 'x'", "INVALID_FIELD", "should not be enclosed"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID"),
        ("SELECT Id, Id FROM Contact", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Id FROM Contact OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        (
            "SELECT Id FROM Contact WHERE Email = 'a",
            "MALFORMED_QUERY",
            "mismatched character '<EOF>'",
        ),
    ],
)
def test_refused_queries(api: httpx.Client, soql: str, code: str, part: str) -> None:
    answer = api.get("query", params={"q": soql})
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["errorCode"] == code
    assert part in error["message"]
    assert "fields" not in error


def test_an_address_has_a_limit(api: httpx.Client) -> None:
    emails = ",".join(f"'somebody.with.a.long.name{n}@example.com'" for n in range(400))
    soql = f"SELECT Id FROM Contact WHERE Email IN ({emails})"
    assert api.get("query", params={"q": soql}).status_code == 414
    assert api.get("limits", headers={"X-Long": "x" * 17_000}).status_code == 431


def test_an_index_finds_what_a_scan_finds(simulator: Simulator) -> None:
    """The plan narrows, the predicate decides: changing and deleting keeps the index right."""
    with client(simulator) as api:
        first = create(api, "Contact", LastName="a", Email="one@example.com")
        second = create(api, "Contact", LastName="b", Email="one@example.com")
        api.patch(f"sobjects/Contact/{first}", json={"Email": "two@example.com"})
        by_email = "SELECT LastName FROM Contact WHERE Email = '{}@example.com'"
        assert names(query(api, by_email.format("one"))) == ["b"]
        assert names(query(api, by_email.format("two"))) == ["a"]
        api.delete(f"sobjects/Contact/{second}")
        assert query(api, by_email.format("one")) == []
        simulator.representative().undelete("Contact", second)
        assert names(query(api, by_email.format("one"))) == ["b"]


def test_children_come_with_their_parents(api: httpx.Client) -> None:
    acme = create(api, "Account", Name="Acme")
    create(api, "Account", Name="Empty")
    for name in ("Silva", "Durand", "Chen"):
        create(api, "Contact", LastName=name, AccountId=acme)

    soql = "SELECT Name, (SELECT LastName FROM contacts ORDER BY LastName LIMIT 2) FROM Account"
    first, second = query(api, f"{soql} ORDER BY Name")

    assert (first["Contacts"]["totalSize"], first["Contacts"]["done"]) == (2, True)
    assert names(first["Contacts"]["records"]) == ["Chen", "Durand"]
    assert first["Contacts"]["records"][0]["attributes"]["type"] == "Contact"
    assert second["Contacts"] is None


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT (SELECT Id FROM Nothings) FROM Account", "INVALID_TYPE"),
        ("SELECT (SELECT Nope FROM Contacts) FROM Account", "INVALID_FIELD"),
        ("SELECT (SELECT (SELECT Id FROM Contacts) FROM Contacts) FROM Account", "INVALID_TYPE"),
        ("SELECT (SELECT Id FROM Contacts FROM Account", "MALFORMED_QUERY"),
    ],
)
def test_children_that_make_no_sense_are_refused(api: httpx.Client, soql: str, code: str) -> None:
    answer = api.get("query", params={"q": soql})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
