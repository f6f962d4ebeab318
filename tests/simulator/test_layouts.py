"""Layouts, list views and what else surrounds records: what clients of pages ask for."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SALES, create

GOLDEN = Path(__file__).parents[3] / "shared/golden/official_postman_responses.json"
MASTER = "012000000000000AAA"


def test_every_address_that_a_describe_names_answers(api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="Ada")
    described = api.get("sobjects/Contact/describe").json()
    urls = [*described["urls"].values(), *described["recordTypeInfos"][0]["urls"].values()]
    own = [each.replace("{ID}", record_id) for each in urls if each.startswith("/services")]
    assert len(own) == 9
    for url in own:
        answer = api.get(url.removeprefix("/services/data/v62.0/"))
        assert answer.status_code == 200, url


def test_every_resource_that_the_version_names_answers(api: httpx.Client) -> None:
    needs_more = {"identity", "composite", "jobs", "tooling", "search", "query", "queryAll"}
    needs_more |= {"parameterizedSearch", "compactLayouts"}
    for name, url in api.get("").json().items():
        if name not in needs_more:
            answer = api.get(url.removeprefix("/services/data/v62.0/"))
            assert answer.status_code == 200, url


def test_a_layout_shows_each_field_that_people_fill(api: httpx.Client) -> None:
    found = api.get("sobjects/Contact/describe/layouts").json()
    [layout] = found["layouts"]
    assert found["recordTypeMappings"][0]["layoutId"] == layout["id"]
    assert api.get(f"sobjects/Contact/describe/layouts/{MASTER}").json() == layout
    assert api.get("sobjects/Contact/describe/layouts/012000000000001AAA").status_code == 404
    shown = {
        component["value"]: item
        for row in layout["editLayoutSections"][0]["layoutRows"]
        for item in row["layoutItems"]
        for component in item["layoutComponents"]
    }
    fields = api.get("sobjects/Contact/describe").json()["fields"]
    assert set(shown) == {f["name"] for f in fields if f["createable"] or f["updateable"]}
    assert (shown["LastName"]["required"], shown["Email"]["required"]) == (True, False)


def test_compact_layouts_begin_with_the_name(api: httpx.Client) -> None:
    found = api.get("sobjects/Account/describe/compactLayouts").json()
    [layout] = found["compactLayouts"]
    assert layout["fieldItems"][0]["layoutComponents"][0]["value"] == "Name"
    primary = found["urls"]["primary"].removeprefix("/services/data/v62.0/")
    assert api.get(primary).json() == layout
    several = api.get("compactLayouts?q=Account,Contact").json()
    assert (set(several), several["Account"]) == ({"Account", "Contact"}, layout)
    assert api.get("compactLayouts").status_code == 400
    assert api.get("compactLayouts?q=Nothing").status_code == 404


def test_a_list_view_shows_its_rows(simulator: Simulator, api: httpx.Client) -> None:
    for name in ("B", "A", "C"):
        create(api, "Account", Name=name)
    user = simulator.org.users.find(SALES)
    assert user is not None
    create(api, "Account", Name="D", OwnerId=user["Id"])
    everything, mine = api.get("sobjects/Account/listviews").json()["listviews"]
    assert rows(api, everything, limit=2, offset=1) == ["B", "C"]
    assert rows(api, mine) == ["A", "B", "C"]
    described = api.get(everything["describeUrl"].removeprefix("/services/data/v62.0/")).json()
    queried = api.get("query", params={"q": described["query"]}).json()
    assert [row["Name"] for row in queried["records"]] == ["A", "B", "C", "D"]
    assert api.get(f"sobjects/Account/listviews/{everything['id']}").json() == everything


def rows(api: httpx.Client, view: dict[str, Any], **params: int) -> list[str]:
    found = api.get(view["resultsUrl"].removeprefix("/services/data/v62.0/"), params=params).json()
    assert found["size"] == len(found["records"])
    cells = [
        {each["fieldNameOrPath"]: each["value"] for each in r["columns"]} for r in found["records"]
    ]
    assert all(cell["Id"].startswith("001") for cell in cells)
    return [cell["Name"] for cell in cells]


@pytest.mark.parametrize("query", ["limit=0", "limit=2001", "limit=x", "offset=-1", "limit=²"])
def test_a_view_with_a_wrong_page_is_refused(api: httpx.Client, query: str) -> None:
    [view, _] = api.get("sobjects/Account/listviews").json()["listviews"]
    answer = api.get(f"sobjects/Account/listviews/{view['id']}/results?{query}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_INPUT")
    assert api.get("sobjects/Account/listviews/00B000000000000AAA").status_code == 404


def test_recent_records_are_those_the_caller_changed(
    simulator: Simulator, api: httpx.Client
) -> None:
    mine = create(api, "Contact", LastName="Mine")
    simulator.representative(SALES).create("Contact", {"LastName": "Theirs"})
    assert [row["Id"] for row in api.get("recent").json()] == [mine]
    assert api.get("recent?limit=0").status_code == 400


def test_tabs_lists_and_menus_have_their_shape(api: httpx.Client) -> None:
    assert "standard-Contact" in [tab["name"] for tab in api.get("tabs").json()]
    assert api.get("theme").json()["themeItems"]
    assert api.get("appMenu/AppSwitcher").json()["appMenuItems"][0]["type"] == "Tabset"
    assert api.get("quickActions").json() == api.get("sobjects/Lead/quickActions").json() == []
    assert api.get("sobjects/Nothing/quickActions").status_code == 404


@pytest.mark.skipif(not GOLDEN.is_file(), reason="no recorded answers here")
def test_limits_have_the_recorded_keys(api: httpx.Client) -> None:
    [known] = [
        each["body"]["application/json;charset=UTF-8"]
        for each in json.loads(GOLDEN.read_text())["responses"]
        if each["endpoint"].endswith("/limits 200")
    ]
    ours = api.get("limits").json()
    assert set(known) <= set(ours)
    assert {name: set(each) for name, each in known.items()} == {
        name: set(ours[name]) for name in known
    }
