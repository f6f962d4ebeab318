"""JSON and XML, pretty and compact: the forms of requests and answers."""

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator import media
from salesforce_simulator.rest.versions import release_label
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client, create, query

XML = {"Accept": "application/xml"}


def tree(answer: httpx.Response) -> ElementTree.Element:
    assert answer.headers["Content-Type"] == "application/xml;charset=UTF-8"
    return ElementTree.fromstring(answer.content)


def test_a_record_as_xml_by_accept_or_suffix(api: httpx.Client) -> None:
    made = create(api, "Account", Name="A & <B>", AnnualRevenue=5)
    for path, headers in ((made, XML), (f"{made}.xml", {})):
        found = tree(api.get(f"sobjects/Account/{path}", headers=headers))
        assert found.tag == "Account"
        assert found.attrib == {
            "type": "Account",
            "url": f"/services/data/v62.0/sobjects/Account/{made}",
        }
        assert found.findtext("Name") == "A & <B>"
        site = found.find("Site")
        assert site is not None
        assert list(site.attrib.values()) == ["true"]
    assert api.get(f"sobjects/Account/{made}.json", headers=XML).json()["Id"] == made


def test_a_record_is_created_and_changed_in_xml(api: httpx.Client) -> None:
    content = "<?xml version='1.0'?><Contact><LastName>Ada</LastName><Phone>1</Phone></Contact>"
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    answer = api.post("sobjects/Contact", content=content, headers=headers)
    made = tree(answer)
    assert (answer.status_code, made.tag, made.findtext("success")) == (201, "Result", "true")
    change = (
        '<Contact xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<Phone xsi:nil="true"/><FirstName>É</FirstName></Contact>'
    )
    address = f"sobjects/Contact/{made.findtext('id')}"
    assert api.patch(address, content=change.encode(), headers=headers).status_code == 204
    row = api.get(address).json()
    assert (row["FirstName"], row["LastName"], row["Phone"]) == ("É", "Ada", None)


def test_a_query_as_xml(api: httpx.Client) -> None:
    account = create(api, "Account", Name="Acme")
    create(api, "Contact", LastName="Ada", AccountId=account)
    soql = "SELECT LastName, Account.Name FROM Contact"
    found = tree(api.get("query.xml", params={"q": soql}))
    assert (found.tag, found.findtext("totalSize"), found.findtext("done")) == (
        "QueryResult",
        "1",
        "true",
    )
    [row] = found.findall("records")
    assert (row.attrib["type"], row.findtext("Account/Name")) == ("Contact", "Acme")


def test_errors_as_xml(api: httpx.Client) -> None:
    answer = api.post("sobjects/Contact", json={"FirstName": "x"}, headers=XML)
    found = tree(answer)
    assert (answer.status_code, found.tag) == (400, "Errors")
    assert found.findtext("Error/errorCode") == "REQUIRED_FIELD_MISSING"
    assert found.findtext("Error/fields") == "LastName"


@pytest.mark.parametrize(
    ("path", "root", "inside"),
    [
        ("", "urls", "sobjects"),
        ("limits", "LimitsSnapshot", "DailyApiRequests/Max"),
        ("sobjects", "DescribeGlobal", "sobjects/name"),
        ("sobjects/Contact/describe", "DescribeSObject", "fields/picklistValues/value"),
    ],
)
def test_descriptions_as_xml(api: httpx.Client, path: str, root: str, inside: str) -> None:
    found = tree(api.get(path, headers=XML))
    assert (found.tag, bool(found.findtext(inside))) == (root, True)


def test_versions_are_complete_in_both_forms(simulator: Simulator) -> None:
    listed = httpx.get(f"{simulator.url}/services/data/").json()
    assert [each["version"] for each in listed] == [f"{number}.0" for number in range(21, 68)]
    known = {"21.0": "Spring '11", "58.0": "Summer '23", "62.0": "Winter '25", "67.0": "Summer '26"}
    assert known.items() <= {each["version"]: each["label"] for each in listed}.items()
    assert release_label(59) == "Winter '24"
    found = tree(httpx.get(f"{simulator.url}/services/data.xml"))
    assert (found.tag, len(found.findall("Version"))) == ("Versions", 47)


def test_an_external_id_may_end_like_a_form(api: httpx.Client) -> None:
    create(api, "Contact", LastName="Ada", Key__c="report.xml")
    assert api.get("sobjects/Contact/Key__c/report.xml").json()["LastName"] == "Ada"


def test_a_person_with_a_browser_gets_json(api: httpx.Client) -> None:
    accepted = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert api.get("limits", headers={"Accept": accepted}).json()


@pytest.mark.parametrize("headers", [{}, XML])
def test_pretty_answers_have_lines(api: httpx.Client, headers: dict[str, str]) -> None:
    compact = api.get("limits", headers=headers)
    pretty = api.get("limits", headers={**headers, "X-PrettyPrint": "1"})
    assert b"\n" not in compact.content
    assert pretty.content.count(b"\n") > 50
    if not headers:
        assert '"Max" : ' in pretty.text
        assert pretty.json().keys() == compact.json().keys()


