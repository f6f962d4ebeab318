"""Queries in the forms that clients send, each answered; and texts of theirs that no org takes."""

# ruff: noqa: S608 - SOQL is what is tested

from collections.abc import Iterator

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create

OBJECTS = [
    {
        "name": "Ticket__c",
        "fields": [
            {
                "name": "Person__c",
                "type": "reference",
                "referenceTo": "Contact",
                "relationshipName": "Person__r",
            },
            {"name": "Price__c", "type": "currency", "scale": 2},
        ],
    }
]


@pytest.fixture(scope="module")
def org() -> Iterator[httpx.Client]:
    """One org for all: nothing here changes anything."""
    with Simulator(seed={**SEED, "custom_objects": OBJECTS}) as running, client(running) as api:
        acme = create(api, "Account", Name="Acme", Industry="Banking", AnnualRevenue=5000)
        person = create(
            api,
            "Contact",
            FirstName="Ann",
            LastName="O'Neil",
            AccountId=acme,
            Email="ann_o@example.com",
            Score__c=2.5,
            Topics__c="x;z",
        )
        create(api, "Ticket__c", Name="First", Person__c=person, Price__c=12.5)
        create(api, "Lead", LastName="Chen", Company="Example", LeadSource="Web")
        yield api


STAMP = "2020-01-01T00:00:00.000Z"
ONE_ROW = [
    # Names with and without the object before them, in any case, on several lines.
    "select Contact.Id, contact.lastname from CONTACT where (contact.LASTNAME = 'O\\'Neil')",
    "SELECT\n  Id,\n\tName\nFROM Contact\nWHERE Email = 'ANN_O@example.com'\n",
    "SELECT Contact.Id, Contact.Account.Name FROM Contact WHERE (Contact.Account.Name LIKE 'ac%' "
    "AND (NOT (Contact.Title = 'x'))) ORDER BY Contact.LastName ASC, Contact.Id ASC LIMIT 21",
    "SELECT Contact.LastName FROM Contact WHERE Contact.LastName IN ('O\\'Neil', 'Other')",
    # Values as libraries quote them.
    r"SELECT Id FROM Contact WHERE Email LIKE 'ann\_o@%' AND LastName != 'a\nb\\c\"d'",
    "SELECT Id FROM Contact WHERE Score__c >= 2.5 AND Score__c < 1e3 AND DoNotCall = FALSE",
    "SELECT Id FROM Contact WHERE Title = '' AND Department = null AND Email <> NULL",
    "SELECT Id FROM Account WHERE AnnualRevenue > USD4999.99 AND Industry IN ('Banking',NULL)",
    "SELECT Id FROM Contact WHERE Topics__c INCLUDES ('y', 'x;z') AND Topics__c EXCLUDES ('y')",
    # Incremental readers.
    f"SELECT Id,IsDeleted,SystemModstamp FROM Contact WHERE SystemModstamp >= {STAMP} "
    "AND SystemModstamp < 2099-12-31T23:59:59.999+00:00 ORDER BY SystemModstamp ASC LIMIT 100000",
    f"SELECT Id FROM Contact WHERE (SystemModstamp > {STAMP} OR (SystemModstamp = {STAMP} AND "
    "Id > '003000000000000AAA')) ORDER BY SystemModstamp, Id",
    "SELECT Id FROM Contact WHERE Id > '003000000000000' ORDER BY Id ASC LIMIT 100000",
    "SELECT Id FROM Contact WHERE CreatedDate >= LAST_N_DAYS:30 AND LastModifiedDate <= TODAY",
    "SELECT MAX(SystemModstamp) FROM Contact",
    "SELECT MIN(CreatedDate) oldest, MAX(CreatedDate), COUNT(Id) cnt FROM Contact",
    "SELECT COUNT(Id), COUNT_DISTINCT(Email) FROM Contact",
    "SELECT FIELDS(ALL) FROM Contact LIMIT 200",
    "SELECT FIELDS(STANDARD), Key__c FROM Contact",
    "SELECT Id, FIELDS(CUSTOM) FROM Ticket__c LIMIT 200",
    # Across objects.
    "SELECT Id, Person__r.Account.Owner.Name FROM Ticket__c WHERE Person__r.Account.Name = 'Acme'",
    "SELECT Id, (SELECT Id, Name FROM Contacts WHERE Email != null LIMIT 5) FROM Account "
    "ORDER BY CreatedDate DESC LIMIT 10",
    "SELECT Account.Name, (SELECT Contact.LastName FROM Account.Contacts) FROM Account",
    "SELECT Id, TYPEOF Owner WHEN User THEN UserType, Alias END, CreatedBy.UserType FROM Lead",
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'o%')",
    "SELECT Name FROM Account a, a.Owner o WHERE o.IsActive = true",
    # Whatever else may stand at the end.
    "SELECT Id FROM Contact WITH SECURITY_ENFORCED",
    "SELECT Id FROM Contact USING SCOPE Everything WITH USER_MODE ORDER BY Name NULLS LAST",
    "SELECT Id FROM Contact USING SCOPE MineAndMyGroups",
    "SELECT Name FROM Contact LIMIT 1 OFFSET 0 FOR VIEW",
    "SELECT Id FROM Contact FOR UPDATE",
    "SELECT Id FROM Contact LIMIT 1 FOR REFERENCE UPDATE VIEWSTAT",
    "SELECT LeadSource, COUNT(Name) cnt FROM Lead GROUP BY LeadSource HAVING COUNT(Name) > 0",
    "SELECT Account.Name acc, Title t FROM Contact GROUP BY Account.Name, Title",
    "SELECT Name, COUNT(Id) FROM Account GROUP BY Name HAVING COUNT(Id) > 0 AND (Name LIKE '%cm%' "
    "OR Name LIKE '%123%')",
    "SELECT CALENDAR_YEAR(CreatedDate), SUM(Price__c) mySum FROM Ticket__c "
    "GROUP BY CALENDAR_YEAR(CreatedDate)",
    "SELECT Price__c, FORMAT(Price__c) p, convertCurrency(Price__c) c, "
    "FORMAT(convertCurrency(Price__c)) f FROM Ticket__c WHERE (((((Price__c > USD5)))))",
    "SELECT FORMAT(MIN(Birthdate)) Amt FROM Contact",
    "SELECT Id, DISTANCE(MailingAddress, GEOLOCATION(-10.775, 10), 'mi') FROM Contact",
]


