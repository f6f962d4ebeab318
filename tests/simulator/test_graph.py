"""Composite graphs: each is all or none, and its nodes wait for what they need."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.rest.graph import levels
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import query

V = "/services/data/v62.0/sobjects"
GOLDEN = Path(__file__).parents[3] / "shared/golden/official_postman_responses.json"

Node = dict[str, Any]


def node(reference: str, url: str, body: Any = None, method: str = "POST") -> Node:
    made = {"referenceId": reference, "method": method, "url": f"{V}/{url}"}
    return made if body is None else {**made, "body": body}


def account(reference: str = "account", **values: Any) -> Node:
    return node(reference, "Account/", {"Name": "Acme", **values})


def contact(reference: str = "contact", **values: Any) -> Node:
    return node(reference, "Contact", {"LastName": "Ada", **values})


def send(api: httpx.Client, **graphs: list[Node]) -> httpx.Response:
    listed = [{"graphId": name, "compositeRequest": nodes} for name, nodes in graphs.items()]
    return api.post("composite/graph", json={"graphs": listed})


def answered(api: httpx.Client, **graphs: list[Node]) -> list[dict[str, Any]]:
    answer = send(api, **graphs)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["graphs"]
    assert [each["graphId"] for each in results] == list(graphs)
    return results


def statuses(graph: dict[str, Any]) -> list[int]:
    return [each["httpStatusCode"] for each in graph["graphResponse"]["compositeResponse"]]


def test_a_node_may_use_what_another_answered(api: httpx.Client, simulator: Simulator) -> None:
    left = simulator.org.usage.remaining()
    nodes = [
        account(),
        contact(AccountId="@{account.id}"),
        node("again", "Account/@{account.id}", method="GET"),
    ]
    [graph] = answered(api, one=nodes)
    assert graph["isSuccessful"] is True
    assert statuses(graph) == [201, 201, 200]
    made, _, read = graph["graphResponse"]["compositeResponse"]
    assert read["body"]["Id"] == made["body"]["id"]
    assert query(api, "SELECT AccountId FROM Contact")[0]["AccountId"] == made["body"]["id"]
    assert simulator.org.usage.remaining() == left - 2


@pytest.mark.skipif(not GOLDEN.is_file(), reason="no recorded answers here")
def test_the_answer_has_the_recorded_keys(api: httpx.Client) -> None:
    [known] = [
        each["body"]["application/json"]
        for each in json.loads(GOLDEN.read_text())["responses"]
        if each["endpoint"].endswith("/composite/graph 200")
    ]
    ours = send(api, graph1=[account(), contact(AccountId="@{account.id}")]).json()
    assert shape(ours) == shape(known)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value)


def test_nodes_may_stand_in_any_order(api: httpx.Client) -> None:
    [graph] = answered(api, one=[contact(AccountId="@{account.id}"), account()])
    assert graph["isSuccessful"] is True
    references = [each["referenceId"] for each in graph["graphResponse"]["compositeResponse"]]
    assert references == ["contact", "account"]


def test_a_graph_that_fails_is_undone_and_the_others_stay(api: httpx.Client) -> None:
    bad, good = answered(
        api, bad=[account(), contact(Email="x"), contact("last")], good=[account(Name="Good")]
    )
    assert (bad["isSuccessful"], good["isSuccessful"]) == (False, True)
    codes = [each["body"][0]["errorCode"] for each in bad["graphResponse"]["compositeResponse"]]
    assert codes == ["PROCESSING_HALTED", "INVALID_EMAIL_ADDRESS", "PROCESSING_HALTED"]
    assert statuses(bad) == [400] * 3
    assert [row["Name"] for row in query(api, "SELECT Name FROM Account")] == ["Good"]
    assert query(api, "SELECT Id FROM Contact") == []


def test_a_circle_fails_its_graph(api: httpx.Client) -> None:
    circle = [account("a", ParentId="@{b.id}"), account("b", ParentId="@{a.id}")]
    bad, good = answered(api, bad=circle, good=[account()])
    assert (bad["isSuccessful"], good["isSuccessful"]) == (False, True)
    first = bad["graphResponse"]["compositeResponse"][0]
    assert "Invalid reference specified" in first["body"][0]["message"]


def test_a_graph_knows_nothing_of_another(api: httpx.Client) -> None:
    first, second = answered(api, first=[account()], second=[contact(AccountId="@{account.id}")])
    assert (first["isSuccessful"], second["isSuccessful"]) == (True, False)


def test_after_fifteen_failures_the_rest_is_not_begun(api: httpx.Client) -> None:
    graphs = {f"bad{number}": [contact(LastName="")] for number in range(15)}
    results = answered(api, **graphs, last=[account()])
    assert results[-1]["isSuccessful"] is False
    assert statuses(results[-1]) == [400]
    assert query(api, "SELECT Id FROM Account") == []


@pytest.mark.parametrize(
    "graphs",
    [
        {f"g{number}": [account()] for number in range(76)},
        {"g": [account(f"a{number}") for number in range(501)]},
        {"g": [account("a0"), *(account(f"a{n}", Site=f"@{{a{n - 1}.id}}") for n in range(1, 16))]},
        {"g": [{**account(f"a{n}"), "url": f"/services/data/v{40 + n}.0/sobjects/Account"}
               for n in range(16)]},
    ],
    ids=["graphs", "nodes", "depth", "kinds"],
)  # fmt: skip
def test_more_than_the_limits_allow_is_refused(
    api: httpx.Client, graphs: dict[str, list[Node]]
) -> None:
    [refused] = send(api, **graphs).json()
    assert refused["errorCode"] == "LIMIT_EXCEEDED"
    assert query(api, "SELECT Id FROM Account") == []


@pytest.mark.parametrize("graph_id", ["", ".", "a.b", "-a", "x" * 40, None, 7])
def test_a_graph_needs_a_proper_id(api: httpx.Client, graph_id: Any) -> None:
    graphs = [{"graphId": graph_id, "compositeRequest": [account()]}]
    answer = api.post("composite/graph", json={"graphs": graphs})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_INPUT")


def test_only_records_are_nodes_and_ids_are_unique(api: httpx.Client) -> None:
    for url in ("../query?q=x", "Account"):
        refused = send(api, one=[node("a", url, method="GET")])
        assert refused.json()[0]["errorCode"] == "INVALID_INPUT"
    twice = [{"graphId": "1", "compositeRequest": [account()]}] * 2
    refused = api.post("composite/graph", json={"graphs": twice})
    assert refused.json()[0]["errorCode"] == "INVALID_INPUT"


names = st.sampled_from("abcdefgh")


@given(st.dictionaries(names, st.sets(names)))
def test_a_node_lies_one_below_its_deepest_need(needs: dict[str, set[str]]) -> None:
    found = levels(needs)
    for name, wants in needs.items():
        inside = wants & needs.keys()
        if name in found:
            assert found[name] == 1 + max((found[each] for each in inside), default=0)
        else:
            assert any(each not in found for each in inside)
