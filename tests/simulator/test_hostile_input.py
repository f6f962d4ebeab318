"""Every address, with every method and with bodies nobody should send: a clear error, never a 500.

The walk follows the table of routes, so a new route is walked the day it is added.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from werkzeug.routing import Rule

from salesforce_simulator.routes import URL_MAP
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client, create, query

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
WRITES = frozenset({"POST", "PUT", "PATCH"})
JSON = {"Content-Type": "application/json"}

BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "empty": (b"", JSON),
    "list": (b"[]", JSON),
    "null": (b"null", JSON),
    "text": (b'"text"', JSON),
    "number": (b"9" * 5000, JSON),
    "infinite": (b'{"records": 1e999, "AnnualRevenue": 1e999, "x": NaN}', JSON),
    "not JSON": (b"{", JSON),
    "not UTF-8": (b'{"LastName": "\xff\xfe"}', JSON),
    "half a pair": (b'{"LastName": "\\ud800", "Name": "\\udfff"}', JSON),
    "nothing but nulls": (
        json.dumps(
            dict.fromkeys(
                [
                    *("records", "allOrNone", "compositeRequest", "batchRequests", "graphs"),
                    *("ids", "fields", "object", "operation", "query", "state", "q", "sobjects"),
                ]
            )
        ).encode(),
        JSON,
    ),
    "lists of wrong things": (
        json.dumps(
            {
                "records": [None, 1, {"attributes": 1}],
                "compositeRequest": [{"method": [], "url": {}, "referenceId": None}],
                "batchRequests": [{"method": None, "url": ["x"], "richInput": 1}],
                "graphs": [{"graphId": "a", "compositeRequest": [{}]}],
                "ids": [{}, None],
                "fields": [{}, 1],
                "object": {},
                "operation": [],
                "query": {},
                "q": [],
                "sobjects": [1, {"name": {}, "fields": 1}],
            }
        ).encode(),
        JSON,
    ),
    "objects as values": (
        b'{"LastName": {"a": []}, "Name": [1], "Account": [], "Id": {}, "AccountId": {}}',
        JSON,
    ),
    "unknown fields": (b'{"": 1, "Nope__c": 2, "attributes": "x", "\\u0000": 3}', JSON),
    "deep": (b'{"records":' * 20_000 + b"1" + b"}" * 20_000, JSON),
    "XML": (b"<Contact><LastName>x</LastName></Contact>", {"Content-Type": "application/xml"}),
    "no XML": (b"<Contact", {"Content-Type": "application/xml"}),
    "form": (b"a=1&token=%ff&grant_type=x", {"Content-Type": "application/x-www-form-urlencoded"}),
    "plain": (b"\x00\xff", {"Content-Type": "text/plain"}),
    "other": (b"x", {"Content-Type": "; ;="}),
    "not packed": (b"x", {**JSON, "Content-Encoding": "gzip"}),
}
# What stands for the variables of an address.
NAMES = ("Contact", "Account", "Nothing__c", "%00", "%FF%FE", "..%2F..", "'%20OR%201", "a" * 300)


_VARIABLE = re.compile(r"<(?:any\((\w+)[^)]*\):|\w+:)?(\w+)>")


def rules(kind: str) -> list[Rule]:
    return [rule for rule in URL_MAP.iter_rules() if rule.endpoint.kind == kind]


def addresses(rule: Rule, known_id: str) -> Iterator[str]:
    """Fill an address's variables with what exists, and with what cannot."""
    ids = (known_id, known_id[:15], "003000000000000AAA", *NAMES[2:])
    for name, record_id in zip(NAMES, ids, strict=False):
        known = {"version": "62.0", "name": name, "key": "Email"}
        yield _VARIABLE.sub(filler(known, otherwise=record_id), rule.rule)
        if not rule.arguments - {"version"}:
            return


def filler(known: dict[str, str], *, otherwise: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] or known.get(found[2], otherwise)