@pytest.mark.parametrize("soql", ONE_ROW)
def test_what_clients_ask_is_answered(org: httpx.Client, soql: str) -> None:
    for resource in ("query", "queryAll", "query/"):
        answer = org.get(resource, params={"q": soql})
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["records"]) == answer.json()["totalSize"] == 1


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id, Name FROMAccount",
        "SELECTName FROM Account",
        "SELECT Name, COUNT(Id) FROM Account GROUPBY Name",
        "SELECT Name FROM Account ORDER BY Name OFFSET100",
        "SELECT Name FROM ORDER BY Name",
        "SELECT Contact..Name FROM Contact",
        "SELECT Name (SELECT LastName FROM Contacts) FROM Account",
        "SELECT Name FROM Account WHERE Id = foo",
        "SELECT Name FROM Account WHERE Name = 'a' fds",
        "SELECT Name FROM Account ORDER BY",
        "SELECT Name FROM Account LIMIT 'foo'",
        "SELECT Name FROM Account LIMIT -10 OFFSET 10",
        "SELECT Name FROM Account FROM Account",
        "SELECT FROM Account",
        "SELECT Name FROM Account WITH",
        "SELECT Name FROM Account FOR",
        "SELECT Name FROM Account WHERE Name = :name",
        "SELECT Name FROM Account WHERE (((Name = 'a')))) AND Name = 'b'",
        "SELECT Name FROM Account WHERE (Name = 'a' OR Name = 'b' AND Name = 'c')",
        "SELECT Name FROM Account WHERE Name != null AND NOT (Name = 'a')",
        "SELECT Name FROM Account WHERE Name IS NULL",
        "SELECT Name FROM Account WHERE Name NOT LIKE 'a%'",
        "SELECT Name FROM Account WHERE GEOLOCATION(37.775, -122.418) < 20",
        "SELECT DISTANCE(BillingAddress, GEOLOCATION(10, 10), 'm') FROM Account",
        "SELECT DISTANCE(GEOLOCATION(10, 10), BillingAddress, 'km') FROM Account",
        'SELECT Name FROM Account WHERE Name = "a"',
        "SELECT Name AS n FROM Account",
        "DELETE FROM Account",
    ],
)
def test_what_no_org_takes_is_refused(org: httpx.Client, soql: str) -> None:
    answer = org.get("query", params={"q": soql})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize(
    ("where", "code", "message"),
    [
        (
            "Phone = 1",
            "INVALID_FIELD",
            "value of filter criterion for field 'Phone' must be of type string and should be "
            "enclosed in quotes",
        ),
        (
            "Birthdate = '2020-01-01'",
            "INVALID_FIELD",
            "value of filter criterion for field 'Birthdate' must be of type date and should not "
            "be enclosed in quotes",
        ),
        (
            "CreatedDate > 2020-01-01",
            "INVALID_FIELD",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should "
            "not be enclosed in quotes",
        ),
        ("Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("Id LIKE '003%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on id field"),
        (
            "DoNotCall > true",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on boolean field",
        ),
        (
            "Topics__c LIKE 'x%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on multipicklist field",
        ),
        (
            "Title INCLUDES ('x')",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on string field",
        ),
        ("Birthdate = 2026-02-30", "MALFORMED_QUERY", "Invalid date: 2026-02-30"),
        ("CreatedDate = SOMEDAY", "MALFORMED_QUERY", "unexpected token: 'SOMEDAY'"),
        ("Title = TODAY", "MALFORMED_QUERY", "unexpected token: 'TODAY'"),
    ],
)
def test_a_value_of_the_wrong_kind_is_shown(
    org: httpx.Client, where: str, code: str, message: str
) -> None:
    soql = f"SELECT Id FROM Contact WHERE {where}"
    [error] = org.get("query", params={"q": soql}).json()
    assert error["errorCode"] == code
    snippet, caret, place, said = error["message"].lstrip("\n").split("\n", 3)
    assert snippet in soql
    assert place.startswith(f"ERROR at Row:1:Column:{soql.index(snippet) + len(caret)}")
    assert said == message


def test_a_long_line_is_shown_in_part(org: httpx.Client) -> None:
    soql = (
        "SELECT Id, FirstName, LastName, MailingCity, MailingCountry, Nope__c, Email FROM Contact"
    )
    [error] = org.get("query", params={"q": soql}).json()
    snippet, caret, place = error["message"].lstrip("\n").split("\n")[:3]
    assert snippet == "MailingCity, MailingCountry, Nope__c, Email FROM Contact"
    assert snippet[len(caret) - 1 :].startswith("Nope__c")
    assert place == f"ERROR at Row:1:Column:{soql.index('Nope__c') + 1}"
