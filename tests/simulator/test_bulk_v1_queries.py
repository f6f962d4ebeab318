"""Bulk API 1.0: queries, whole or cut by record ids, and their results in CSV, XML and JSON."""

import csv
import io
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.classic_bulk import (
    NS,
    XML,
    add_batch,
    connected,
    finish,
    job_xml,
    open_job,
    refusal,
    texts,
)
from tests.simulator.conftest import create, query


@pytest.fixture
def bulk(simulator: Simulator) -> Iterator[httpx.Client]:
    with connected(simulator) as opened:
        yield opened


class TestReading:
    def result(self, bulk: httpx.Client, text: str, **wish: str) -> httpx.Response:
        """Run a query of one batch and fetch its only result."""
        job = open_job(bulk, **{"operation": "query", **wish})
        batch = add_batch(bulk, job, text)
        ended = finish(bulk, job, batch)
        assert ended["state"] == "Completed", ended
        listed = bulk.get(f"job/{job}/batch/{batch}/result")
        if wish.get("contentType") == "JSON":
            (found,) = listed.json()
        else:
            assert ElementTree.fromstring(listed.content).tag == f"{NS}result-list"
            found = texts(listed.content)["result"]
        assert found.startswith("752")
        answer = bulk.get(f"job/{job}/batch/{batch}/result/{found}")
        assert answer.status_code == 200
        return answer

    def test_csv(self, bulk: httpx.Client, api: httpx.Client) -> None:
        create(api, "Contact", LastName='Du"rand', Birthdate="1980-02-29", DoNotCall=True)
        text = "SELECT LastName, Birthdate, DoNotCall, Account.Name FROM Contact"
        assert self.result(bulk, text).text == (
            '"LastName","Birthdate","DoNotCall","Account.Name"\n"Du""rand","1980-02-29","true",""\n'
        )

    def test_a_table_without_rows(self, bulk: httpx.Client) -> None:
        text = "SELECT Id FROM Contact"
        assert self.result(bulk, text).text == "Records not found for this query"
        assert self.result(bulk, text, contentType="JSON").json() == []

    def test_json_has_moments_as_milliseconds(self, bulk: httpx.Client, api: httpx.Client) -> None:
        account = create(api, "Account", Name="2020-01-01")
        contact = create(
            api,
            "Contact",
            LastName="1999-12-31",
            AccountId=account,
            Birthdate="1970-01-02",
            Seen__c="2020-01-01T00:00:01.500Z",
        )
        create(api, "Contact", LastName="Silva")
        text = (
            "SELECT Id, LastName, Birthdate, Seen__c, Account.Name FROM Contact ORDER BY LastName"
        )
        first, second = self.result(bulk, text, contentType="JSON").json()

        assert first["attributes"] == {
            "type": "Contact",
            "url": f"/services/data/v62.0/sobjects/Contact/{contact}",
        }
        assert (first["Birthdate"], first["Seen__c"]) == (86_400_000, 1_577_836_801_500)
        assert (first["LastName"], first["Account"]["Name"]) == ("1999-12-31", "2020-01-01")
        assert second["Account"] is None

    def test_xml(self, bulk: httpx.Client, api: httpx.Client) -> None:
        create(api, "Contact", LastName="A & B")
        text = "SELECT LastName, Phone, IsDeleted FROM Contact"
        root = ElementTree.fromstring(self.result(bulk, text, contentType="XML").content)

        (record,) = root.findall(f"{NS}records")
        assert [(each.tag.removeprefix(NS), each.text) for each in record] == [
            ("type", "Contact"),
            ("LastName", "A & B"),
            ("Phone", None),
            ("IsDeleted", "false"),
        ]

    def test_deleted_records_too(self, bulk: httpx.Client, api: httpx.Client) -> None:
        gone = create(api, "Contact", LastName="Gone")
        api.delete(f"sobjects/Contact/{gone}")
        text = "SELECT Id, IsDeleted FROM Contact"
        assert self.result(bulk, text, operation="queryAll").text.endswith(f'"{gone}","true"\n')

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("SELECT Nope FROM Contact", "InvalidBatch : Failed to process query: INVALID_FIELD"),
            ("SELEKT", "InvalidBatch : Failed to process query: MALFORMED_QUERY"),
            ("SELECT Id FROM Lead", "InvalidBatch : Failed to process query: MALFORMED_QUERY"),
            ("SELECT COUNT() FROM Contact", "InvalidBatch : Failed to process query: API_ERROR"),
        ],
    )
    def test_a_query_that_makes_no_sense_fails_its_batch(
        self, bulk: httpx.Client, text: str, message: str
    ) -> None:
        job = open_job(bulk, operation="query")
        ended = finish(bulk, job, add_batch(bulk, job, text))
        assert ended["state"] == "Failed"
        assert ended["stateMessage"].startswith(message)

    def test_a_query_is_cut_by_record_ids(self, bulk: httpx.Client, api: httpx.Client) -> None:
        ids = [create(api, "Contact", LastName=f"n{number}") for number in range(5)]
        chunking = "chunkSize=2; startRow=003000000000000"
        job = open_job(bulk, operation="query", chunking=chunking)
        text = "SELECT Id FROM Contact WHERE LastName != 'n1' OR LastName = 'n1'"
        first = add_batch(bulk, job, text)
        assert finish(bulk, job, first)["state"] == "NotProcessed"

        root = ElementTree.fromstring(bulk.get(f"job/{job}/batch").content)
        batches = [each.findtext(f"{NS}id", "") for each in root.findall(f"{NS}batchInfo")]
        found: list[str] = []
        for batch in batches[1:]:
            assert finish(bulk, job, batch)["state"] == "Completed"
            (result,) = [
                each.text
                for each in ElementTree.fromstring(
                    bulk.get(f"job/{job}/batch/{batch}/result").content
                )
            ]
            answer = bulk.get(f"job/{job}/batch/{batch}/result/{result}")
            found += [row["Id"] for row in csv.DictReader(io.StringIO(answer.text))]
        assert len(batches) == 4
        assert found == ids
        request = bulk.get(f"job/{job}/batch/{batches[2]}/request").text
        assert " WHERE (LastName != 'n1' OR LastName = 'n1') AND Id >= " in request
        assert [each["Id"] for each in query(api, request)] == ids[2:4]

    def test_a_chunk_has_its_limits(self, bulk: httpx.Client) -> None:
        wish = job_xml(operation="query", object="Contact", contentType="CSV")
        header = {**XML, "Sforce-Enable-PKChunking": "chunkSize=250001"}
        assert refusal(bulk.post("job", content=wish, headers=header)) == (400, "InvalidJob")
