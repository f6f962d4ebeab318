"""Addresses that lead from a record over its relationships."""

import httpx
import pytest

from tests.simulator.conftest import create, query


@pytest.fixture
def family(api: httpx.Client) -> dict[str, str]:
    parent = create(api, "Account", Name="Parent")
    child = create(api, "Account", Name="Child", ParentId=parent)
    person = create(api, "Contact", LastName="Ada", AccountId=child)
    return {"parent": parent, "child": child, "person": person}


def test_a_parent_is_read_with_all_or_chosen_fields(
    api: httpx.Client, family: dict[str, str]
) -> None:
    whole = api.get(f"sobjects/contact/{family['person']}/account").json()
    assert whole == api.get(f"sobjects/Account/{family['child']}").json()
    address = f"sobjects/Contact/{family['person'][:15]}/Account/Parent?fields=Name"
    assert api.get(address).json() == {
        "attributes": {
            "type": "Account",
            "url": f"/services/data/v62.0/sobjects/Account/{family['parent']}",
        },
        "Name": "Parent",
        "Id": family["parent"],
    }
    owner = api.get(f"sobjects/Contact/{family['person']}/Owner?fields=Name").json()
    assert owner["attributes"]["type"] == "User"


def test_children_are_listed(api: httpx.Client, family: dict[str, str]) -> None:
    address = f"sobjects/Account/{family['child']}/Contacts"
    found = api.get(address, params={"fields": "LastName"}).json()
    assert (found["totalSize"], found["done"]) == (1, True)
    assert found["records"][0]["LastName"] == "Ada"
    assert api.get(address).json()["records"][0]["AccountId"] == family["child"]
    assert api.get(f"sobjects/Account/{family['parent']}/Contacts").json()["records"] == []
    below = api.get(f"sobjects/Contact/{family['person']}/Account/Parent/ChildAccounts").json()
    assert [each["Id"] for each in below["records"]] == [family["child"]]


def test_more_children_than_a_page_holds_are_paged(
    api: httpx.Client, family: dict[str, str]
) -> None:
    for start in (0, 200):
        records = [
            {"attributes": {"type": "Contact"}, "LastName": f"{n}", "AccountId": family["parent"]}
            for n in range(start, start + 200)
        ]
        api.post("composite/sobjects", json={"records": records})
    first = api.get(
        f"sobjects/Account/{family['parent']}/Contacts?fields=LastName",
        headers={"Sforce-Query-Options": "batchSize=200"},
    ).json()
    assert (len(first["records"]), first["totalSize"], first["done"]) == (200, 400, False)
    second = api.get(first["nextRecordsUrl"].removeprefix("/services/data/v62.0/")).json()
    assert len(second["records"]) == 200


def test_a_parent_is_changed_and_deleted(api: httpx.Client, family: dict[str, str]) -> None:
    address = f"sobjects/Contact/{family['person']}/Account"
    assert api.patch(address, json={"Name": "Renamed"}).status_code == 204
    assert api.get(f"sobjects/Account/{family['child']}").json()["Name"] == "Renamed"
    assert api.delete(f"{address}/Parent").status_code == 204
    assert [row["Name"] for row in query(api, "SELECT Name FROM Account")] == ["Renamed"]
    assert api.get(f"{address}/Parent").status_code == 404


def test_children_can_only_be_read(api: httpx.Client, family: dict[str, str]) -> None:
    address = f"sobjects/Account/{family['child']}/Contacts"
    for refused in (api.patch(address, json={"LastName": "x"}), api.delete(address)):
        assert (refused.status_code, refused.headers["Allow"]) == (405, "HEAD,GET")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("{person}/ReportsTo", 404),
        ("{person}/Nothing", 404),
        ("{person}/Account/Contacts/Owner", 404),
        ("{person}/Account?fields=Nope", 400),
        ("{parent}/Account", 404),
    ],
)
def test_what_leads_nowhere_is_refused(
    api: httpx.Client, family: dict[str, str], path: str, status: int
) -> None:
    assert api.get(f"sobjects/Contact/{path.format(**family)}").status_code == status


def test_head_answers_as_get_without_a_body(api: httpx.Client, family: dict[str, str]) -> None:
    for path in (
        "limits",
        "sobjects",
        "sobjects/Contact",
        f"sobjects/Contact/{family['person']}",
        f"sobjects/Contact/{family['person']}/Account",
        "query?q=SELECT+Id+FROM+Contact",
    ):
        answer = api.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert api.head("sobjects/Nothing").status_code == 404