def bodies(rule: Rule, method: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    """All of them where the address takes this method; none where it refuses the method."""
    takes = method in WRITES and method in (rule.methods or ())
    return BODIES if takes else {"empty": (b"", {})}


@pytest.fixture
def known_id(api: httpx.Client) -> str:
    return create(api, "Contact", LastName="Ada")


def test_no_address_of_the_api_breaks(
    simulator: Simulator, api: httpx.Client, known_id: str
) -> None:
    broken = [
        (method, path, body, answer.status_code, answer.text[:300])
        for rule in rules("api")
        for path in addresses(rule, known_id)
        for method in METHODS
        for body, (data, headers) in bodies(rule, method).items()
        for answer in [send(api, method, f"{simulator.url}{path}", data, headers)]
        if not proper(answer)
    ]
    assert broken == []


def test_no_query_string_breaks(simulator: Simulator, api: httpx.Client, known_id: str) -> None:
    names = ("q", "fields", "ids", "start", "end", "sobject", "sObjects", "maxRecords", "locator")
    values = ("%FF", "%00", "'", "(" * 50, "-1", "9" * 400, "%F0%9F%98%80", "*")
    for rule in rules("api"):
        for value in values:
            query_string = "&".join(f"{name}={value}" for name in names)
            path = next(addresses(rule, known_id))
            for method in ("GET", "DELETE"):
                answer = api.request(method, f"{simulator.url}{path}?{query_string}")
                assert proper(answer), (method, path, value, answer.text[:300])


def test_oauth_and_soap_answer_in_their_own_way(simulator: Simulator) -> None:
    with httpx.Client(base_url=simulator.url) as anyone:
        for rule in rules("open"):
            for path in addresses(rule, simulator.org.id):
                for method in METHODS:
                    for name, (data, headers) in bodies(rule, method).items():
                        answer = send(anyone, method, path, data, headers)
                        is_fault = "/Soap/" in path and b"Fault" in answer.content
                        assert answer.status_code < 500 or is_fault, (method, path, name)


def test_ten_megabytes_of_nothing_are_read_and_refused(
    simulator: Simulator, api: httpx.Client, known_id: str
) -> None:
    large = b'"' + b"x" * 10_000_000 + b'"'
    for rule in rules("api"):
        path = next(addresses(rule, known_id))
        for method in WRITES & (rule.methods or set()):
            answer = send(api, method, f"{simulator.url}{path}", large, JSON)
            assert proper(answer), (method, path)
    assert query(api, "SELECT LastName FROM Contact")[0]["LastName"] == "Ada"


def test_more_than_fifty_megabytes_are_too_much(api: httpx.Client) -> None:
    answer = send(api, "POST", "sobjects/Contact", b" " * (50 * 1024 * 1024 + 1), JSON)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (413, "REQUEST_TOO_LARGE")


@pytest.mark.parametrize("name", ["compositeRequest", "batchRequests"])
@pytest.mark.parametrize(
    "part",
    [
        {"url": "http://[", "method": "GET"},
        {"url": "//", "method": ""},
        {"url": "v62.0/limits", "method": "GET\r\nX: y"},
        {"url": "v62.0/sobjects/Contact", "method": "POST", "httpHeaders": {"X\n": "a\r\nb"}},
        {"url": "v62.0/sobjects/Contact", "method": "POST", "httpHeaders": ["x"]},
        {"url": "v62.0/limits.xml", "method": "GET", "httpHeaders": {"Accept": "application/xml"}},
        {"url": "\x00\ud800", "method": "GET"},
    ],
)
def test_odd_parts_of_a_composite_break_nothing(
    api: httpx.Client, name: str, part: dict[str, Any]
) -> None:
    sent = {**part, "referenceId": "a"}
    if name == "compositeRequest":
        sent["url"] = f"/services/data/{part['url']}"
    data = json.dumps({name: [sent]}).encode()
    path = "composite/batch" if name == "batchRequests" else "composite"
    answer = send(api, "POST", path, data, JSON)
    assert proper(answer), answer.text


def test_a_token_without_its_form_is_refused(simulator: Simulator) -> None:
    address = f"{simulator.url}/services/data/v62.0/limits"
    good = client(simulator).headers["Authorization"].removeprefix("Bearer ")
    for sent, status, code in [
        ({}, 401, "INVALID_SESSION_ID"),
        ({"Authorization": ""}, 401, "INVALID_SESSION_ID"),
        ({"Authorization": "Bearer"}, 401, "INVALID_SESSION_ID"),
        ({"Authorization": "Bearer x"}, 401, "INVALID_SESSION_ID"),
        ({"Authorization": f"Basic {good}"}, 401, "INVALID_AUTH_HEADER"),
        ({"Authorization": good}, 401, "INVALID_AUTH_HEADER"),
    ]:
        answer = httpx.get(address, headers=sent)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert httpx.get(address, headers={"Authorization": f"OAuth {good}"}).status_code == 200
    assert httpx.get(address, headers={"Authorization": f"bearer  {good}"}).status_code == 200


def send(
    api: httpx.Client, method: str, path: str, data: bytes, headers: dict[str, str]
) -> httpx.Response:
    return api.request(method, path, content=data or None, headers=headers, timeout=60)


def proper(answer: httpx.Response) -> bool:
    """A success, or an error below 500 in the API's own shape."""
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return answer.status_code < 500
    if answer.status_code >= 500:
        return False
    if "xml" in answer.headers["Content-Type"]:
        return b"<errorCode>" in answer.content or b"<exceptionCode>" in answer.content
    try:
        body = answer.json()
    except ValueError:
        return False
    if isinstance(body, dict):
        # A refused tree names each record's errors.
        return body.get("hasErrors") is True
    return isinstance(body, list) and all({"errorCode", "message"} <= set(each) for each in body)
