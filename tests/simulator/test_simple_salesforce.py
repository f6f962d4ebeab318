"""A client that nobody here wrote works against the simulator unchanged.

It speaks https only; an adapter below it takes the TLS away, since the simulator has none yet.
"""

from typing import Any

import pytest
import requests
import simple_salesforce

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client

# Its objects are attributes made as they are asked for, which its types do not know.
Salesforce: Any = simple_salesforce.Salesforce  # type: ignore[attr-defined]
SalesforceExpiredSession = simple_salesforce.exceptions.SalesforceExpiredSession
SalesforceMalformedRequest = simple_salesforce.exceptions.SalesforceMalformedRequest


class WithoutTls(requests.adapters.HTTPAdapter):
    """Sends to http what was meant for https."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, *args, **more)


@pytest.fixture
def sf(simulator: Simulator) -> Any:
    with client(simulator) as signed_in:
        token = signed_in.headers["Authorization"].removeprefix("Bearer ")
    session = requests.Session()
    session.mount("https://", WithoutTls())
    return Salesforce(instance_url=simulator.url, session_id=token, session=session)


def test_crud(sf: Any) -> None:
    created = sf.Contact.create({"LastName": "Durand", "Email": "D@Example.com"})
    record_id = created["id"]
    assert sf.Contact.get(record_id)["Email"] == "d@example.com"
    assert sf.Contact.update(record_id, {"Title": "CEO"}) == 204
    assert sf.Contact.upsert("Key__c/k1", {"LastName": "x"}) == 201
    assert sf.Contact.upsert("Key__c/k1", {"LastName": "y"}) == 200
    assert sf.Contact.get_by_custom_id("Key__c", "k1")["LastName"] == "y"
    assert sf.Contact.delete(record_id) == 204
    with pytest.raises(SalesforceMalformedRequest):
        sf.Contact.create({"FirstName": "x"})


def test_describe(sf: Any) -> None:
    described = sf.describe()
    assert described is not None
    assert {"Contact", "Lead", "Account", "User"} <= {
        each["name"] for each in described["sobjects"]
    }
    fields = sf.Lead.describe()["fields"]
    assert next(each for each in fields if each["name"] == "Company")["nillable"] is False


def test_query_of_several_pages(simulator: Simulator, sf: Any) -> None:
    jo = simulator.representative()
    for number in range(2500):
        jo.create("Lead", {"LastName": f"n{number}", "Company": "x"})
    answer = sf.query_all("SELECT Id, LastName FROM Lead")
    assert (answer["totalSize"], len(answer["records"])) == (2500, 2500)
    assert sf.query("SELECT COUNT() FROM Lead")["totalSize"] == 2500
    assert sf.api_usage["api-usage"].total == 100_000


def test_an_ended_session(simulator: Simulator, sf: Any) -> None:
    simulator.org.grants.expire_sessions()
    with pytest.raises(SalesforceExpiredSession):
        sf.query("SELECT Id FROM Contact")


def test_a_bulk_upsert_of_5000_rows_with_3_bad_ones(sf: Any) -> None:
    rows = [{"Key__c": f"k{n}", "LastName": f"Name {n}"} for n in range(5000)]
    for bad in (0, 2500, 4999):
        rows[bad]["LastName"] = "x" * 81

    (done,) = sf.bulk2.Contact.upsert(records=rows, external_id_field="Key__c", wait=0.05)

    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (5000, 3)
    failed = sf.bulk2.Contact.get_failed_records(done["job_id"])
    assert failed.count("STRING_TOO_LONG:Last Name: data value too large") == 3
    found = "".join(sf.bulk2.Contact.query("SELECT Id, Key__c FROM Contact", max_records=2000))
    assert found.count('"k') == 4997
