"""GROUP BY, HAVING, subtotals, functions and formatted values over the API."""

# ruff: noqa: S608 - SOQL is what is tested

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, query


@pytest.fixture
def leads(api: httpx.Client) -> None:
    """Five leads of three sources, one of which is written in two ways."""
    for source, rating, revenue in (
        ("Web", "Hot", 100),
        ("web", "Cold", 300),
        ("Web", "Hot", None),
        ("Other", "Hot", 50),
        (None, None, 10),
    ):
        create(
            api,
            "Lead",
            LastName="x",
            Company="y",
            LeadSource=source,
            Rating=rating,
            AnnualRevenue=revenue,
        )


def grouped(api: httpx.Client, soql: str) -> list[dict[str, Any]]:
    records = query(api, soql)
    assert all(each.pop("attributes") == {"type": "AggregateResult"} for each in records)
    return records


def test_having_judges_groups(api: httpx.Client, leads: None) -> None:
    soql = "SELECT LeadSource, COUNT(Id) n FROM Lead GROUP BY LeadSource"
    everything = grouped(api, f"{soql} ORDER BY COUNT(Id) DESC, LeadSource NULLS LAST")
    assert [each["n"] for each in everything] == [3, 1, 1]
    assert [each["LeadSource"] for each in everything] == ["Web", "Other", None]
    assert grouped(api, f"{soql} HAVING COUNT(Id) > 1") == [{"LeadSource": "Web", "n": 3}]
    both = f"{soql} HAVING SUM(AnnualRevenue) < 60 AND LeadSource != null"
    assert grouped(api, both) == [{"LeadSource": "Other", "n": 1}]
    assert grouped(api, f"{soql} HAVING LeadSource LIKE 'o%' OR COUNT(Id) = 99")[0]["n"] == 1


def test_every_aggregate(api: httpx.Client, leads: None) -> None:
    soql = (
        "SELECT COUNT(LeadSource), COUNT_DISTINCT(LeadSource), SUM(AnnualRevenue), "
        "AVG(AnnualRevenue), MIN(Rating), MAX(AnnualRevenue) FROM Lead"
    )
    assert grouped(api, soql) == [
        {
            "expr0": 4,
            "expr1": 2,
            "expr2": 460.0,
            "expr3": 115.0,
            "expr4": "Cold",
            "expr5": 300.0,
        }
    ]
    nothing = grouped(api, f"{soql} WHERE LastName = 'nobody'")
    assert list(nothing[0].values()) == [0, 0, None, None, None, None]


def test_rollup_adds_subtotals_from_the_right(api: httpx.Client, leads: None) -> None:
    soql = (
        "SELECT LeadSource s, Rating r, GROUPING(LeadSource) gs, GROUPING(Rating) gr, COUNT(Id) n "
        "FROM Lead WHERE LeadSource != null GROUP BY ROLLUP(LeadSource, Rating) "
        "ORDER BY GROUPING(LeadSource), GROUPING(Rating), LeadSource DESC, Rating DESC"
    )
    rows = [tuple(each.values()) for each in grouped(api, soql)]
    assert rows == [
        ("Other", "Hot", 0, 0, 1),
        ("web", "Cold", 0, 0, 1),
        ("Web", "Hot", 0, 0, 2),
        ("Other", None, 0, 1, 1),
        ("Web", None, 0, 1, 3),
        (None, None, 1, 1, 4),
    ]


def test_cube_adds_every_subtotal(api: httpx.Client, leads: None) -> None:
    soql = "SELECT LeadSource, Rating, COUNT(Id) n FROM Lead WHERE Rating != null GROUP BY"
    rows = grouped(api, f"{soql} CUBE(LeadSource, Rating)")
    assert len(rows) == 3 + 2 + 2 + 1
    assert {"LeadSource": None, "Rating": "Hot", "n": 3} in rows
    assert grouped(api, f"{soql} CUBE(LeadSource, Rating) HAVING COUNT(Id) = 4") == [
        {"LeadSource": None, "Rating": None, "n": 4}
    ]


def test_parts_of_dates_group_and_filter(simulator: Simulator, api: httpx.Client) -> None:
    for day in ("2024-02-29", "2024-12-31", "2025-01-01"):
        create(api, "Contact", LastName=day, Birthdate=day, Seen__c=f"{day}T23:30:00Z")
    years = "SELECT CALENDAR_YEAR(Birthdate) y, COUNT(Id) n FROM Contact GROUP BY "
    years += "CALENDAR_YEAR(Birthdate) ORDER BY CALENDAR_YEAR(Birthdate) DESC"
    assert grouped(api, years) == [{"y": 2025, "n": 1}, {"y": 2024, "n": 2}]
    for condition, expected in (
        ("DAY_IN_MONTH(Birthdate) = 29", ["2024-02-29"]),
        ("DAY_IN_YEAR(Birthdate) = 366", ["2024-12-31"]),
        ("WEEK_IN_YEAR(Birthdate) = 53 AND WEEK_IN_MONTH(Birthdate) = 5", ["2024-12-31"]),
        ("CALENDAR_QUARTER(Birthdate) = 1 AND CALENDAR_MONTH(Birthdate) < 2", ["2025-01-01"]),
        # A Thursday is the fifth day of a week that begins on Sunday.
        ("DAY_IN_WEEK(Birthdate) = 5", ["2024-02-29"]),
        ("HOUR_IN_DAY(Seen__c) = 23 AND DAY_ONLY(Seen__c) = 2025-01-01", ["2025-01-01"]),
        # The asker is in Paris, an hour ahead of what is stored.
        ("DAY_ONLY(convertTimezone(Seen__c)) = 2025-01-01", ["2024-12-31"]),
        ("HOUR_IN_DAY(convertTimezone(Seen__c)) IN (0, 1) AND Birthdate > 2025-01-01", []),
    ):
        soql = f"SELECT LastName FROM Contact WHERE {condition}"
        assert [record["LastName"] for record in query(api, soql)] == expected, condition


