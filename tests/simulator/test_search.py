"""SOSL: operators, phrases, clauses, highlights, and the parameters of parameterizedSearch."""

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client, create


@pytest.fixture
def people(api: httpx.Client) -> None:
    for first, last, title in (
        ("Zoé", "Durand", "Head of sales"),
        ("Ann", "Durand-Silva", "Head"),
        ("Paul", "O'Neil", "Sales"),
        ("Zoe", "Chen", "of Head"),
    ):
        email = f"{first[:2].lower()}@example.com"
        create(api, "Contact", FirstName=first, LastName=last, Title=title, Email=email)


def found(api: httpx.Client, text: str) -> list[str]:
    answer = api.get("search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return [each["LastName"] for each in answer.json()["searchRecords"]]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("durand", ["Durand", "Durand-Silva"]),
        ("durand silva", ["Durand-Silva"]),
        ("durand AND zoé", ["Durand"]),
        ("durand OR chen", ["Durand", "Durand-Silva", "Chen"]),
        ("durand AND NOT silva", ["Durand"]),
        ("durand NOT (silva OR paul)", ["Durand"]),
        ("head sales", ["Durand"]),
        ('"head of"', ["Durand"]),
        ('"of head"', ["Chen"]),
        ("dur*", ["Durand", "Durand-Silva"]),
        ("d*r*d", ["Durand", "Durand-Silva"]),
        ("z?e", ["Chen"]),
        ("o'neil", ["O'Neil"]),
        (r"o\'neil", ["O'Neil"]),
        ("pa@example.com", ["O'Neil"]),
        (r"durand\-silva", ["Durand-Silva"]),
        ("(head sales) OR o'neil", ["Durand", "O'Neil"]),
        ("rand", []),
    ],
)
def test_words_and_operators(
    api: httpx.Client, people: None, terms: str, expected: list[str]
) -> None:
    assert found(api, f"FIND {{{terms}}} RETURNING Contact(LastName)") == expected


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ("RETURNING Contact(LastName ORDER BY LastName DESC)", ["Durand-Silva", "Durand", "Chen"]),
        ("RETURNING Contact(LastName ORDER BY LastName LIMIT 1 OFFSET 1)", ["Durand"]),
        ("RETURNING Contact(LastName WHERE Title LIKE 'head%' LIMIT 1)", ["Durand"]),
        (
            "RETURNING Contact(toLabel(LastName)), Lead(LastName) LIMIT 2",
            ["Durand", "Durand-Silva"],
        ),
        ("IN NAME FIELDS RETURNING Contact(LastName)", []),
        ("IN SIDEBAR FIELDS RETURNING Contact(LastName)", []),
        (
            "RETURNING Contact(LastName USING ListView=Mine WHERE Email != null LIMIT 1) "
            "WITH DIVISION = 'Global' WITH SPELL_CORRECTION = false "
            "WITH SNIPPET(target_length=120) LIMIT 5 UPDATE TRACKING, VIEWSTAT",
            ["Durand"],
        ),
    ],
)
def test_clauses(api: httpx.Client, people: None, clauses: str, expected: list[str]) -> None:
    assert found(api, f"FIND {{head}} {clauses}") == expected


def test_found_words_are_marked(api: httpx.Client, people: None) -> None:
    text = "FIND {sales OR durand} RETURNING Contact(LastName, Title, Phone) WITH HIGHLIGHT"
    records = api.get("search", params={"q": text}).json()["searchRecords"]
    assert records[0]["highlight.Title"] == "Head of <mark>sales</mark>"
    assert records[1]["highlight.LastName"] == "<mark>Durand</mark>-Silva"
    assert "highlight.Title" not in records[1]
    wild = text.replace("sales OR durand", "sale*")
    records = api.get("search", params={"q": wild}).json()["searchRecords"]
    assert not any(key.startswith("highlight.") for record in records for key in record)


def test_labels_come_with_the_records(api: httpx.Client, people: None) -> None:
    text = "FIND {durand} RETURNING Contact(Id, Email) WITH METADATA='LABELS'"
    [entity] = api.get("search", params={"q": text}).json()["metadata"]["entityMetadata"]
    assert entity == {
        "entityName": "Contact",
        "fieldMetadata": [
            {"name": "Id", "label": "Contact ID"},
            {"name": "Email", "label": "Email"},
        ],
    }


def test_older_versions_answer_a_list(simulator: Simulator, people: None) -> None:
    with client(simulator, version="36.0") as older:
        records = older.get("search", params={"q": "FIND {durand}"}).json()
    assert [each["attributes"]["type"] for each in records] == ["Contact", "Contact"]


