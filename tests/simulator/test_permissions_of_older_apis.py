"""SOAP and Bulk API 1.0 show and let change what REST does, to the same users."""

from typing import Any

import pytest

from salesforce_simulator.server import Simulator
from tests.simulator import classic_bulk, soap_client
from tests.simulator.conftest import client
from tests.simulator.soap_client import ids, results, sobject, text_of
from tests.simulator.test_permissions import HIDDEN, granted


def test_a_hidden_field_is_in_no_answer() -> None:
    with Simulator(seed=granted(HIDDEN)) as simulator:
        simulator.representative().create("Contact", {"LastName": "a", "Phone": "123"})
        with soap_client.connected(simulator) as soap:
            text = "SELECT Phone FROM Contact"
            assert soap.fault(f"<query><queryString>{text}</queryString></query>")[0] == (
                "sf:INVALID_FIELD"
            )
            described = soap.send(
                "<describeSObject><sObjectType>Contact</sObjectType></describeSObject>"
            )
            (refused,) = results(
                soap(f"<create>{sobject('Contact', LastName='b', Phone='1')}</create>")
            )
        with classic_bulk.connected(simulator) as bulk:
            job = classic_bulk.open_job(bulk, operation="query")
            ended = classic_bulk.finish(bulk, job, classic_bulk.add_batch(bulk, job, text))
            _, _, written = classic_bulk.load(bulk, "LastName,Phone\nb,1\n")

    assert "<name>Phone</name>" not in described.text
    assert "<name>LastName</name>" in described.text
    assert refused["errors"]["statusCode"] == "INVALID_FIELD"
    assert "INVALID_FIELD" in ended["stateMessage"]
    assert written["stateMessage"] == "InvalidBatch : Field name not found : Phone"


@pytest.mark.parametrize("operation", ["undelete", "emptyRecycleBin"])
def test_the_bin_is_for_those_who_may_delete(operation: str) -> None:
    permissions: dict[str, Any] = {"objects": {"Contact": {"delete": False}}}
    with Simulator(seed=granted(permissions)) as simulator:
        jo = simulator.representative()
        gone = jo.create("Contact", {"LastName": "a"})
        jo.delete("Contact", gone)
        with soap_client.connected(simulator) as soap:
            (told,) = results(soap(f"<{operation}>{ids(gone)}</{operation}>"))

        assert (told["success"], told["errors"]["statusCode"]) == (
            "false",
            "INSUFFICIENT_ACCESS_OR_READONLY",
        )
        assert gone in simulator.org.store("Contact").deleted


def test_hard_delete_and_the_api_itself_need_permissions() -> None:
    without = granted({"system": {"BulkApiHardDelete": False}})
    with Simulator(seed=without) as simulator, classic_bulk.connected(simulator) as bulk:
        wish = {"object": "Contact", "operation": "hardDelete", "contentType": "CSV"}
        assert classic_bulk.refusal(bulk.post("job", json=wish)) == (400, "FeatureNotEnabled")

    with Simulator(seed=granted({"system": {"ApiEnabled": False}})) as simulator:
        with classic_bulk.connected(simulator) as bulk:
            assert classic_bulk.refusal(bulk.post("job", json={})) == (400, "FeatureNotEnabled")
        with soap_client.connected(simulator) as soap:
            assert soap.fault("<getUserInfo/>")[0] == "sf:API_CURRENTLY_DISABLED"


def test_a_record_that_is_not_shared_cannot_be_found_or_merged() -> None:
    with Simulator(seed=granted({}, sharing={"Contact": "private"})) as simulator:
        jo = simulator.representative()
        hidden = [jo.create("Contact", {"LastName": each}) for each in "ab"]
        with soap_client.connected(simulator) as soap, client(simulator):
            text = "SELECT Id FROM Contact"
            found = soap(f"<query><queryString>{text}</queryString></query>")
            master = sobject("Contact", "masterRecord", Id=hidden[0])
            request = f"{master}<recordToMergeIds>{hidden[1]}</recordToMergeIds>"
            (told,) = results(soap(f"<merge><request>{request}</request></merge>"))

    assert text_of(found, "size") == "0"
    assert told["success"] == "false"
