"""Composite requests as transactions, unchanged parts, and batches."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create

DATA = "/services/data/v62.0"


def part(reference: str, method: str, url: str, body: Any = None) -> dict[str, Any]:
    content = {"method": method, "url": f"{DATA}/{url}", "referenceId": reference}
    return content if body is None else {**content, "body": body}


def send(api: httpx.Client, *parts: dict[str, Any], all_or_none: bool = False) -> list[Any]:
    answer = api.post("composite", json={"allOrNone": all_or_none, "compositeRequest": list(parts)})
    assert answer.status_code == 200, answer.text
    answers: list[Any] = answer.json()["compositeResponse"]
    return answers


def test_five_queries_of_any_length_in_one_call(simulator: Simulator, api: httpx.Client) -> None:
    create(api, "Contact", LastName="x", Email="p7@example.com")
    emails = ",".join(f"'p{number}@example.com'" for number in range(2000))
    soql = f"SELECT LastName FROM Contact WHERE Email IN ({emails})"  # noqa: S608
    url = f"query?q={quote(soql, safe='')}"
    answers = send(api, *(part(f"q{number}", "GET", url) for number in range(5)))
    assert [each["body"]["totalSize"] for each in answers] == [1] * 5
    assert simulator.calls.all()[-1].rows == 5
    [refused] = api.post(
        "composite",
        json={"compositeRequest": [part(f"q{number}", "GET", url) for number in range(6)]},
    ).json()
    assert refused["errorCode"] == "LIMIT_EXCEEDED"


def test_without_all_or_none_the_others_stay(simulator: Simulator, api: httpx.Client) -> None:
    bad, good = send(
        api,
        part("bad", "POST", "sobjects/Contact", {"FirstName": "x"}),
        part("good", "POST", "sobjects/Contact", {"LastName": "y"}),
    )
    assert bad["httpStatusCode"] == 400
    assert bad["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert good["httpStatusCode"] == 201
    assert len(simulator.representative().records("Contact")) == 1


def test_all_or_none_undoes_everything(simulator: Simulator, api: httpx.Client) -> None:
    first, bad, last = send(
        api,
        part("first", "POST", "sobjects/Contact", {"LastName": "a"}),
        part("bad", "POST", "sobjects/Contact", {"FirstName": "x"}),
        part("last", "POST", "sobjects/Contact", {"LastName": "b"}),
        all_or_none=True,
    )
    assert bad["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    for halted in (first, last):
        assert halted["httpStatusCode"] == 400
        assert halted["body"] == [
            {
                "errorCode": "PROCESSING_HALTED",
                "message": "The transaction was rolled back since another operation in the same "
                "transaction failed.",
            }
        ]
    assert simulator.representative().records("Contact") == []


@pytest.mark.parametrize("reference", ["@{bad.id}", "@{nobody.id}"])
def test_a_reference_to_nothing(api: httpx.Client, reference: str) -> None:
    _, dependent = send(
        api,
        part("bad", "POST", "sobjects/Account", {}),
        part("dependent", "POST", "sobjects/Contact", {"LastName": "x", "AccountId": reference}),
    )
    assert dependent["httpStatusCode"] == 400
    assert dependent["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert reference in dependent["body"][0]["message"]


def test_an_unchanged_description_has_no_body(api: httpx.Client) -> None:
    stamp = api.get("sobjects/Contact/describe").headers["Last-Modified"]
    asked = part("d", "GET", "sobjects/Contact/describe")
    [answer] = send(api, {**asked, "httpHeaders": {"If-Modified-Since": stamp}})
    assert (answer["httpStatusCode"], answer["body"]) == (304, None)


def test_a_batch_counts_each_part(simulator: Simulator, api: httpx.Client) -> None:
    before = simulator.org.usage.used()
    requests = [
        {"method": "GET", "url": "v62.0/query?q=SELECT+Id+FROM+Nope"},
        {"method": "POST", "url": "v62.0/sobjects/Contact", "richInput": {"LastName": "x"}},
    ]
    body = api.post("composite/batch", json={"batchRequests": requests}).json()
    assert [each["statusCode"] for each in body["results"]] == [400, 201]
    assert (body["hasErrors"], simulator.org.usage.used()) == (True, before + 3)
    halted = api.post(
        "composite/batch", json={"batchRequests": requests, "haltOnError": True}
    ).json()
    assert [each["statusCode"] for each in halted["results"]] == [400, 412]