@pytest.mark.parametrize(
    ("body", "kind", "refusal", "message"),
    [
        ("", "application/json", (400, "JSON_PARSER_ERROR"), "entity body is required"),
        (
            '{"LastName":"a","LastName":"b"}',
            "application/json",
            (400, "JSON_PARSER_ERROR"),
            "LastN",
        ),
        ('{"LastName":NaN}', "application/json", (400, "JSON_PARSER_ERROR"), "NaN"),
        ('{"LastName":', "application/json", (400, "JSON_PARSER_ERROR"), "line:1, column:13"),
        (
            "LastName=a",
            "application/x-www-form-urlencoded",
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "form",
        ),
        ("x", "text/plain", (415, "UNSUPPORTED_MEDIA_TYPE"), "text/plain"),
        ("<Contact>", "application/xml", (400, "XML_PARSER_ERROR"), "no element"),
        ("<!DOCTYPE x []><a/>", "application/xml", (400, "XML_PARSER_ERROR"), "DOCTYPE"),
    ],
)
def test_what_cannot_be_read_is_said(
    api: httpx.Client, body: str, kind: str, refusal: tuple[int, str], message: str
) -> None:
    sent = {"Content-Type": kind, "Accept": "application/json"}
    answer = api.post("sobjects/Contact", content=body, headers=sent)
    [refused] = answer.json()
    assert (answer.status_code, refused["errorCode"]) == refusal
    assert message in refused["message"]
    assert query(api, "SELECT Id FROM Contact") == []


def test_half_a_character_becomes_a_question_mark(api: httpx.Client) -> None:
    sent = {"Content-Type": "application/json"}
    made = api.post("sobjects/Contact", content='{"LastName": "a\\ud800b"}', headers=sent).json()
    assert api.get(f"sobjects/Contact/{made['id']}").json()["LastName"] == "a?b"


def test_a_post_may_stand_for_another_method(api: httpx.Client) -> None:
    made = f"sobjects/Contact/{create(api, 'Contact', LastName='Ada')}"
    assert api.post(f"{made}?_HttpMethod=PATCH", json={"LastName": "B"}).status_code == 204
    assert api.post(f"{made}?_HttpMethod=GET").json()["LastName"] == "B"
    assert api.post(f"{made}?_HttpMethod=delete").status_code == 204
    assert api.get(made).status_code == 404


def test_slashes_and_case_do_not_matter(api: httpx.Client) -> None:
    made = create(api, "Contact", LastName="Ada", Key__c="K")
    for path in (
        f"sobjects/Contact/{made}/",
        f"sobjects/CONTACT/{made[:15]}",
        "sobjects/contact/key__C/K/?fields=lastname",
        "sobjects/contact/KEY__c/k",
    ):
        assert api.get(path).json()["LastName"] == "Ada"
    soql = quote("SELECT Id FROM Contact")
    for path in ("sobjects/", "limits/", "sobjects/contact/describe/", f"query/?q={soql}"):
        assert api.get(path).status_code == 200


def test_methods_are_listed_as_an_org_lists_them(api: httpx.Client) -> None:
    [refused] = api.patch("sobjects/Contact", json={}).json()
    assert refused["message"] == "HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"
    answer = api.put("sobjects/Contact/003000000000000AAA", json={})
    assert answer.headers["Allow"] == "HEAD,GET,PATCH,DELETE"


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        ("20.0", 410, "UNSUPPORTED_API_VERSION"),
        ("99.0", 404, "NOT_FOUND"),
        ("62", 404, "NOT_FOUND"),
        ("²1.0", 404, "NOT_FOUND"),
    ],
)
def test_versions_that_are_not_are_refused(
    simulator: Simulator, version: str, status: int, code: str
) -> None:
    with client(simulator, version=version) as api:
        answer = api.get("limits")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)


element_names = st.sampled_from(["A", "Name", "records", "Key__c", "x1"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.dictionaries(element_names, inner),
    max_leaves=8,
)


@given(st.dictionaries(element_names, values))
def test_any_content_becomes_well_formed_xml(content: dict[str, Any]) -> None:
    for pretty in (False, True):
        root = ElementTree.fromstring(media.write_xml(content, root="Result", pretty=pretty))
        assert [child.tag for child in root] == list(content)


@given(st.dictionaries(element_names, st.text(min_size=1)))
def test_texts_survive_being_written_and_read(content: dict[str, str]) -> None:
    clean = {
        name: "".join(each if each.isprintable() else "_" for each in text)
        for name, text in content.items()
    }
    written = media.write_xml(clean, root="Contact")
    assert media.read(written, mimetype="application/xml") == clean
