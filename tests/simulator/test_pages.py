"""The pages for people: lists, a record, its form, the bin, the calls, two languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from salesforce_simulator import pages
from salesforce_simulator.pages.texts import FRENCH
from salesforce_simulator.schema import Schema
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import INTEGRATION, SALES, TLS, create


@pytest.fixture
def visitor(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(verify=TLS, base_url=simulator.url, follow_redirects=True) as opened:
        yield opened


def submit(visitor: httpx.Client, address: str, action: str, **changes: str) -> httpx.Response:
    """Fill in the form of a page as a browser would, change something, press a button."""
    page = visitor.get(address)
    form = page.text.partition("<main")[2]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    for box in re.findall(r'<input type="checkbox" id="(\w+)"[^>]*value="true">', form):
        del fields[box]
    fields |= dict(re.findall(r'name="(\w+)"><option value="([^"]*)" selected', form))
    target = re.search(r'<form method="post" action="([^"]*)"', form)
    return visitor.post(
        target[1] if target else address, data={**fields, **changes, "action": action}
    )


def test_a_record_is_made_edited_deleted_and_restored(
    simulator: Simulator, visitor: httpx.Client
) -> None:
    page = submit(
        visitor, "/page/Contact/new", "save", LastName="D'Été <b>", Email="Zoe@Example.com"
    )
    assert page.status_code == 200
    assert "D&#39;Été &lt;b&gt;" in page.text
    [row] = simulator.representative().records("Contact")
    assert (row["LastName"], row["Email"]) == ("D'Été <b>", "zoe@example.com")
    user = simulator.org.users.find(SALES)
    assert user is not None
    assert row["CreatedById"] == user["Id"]
    address = f"/page/Contact/{row['Id']}"
    submit(visitor, f"{address}/edit", "save", Phone="0102", DoNotCall="true")
    changed = simulator.representative().record("Contact", row["Id"])
    assert (changed["Phone"], changed["DoNotCall"]) == ("0102", True)
    assert changed["LastName"] == "D'Été <b>"
    submit(visitor, address, "delete")
    assert "recycle bin" in visitor.get(address).text
    assert row["Id"] in visitor.get("/page/bin").text
    submit(visitor, address, "restore")
    assert len(simulator.representative().records("Contact")) == 1


def test_two_people_edit_different_fields(simulator: Simulator, visitor: httpx.Client) -> None:
    """The form writes what was changed in it, not all it shows."""
    jo = simulator.representative()
    record_id = jo.create("Contact", {"LastName": "x", "Title": "old"})
    page = visitor.get(f"/page/Contact/{record_id}/edit")
    token = re.search(r'name="form_token" value="(\w+)"', page.text)
    assert token is not None
    jo.update("Contact", record_id, {"Title": "new"})
    visitor.post(
        f"/page/Contact/{record_id}",
        data={
            "form_token": token[1],
            "action": "save",
            "was.LastName": "x",
            "LastName": "y",
            "was.Title": "old",
            "Title": "old",
        },
    )
    row = jo.record("Contact", record_id)
    assert (row["LastName"], row["Title"]) == ("y", "new")


def test_a_lead_is_converted_and_contacts_are_merged(
    simulator: Simulator, visitor: httpx.Client
) -> None:
    jo = simulator.representative()
    lead = jo.create("Lead", {"LastName": "Durand", "Company": "Acme"})
    page = submit(visitor, f"/page/Lead/{lead}", "convert")
    [contact] = jo.records("Contact")
    assert str(page.url).endswith(f"/page/Contact/{contact['Id']}")
    assert "edit" not in visitor.get(f"/page/Lead/{lead}").text.partition("<main")[2]
    loser = jo.create("Contact", {"LastName": "Dupond"})
    page = submit(visitor, f"/page/Contact/{contact['Id']}", "merge", loser=loser)
    assert page.status_code == 200
    assert jo.record("Contact", loser)["MasterRecordId"] == contact["Id"]
    refused = submit(visitor, f"/page/Contact/{loser}", "restore")
    assert (refused.status_code, "merged" in refused.text) == (400, True)
    refused = submit(visitor, f"/page/Contact/{contact['Id']}", "merge", loser="nonsense")
    assert (refused.status_code, "invalid cross reference id" in refused.text) == (400, True)


def test_a_refused_value_is_shown_with_what_was_typed(visitor: httpx.Client) -> None:
    page = submit(visitor, "/page/Contact/new", "save", LastName="x", Email="foo", Title="CEO")
    assert page.status_code == 400
    assert "Email: invalid email address: foo" in page.text
    assert 'value="CEO"' in page.text


def test_a_form_without_our_token_does_nothing(simulator: Simulator, visitor: httpx.Client) -> None:
    visitor.get("/")
    page = visitor.post("/page/Contact/new", data={"action": "save", "LastName": "x"})
    assert page.status_code == 400
    assert simulator.representative().records("Contact") == []


def test_lists_page_and_search(simulator: Simulator, visitor: httpx.Client) -> None:
    jo = simulator.representative()
    for number in range(60):
        jo.create("Contact", {"LastName": f"Person{number:02}", "Email": f"p{number}@example.com"})
    first = visitor.get("/").text
    assert "1–25 of 60" in first
    assert "Person59" in first
    assert "Person34" not in first
    third = visitor.get("/page/Contact", params={"start": "50"}).text
    assert "51–60 of 60" in third
    found = visitor.get("/page/Contact", params={"search": "P07@EXAMPLE"}).text
    assert "Nothing found." in found
    found = visitor.get("/page/Contact", params={"search": "person07"}).text
    assert re.findall(r"Person\d\d", found) == ["Person07"]


def test_the_acting_user_can_be_changed(simulator: Simulator, visitor: httpx.Client) -> None:
    user = simulator.org.users.find(INTEGRATION)
    assert user is not None
    token = re.search(r'name="form_token" value="(\w+)"', visitor.get("/").text)
    assert token is not None
    visitor.post("/page/acting", data={"form_token": token[1], "user": user["Id"]})
    submit(visitor, "/page/Lead/new", "save", LastName="x", Company="y")
    assert simulator.representative().records("Lead")[0]["CreatedById"] == user["Id"]


def test_calls_are_shown(simulator: Simulator, api: httpx.Client, visitor: httpx.Client) -> None:
    create(api, "Contact", LastName="x")
    page = visitor.get("/page/calls").text
    assert "POST /services/data/v62.0/sobjects/Contact" in page
    assert "1 of 100000 API calls used in 24 hours" in page


def test_pages_are_not_metered_and_not_struck(simulator: Simulator, visitor: httpx.Client) -> None:
    simulator.faults.add("unavailable", times=None)
    assert visitor.get("/").status_code == 200
    assert simulator.org.usage.used() == 0
    assert simulator.calls.all() == []


def test_links_into_the_org(simulator: Simulator, visitor: httpx.Client) -> None:
    record_id = simulator.representative().create("Contact", {"LastName": "Durand"})
    for address in (f"/{record_id}", f"/lightning/r/Contact/{record_id}/view"):
        assert "<h1>Durand</h1>" in visitor.get(address).text
    assert visitor.get("/003000000000001AAA").status_code == 404
    assert visitor.get("/page/User").status_code == 404


def test_french_by_browser_and_by_choice(visitor: httpx.Client) -> None:
    page = visitor.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="fr">' in page
    assert "Il n’y a encore rien ici." in page
    assert '<html lang="fr">' in visitor.get("/page/calls?lang=fr").text
    assert "Corbeille" in visitor.get("/page/bin").text
    assert "Recycle bin" in visitor.get("/page/bin?lang=en").text


def test_pages_carry_a_strict_policy_and_nothing_from_elsewhere(visitor: httpx.Client) -> None:
    page = visitor.get("/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert address.startswith(("/", "?", "data:"))
    assert visitor.get("/simulator/static/style.css").headers["Content-Type"].startswith("text/css")
    assert visitor.get("/simulator/static/secrets").status_code == 404


def test_a_clone_opens_for_editing(simulator: Simulator, visitor: httpx.Client) -> None:
    record_id = simulator.representative().create("Contact", {"LastName": "a", "Title": "CEO"})
    page = submit(visitor, f"/page/Contact/{record_id}", "clone")
    assert str(page.url).endswith("/edit")
    first, second = simulator.representative().records("Contact")
    assert (first["Title"], second["Title"]) == ("CEO", "CEO")
    assert second["Id"] in str(page.url)


def test_a_record_is_hidden_from_apps_and_shown_again(
    simulator: Simulator, visitor: httpx.Client, api: httpx.Client
) -> None:
    record_id = create(api, "Contact", LastName="a")
    address = f"/page/Contact/{record_id}"
    page = submit(visitor, address, "hide")
    assert 'value="show"' in page.text
    assert api.get(f"sobjects/Contact/{record_id}").status_code == 404
    submit(visitor, address, "show")
    assert api.get(f"sobjects/Contact/{record_id}").status_code == 200


def test_trouble_is_switched_on_and_off(
    simulator: Simulator, visitor: httpx.Client, api: httpx.Client
) -> None:
    page = submit(visitor, "/page/trouble", "close")
    assert 'value="open"' in page.text
    assert api.get("limits").status_code == 503
    submit(visitor, "/page/trouble", "open")
    assert api.get("limits").status_code == 200
    submit(visitor, "/page/trouble", "freeze")
    assert simulator.org.now() == simulator.org.now()
    submit(visitor, "/page/trouble", "thaw")
    assert simulator.org.time.is_true
    page = submit(visitor, "/page/trouble", "too_many_requests")
    assert "<code>too_many_requests</code>" in page.text
    assert api.get("limits").status_code == 429
    submit(visitor, "/page/trouble", "unavailable")
    submit(visitor, "/page/trouble", "clear")
    assert simulator.faults.all() == []


def test_trouble_takes_a_form_of_ours(simulator: Simulator, visitor: httpx.Client) -> None:
    visitor.post("/page/trouble", data={"action": "close"})
    assert not simulator.org.maintenance.active


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    folder = Path(pages.__file__).parent
    sources = [*folder.glob("*.py"), folder.parent / "oauth" / "authorize.py"]
    texts = {
        node.value
        for source in sources
        if source.name != "texts.py"
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    said = {
        call.args[0].value
        for source in sources
        for call in ast.walk(ast.parse(source.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "") == "say"
        and isinstance(call.args[0], ast.Constant)
    }
    labels = {field.label for kind in Schema() for field in kind.fields}
    assert said - set(FRENCH) == set()
    assert set(FRENCH) - texts - labels == set()


def test_labels_of_the_forms_are_translated() -> None:
    from salesforce_simulator.pages.forms import shown_fields

    schema = Schema()
    labels = {
        field.label
        for name in ("Contact", "Lead", "Account")
        if (kind := schema.find(name)) is not None
        for field in shown_fields(kind)
    }
    assert labels - set(FRENCH) == set()