def test_a_fiscal_year_begins_when_the_seed_says() -> None:
    with Simulator(seed={**SEED, "fiscal_year_start_month": 4}) as org, client(org) as api:
        for day in ("2024-03-31", "2024-04-01"):
            create(api, "Contact", LastName=day, Birthdate=day)
        soql = (
            "SELECT FISCAL_YEAR(Birthdate) y, FISCAL_QUARTER(Birthdate) q, FISCAL_MONTH(Birthdate) "
            "m FROM Contact GROUP BY FISCAL_YEAR(Birthdate), FISCAL_QUARTER(Birthdate), "
            "FISCAL_MONTH(Birthdate) ORDER BY FISCAL_YEAR(Birthdate)"
        )
        assert grouped(api, soql) == [{"y": 2024, "q": 4, "m": 12}, {"y": 2025, "q": 1, "m": 1}]


def test_values_are_shown_as_the_asker_reads_them(api: httpx.Client, leads: None) -> None:
    soql = (
        "SELECT FORMAT(AnnualRevenue) shown, AnnualRevenue, toLabel(Rating), "
        "convertCurrency(AnnualRevenue) converted FROM Lead WHERE AnnualRevenue = USD300"
    )
    [found] = query(api, soql)
    del found["attributes"]
    assert found == {
        "shown": "$300.00",
        "AnnualRevenue": 300.0,
        "Rating": "Cold",
        "converted": 300.0,
    }
    assert grouped(api, "SELECT FORMAT(MAX(AnnualRevenue)) most FROM Lead") == [{"most": "$300.00"}]


def test_addresses_have_distances(api: httpx.Client) -> None:
    for name, latitude, longitude in (("Paris", 48.8566, 2.3522), ("Lyon", 45.764, 4.8357)):
        create(api, "Account", Name=name, BillingLatitude=latitude, BillingLongitude=longitude)
    create(api, "Account", Name="Nowhere")
    here = "DISTANCE(BillingAddress, GEOLOCATION(48.8566, 2.3522), '{}')"
    near = f"SELECT Name, {here.format('km')} FROM Account WHERE {here.format('mi')} > 1"
    [lyon] = query(api, near)
    assert lyon["Name"] == "Lyon"
    assert lyon["expr0"] == pytest.approx(391.5, abs=1)
    soql = f"SELECT Name FROM Account WHERE BillingLatitude != null ORDER BY {here.format('km')}"
    assert [each["Name"] for each in query(api, soql)] == ["Paris", "Lyon"]


@pytest.mark.parametrize(
    ("soql", "part"),
    [
        ("SELECT LastName, COUNT(Id) FROM Lead", "must be grouped or aggregated: LastName"),
        ("SELECT Name FROM Lead GROUP BY LeadSource", "must be grouped or aggregated: Name"),
        (
            "SELECT LeadSource FROM Lead GROUP BY LeadSource ORDER BY Name",
            "Ordered field must be grouped or aggregated: Name",
        ),
        ("SELECT COUNT(Id) FROM Lead LIMIT 1", "cannot also use LIMIT"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Description", "can not be grouped"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "can not be grouped"),
        ("SELECT SUM(LastName) FROM Lead", "does not support aggregate operator SUM"),
        ("SELECT MAX(IsConverted) FROM Lead", "does not support aggregate operator MAX"),
        ("SELECT COUNT(Id) n, MAX(Id) n FROM Lead", "duplicate alias: n"),
        ("SELECT COUNT(Id) FROM Lead HAVING COUNT(Id) > 1", "HAVING needs GROUP BY"),
        ("SELECT GROUPING(Rating) FROM Lead GROUP BY Rating", "GROUPING needs"),
        ("SELECT COUNT(), Id FROM Lead", "COUNT() must be the only thing"),
        ("SELECT Id FROM Lead WHERE COUNT(Id) > 1", "COUNT is allowed in grouped queries only"),
        ("SELECT CALENDAR_YEAR(CreatedDate) FROM Lead", "must be grouped or aggregated"),
        ("SELECT CALENDAR_YEAR(Name) FROM Lead GROUP BY CALENDAR_YEAR(Name)", "invalid function"),
        ("SELECT FOO(Id) FROM Lead", "unexpected token: '('"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY ROLLUP(a, b, c, d)", "up to 3 fields"),
    ],
)
def test_groups_that_make_no_sense_are_refused(api: httpx.Client, soql: str, part: str) -> None:
    answer = api.get("query", params={"q": soql})
    [error] = answer.json()
    assert answer.status_code == 400
    assert error["errorCode"] in {"MALFORMED_QUERY", "INVALID_FIELD"}
    assert part in error["message"]


def test_more_groups_than_a_page_holds_need_a_limit(
    simulator: Simulator, api: httpx.Client
) -> None:
    jo = simulator.representative()
    for number in range(2001):
        jo.create("Contact", {"LastName": f"n{number}"})
    soql = "SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName"
    [error] = api.get("query", params={"q": soql}).json()
    assert error["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert len(query(api, f"{soql} LIMIT 2000")) == 2000
    limited = api.get("query", params={"q": "SELECT COUNT() FROM Contact LIMIT 7"}).json()
    assert limited["totalSize"] == 7