@pytest.mark.parametrize(
    "text",
    [
        "FIND {durand AND}",
        "FIND {durand OR OR silva}",
        "FIND {(durand}",
        "FIND {durand)}",
        "FIND {NOT durand}",
        "FIND {--}",
        "FIND {" + "(" * 60 + "durand" + ")" * 60 + "}",
        "FIND {durand} IN SOME FIELDS",
        "FIND {durand} RETURNING",
        "FIND {durand} RETURNING Contact(",
        "FIND {durand} RETURNING Contact()",
        "FIND {durand} RETURNING Contact(COUNT(Id))",
        "FIND {durand} RETURNING Contact(Id GROUP BY Id)",
        "FIND {durand} RETURNING Contact(Id LIMIT x)",
        "FIND {durand} LIMIT -1",
        "FIND {durand} WITH DATA CATEGORY Geography__c AT usa__c",
        "FIND {durand} and more",
        "SELECT Id FROM Contact",
    ],
)
def test_searches_that_make_no_sense_are_refused(api: httpx.Client, text: str) -> None:
    answer = api.get("search", params={"q": text})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_a_place_is_shown_in_the_whole_statement(api: httpx.Client) -> None:
    answer = api.get("search", params={"q": "FIND {durand} RETURNING Contact(Nope)"})
    assert answer.json()[0]["message"].startswith(
        "\nFIND {durand} RETURNING Contact(Nope)\n"
        "                                ^\nERROR at Row:1:Column:33\nNo such column 'Nope'"
    )


def parameterized(api: httpx.Client, **wish: Any) -> httpx.Response:
    return api.post("parameterizedSearch", json=wish)


def test_parameters_say_what_sosl_says(api: httpx.Client, people: None) -> None:
    wish = {
        "q": "head",
        "in": "ALL",
        "fields": ["Id", "LastName"],
        "sobjects": [
            {
                "name": "Contact",
                "fields": ["LastName"],
                "where": "Email != null",
                "orderBy": "LastName DESC",
                "limit": 2,
            },
            {"name": "Lead"},
        ],
        "overallLimit": 10,
        "defaultLimit": 5,
        "spellCorrection": True,
        "metadata": "LABELS",
    }
    answer = parameterized(api, **wish).json()
    assert [each["LastName"] for each in answer["searchRecords"]] == ["Durand-Silva", "Durand"]
    assert set(answer["searchRecords"][0]) == {"attributes", "LastName"}
    assert [each["entityName"] for each in answer["metadata"]["entityMetadata"]] == [
        "Contact",
        "Lead",
    ]
    address = {
        "q": "head",
        "sobject": "Contact",
        "Contact.fields": "LastName",
        "Contact.where": "Email != null",
        "Contact.orderBy": "LastName DESC",
        "Contact.limit": "2",
        "offset": "1",
    }
    records = api.get("parameterizedSearch", params=address).json()["searchRecords"]
    assert [each["LastName"] for each in records] == ["Durand", "Chen"]
    limited = api.get("parameterizedSearch", params={"q": "head", "overallLimit": 1}).json()
    assert len(limited["searchRecords"]) == 1
    usual = {"q": "head", "sobject": "Contact", "defaultLimit": "2"}
    assert len(api.get("parameterizedSearch", params=usual).json()["searchRecords"]) == 2


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "MALFORMED_SEARCH"),
        ({"q": ""}, "MALFORMED_SEARCH"),
        ({"q": ["x"]}, "MALFORMED_SEARCH"),
        ({"q": "durand", "in": "SOME"}, "MALFORMED_SEARCH"),
        ({"q": "durand", "overallLimit": 2001}, "MALFORMED_SEARCH"),
        ({"q": "durand", "overallLimit": "many"}, "MALFORMED_SEARCH"),
        ({"q": "durand", "offset": 1}, "MALFORMED_SEARCH"),
        ({"q": "durand", "fields": ["Id"]}, "MALFORMED_SEARCH"),
        ({"q": "durand", "sobjects": "Contact"}, "MALFORMED_SEARCH"),
        ({"q": "durand", "sobjects": [{"name": "Contact("}]}, "MALFORMED_SEARCH"),
        ({"q": "durand", "sobjects": [{"name": "Nope"}]}, "INVALID_TYPE"),
        ({"q": "durand", "sobjects": [{"name": "Contact", "fields": ["Nope"]}]}, "INVALID_FIELD"),
        (
            {"q": "durand", "sobjects": [{"name": "Contact", "where": "Id = '1') , Lead(Id"}]},
            "MALFORMED_SEARCH",
        ),
    ],
)
def test_wrong_parameters_are_refused(api: httpx.Client, wish: dict[str, Any], code: str) -> None:
    answer = parameterized(api, **wish)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
