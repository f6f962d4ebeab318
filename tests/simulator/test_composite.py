"""Several calls in one: each with its own status, the whole metered once."""

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create

V = "/services/data/v62.0"


def ask(api: httpx.Client, *parts: tuple[str, str, Any], **more: Any) -> list[dict[str, Any]]:
    listed = [
        {
            "method": method,
            "url": f"{V}/{url}",
            "referenceId": f"part{number}",
            **({} if body is None else {"body": body}),
        }
        for number, (method, url, body) in enumerate(parts)
    ]
    answer = api.post("composite", json={"compositeRequest": listed, **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["compositeResponse"]
    assert [result["referenceId"] for result in results] == [part["referenceId"] for part in listed]
    return results


def test_queries_share_one_metered_call(simulator: Simulator, api: httpx.Client) -> None:
    create(api, "Contact", LastName="Ada", Email="ada@example.org")
    create(api, "Lead", LastName="Bob", Company="Acme")
    used = simulator.org.usage.remaining()
    contacts, leads = ask(
        api,
        ("GET", "query?q=SELECT%20Id%2C%20LastName%20FROM%20Contact", None),
        ("GET", "query?q=SELECT+LastName+FROM+Lead+WHERE+LastName+%3D+%27bob%27", None),
    )
    assert simulator.org.usage.remaining() == used - 1
    assert contacts["httpStatusCode"] == leads["httpStatusCode"] == 200
    assert [record["LastName"] for record in contacts["body"]["records"]] == ["Ada"]
    assert leads["body"]["totalSize"] == 1


def test_a_statement_may_be_longer_than_an_address(api: httpx.Client) -> None:
    create(api, "Contact", LastName="Ada", Email="ada@example.org")
    others = "".join(
        f"%27person{number}%40a-rather-long-domain.example.org%27%2C" for number in range(500)
    )
    statement = (
        f"SELECT%20Id%20FROM%20Contact%20WHERE%20Email%20IN%20%28{others}%27ada%40example.org%27%29"
    )
    (found,) = ask(api, ("GET", f"query?q={statement}", None))
    assert len(statement) > 16_384
    assert found["body"]["totalSize"] == 1


def test_a_part_that_fails_does_not_stop_the_others(api: httpx.Client) -> None:
    missing, broken, fine = ask(
        api,
        ("GET", "sobjects/Foo", None),
        ("GET", "query?q=SELEKT", None),
        ("GET", "limits", None),
    )
    assert missing["httpStatusCode"] == 404
    assert missing["body"][0]["errorCode"] == "NOT_FOUND"
    assert broken["body"][0]["errorCode"] == "MALFORMED_QUERY"
    assert fine["httpStatusCode"] == 200


def test_a_part_may_use_what_an_earlier_one_answered(api: httpx.Client) -> None:
    account, contact, queried, again = ask(
        api,
        ("POST", "sobjects/Account", {"Name": "Acme"}),
        ("POST", "sobjects/Contact", {"LastName": "Ada", "AccountId": "@{part0.id}"}),
        ("GET", "query?q=SELECT%20Id%20FROM%20Contact", None),
        ("PATCH", "sobjects/Contact/@{part2.records[0].Id}", {"FirstName": "A"}),
    )
    assert account["httpStatusCode"] == contact["httpStatusCode"] == 201
    assert contact["httpHeaders"]["Location"].endswith(contact["body"]["id"])
    assert queried["body"]["records"][0]["Id"] == contact["body"]["id"]
    assert (again["httpStatusCode"], again["body"]) == (204, None)
    read = api.get(f"sobjects/Contact/{contact['body']['id']}").json()
    assert (read["AccountId"], read["FirstName"]) == (account["body"]["id"], "A")


def test_a_reference_to_nothing_halts_its_part(api: httpx.Client) -> None:
    _, halted = ask(api, ("GET", "limits", None), ("GET", "sobjects/Contact/@{part0.nope}", None))
    assert halted["httpStatusCode"] == 400
    assert halted["body"][0]["errorCode"] == "PROCESSING_HALTED"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "JSON_PARSER_ERROR"),
        ({"compositeRequest": ["x"]}, "JSON_PARSER_ERROR"),
        ({"compositeRequest": [{"method": "GET", "url": f"{V}/limits"}]}, "JSON_PARSER_ERROR"),
        (
            {"compositeRequest": [{"method": "GET", "url": f"{V}/limits", "referenceId": "a"}] * 2},
            "JSON_PARSER_ERROR",
        ),
        ({"compositeRequest": [{}] * 26}, "LIMIT_EXCEEDED"),
        ({"compositeRequest": [{"url": f"{V}/query?q=x"}] * 6}, "LIMIT_EXCEEDED"),
    ],
)
def test_a_composite_that_makes_no_sense_is_refused(
    api: httpx.Client, content: dict[str, Any], code: str
) -> None:
    answer = api.post("composite", json=content)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_composite_in_a_composite_and_other_addresses_are_not_found(api: httpx.Client) -> None:
    listed = [
        {"method": "POST", "url": f"{V}/composite", "referenceId": "a", "body": {}},
        {"method": "GET", "url": "/services/oauth2/userinfo", "referenceId": "b"},
        {"method": "GET", "url": "https://elsewhere.example/", "referenceId": "c"},
    ]
    answer = api.post("composite", json={"compositeRequest": listed})
    results = answer.json()["compositeResponse"]
    assert [result["httpStatusCode"] for result in results] == [404, 404, 404]
