"""Bulk API 1.0: jobs and the batches that write, in CSV, XML and JSON, and how they can fail."""

import gzip
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pytest

from salesforce_simulator.bulk.v1.model import ClassicJob
from salesforce_simulator.server import Simulator
from tests.simulator.classic_bulk import (
    CSV,
    NS,
    XML,
    add_batch,
    connected,
    finish,
    job_xml,
    load,
    open_job,
    refusal,
    results,
    texts,
)
from tests.simulator.conftest import TLS, create, query


@pytest.fixture
def bulk(simulator: Simulator) -> Iterator[httpx.Client]:
    with connected(simulator) as opened:
        yield opened


class TestJobs:
    def test_a_job_in_xml_says_what_a_recorded_one_says(
        self, bulk: httpx.Client, simulator: Simulator
    ) -> None:
        wish = {"operation": "upsert", "object": "contact", "externalIdFieldName": "Key__c"}
        answer = bulk.post("job", content=job_xml(**wish, contentType="CSV"), headers=XML)

        integration = simulator.org.users.find("integration@simulated.example")
        assert integration is not None
        said = texts(answer.content)
        assert list(said) == [
            *("jobInfo", "id", "operation", "object", "createdById", "createdDate"),
            *("systemModstamp", "state", "externalIdFieldName", "concurrencyMode", "contentType"),
            *("numberBatchesQueued", "numberBatchesInProgress", "numberBatchesCompleted"),
            *("numberBatchesFailed", "numberBatchesTotal", "numberRecordsProcessed"),
            *("numberRetries", "apiVersion", "numberRecordsFailed", "totalProcessingTime"),
            *("apiActiveProcessingTime", "apexProcessingTime"),
        ]
        assert said["object"] == "Contact"
        assert said["createdById"] == integration["Id"]
        assert said["createdDate"].endswith(".000Z")
        assert (said["concurrencyMode"], said["apiVersion"]) == ("Parallel", "62.0")

    def test_a_job_in_json_takes_numbers_for_the_mode(self, bulk: httpx.Client) -> None:
        wish = {"operation": "insert", "object": "Contact", "contentType": "JSON"}
        parallel = bulk.post("job", json={**wish, "concurrencyMode": 0}).json()
        serial = bulk.post("job", json={**wish, "concurrencyMode": 1}).json()

        assert (parallel["concurrencyMode"], serial["concurrencyMode"]) == ("Parallel", "Serial")
        assert parallel["createdDate"].endswith("+0000")
        assert parallel["externalIdFieldName"] is None

    def test_counters_follow_the_batches(self, bulk: httpx.Client) -> None:
        job, _, _ = load(bulk, "LastName\nDurand\n")
        finish(bulk, job, add_batch(bulk, job, "Nope\nx\n"))

        closed = bulk.post(f"job/{job}", content=job_xml(state="Closed"), headers=XML)

        said = texts(closed.content)
        assert (closed.status_code, said["state"]) == (200, "Closed")
        assert [
            said[f"numberBatches{each}"]
            for each in ("Queued", "InProgress", "Completed", "Failed", "Total")
        ] == ["0", "0", "1", "1", "2"]
        assert (said["numberRecordsProcessed"], said["numberRecordsFailed"]) == ("1", "0")

    def test_a_closed_job_takes_no_batch_and_is_closed_once(self, bulk: httpx.Client) -> None:
        job = open_job(bulk)
        bulk.post(f"job/{job}", content=job_xml(state="Closed"), headers=XML)

        again = bulk.post(f"job/{job}", content=job_xml(state="Closed"), headers=XML)
        late = bulk.post(f"job/{job}/batch", content="LastName\nx\n", headers=CSV)

        assert refusal(again) == refusal(late) == (400, "InvalidJobState")

    def test_batches_of_an_aborted_job_do_not_begin(
        self, bulk: httpx.Client, simulator: Simulator
    ) -> None:
        job = open_job(bulk)
        found = simulator.org.jobs.find(job)
        assert isinstance(found, ClassicJob)
        found.at_work = True  # as if an earlier batch took its time
        batch = add_batch(bulk, job, "LastName\nDurand\n")

        aborted = bulk.post(f"job/{job}", json={"state": "Aborted"})

        assert (aborted.status_code, aborted.json()["state"]) == (200, "Aborted")
        assert finish(bulk, job, batch)["state"] == "NotProcessed"
        assert refusal(bulk.get(f"job/{job}/batch/{batch}/result")) == (400, "InvalidBatch")
        assert refusal(bulk.post(f"job/{job}", json={"state": "Aborted"})) == (
            400,
            "InvalidJobState",
        )

    def test_an_abort_stops_the_batch_under_way(
        self, bulk: httpx.Client, simulator: Simulator
    ) -> None:
        job = open_job(bulk)
        found = simulator.org.jobs.find(job)
        assert found is not None

        def abort(*_: object) -> None:
            simulator.org.jobs.move(found, "Aborted", of=("Open",))

        simulator.org.before_save.append(abort)
        batch = add_batch(bulk, job, "LastName\n" + "x\n" * 500)
        ended = finish(bulk, job, batch)

        assert (ended["state"], ended["numberRecordsProcessed"]) == ("Failed", "200")
        assert len(results(bulk, job, batch)) == 200

    def test_bulk_2_lists_it_as_a_classic_job(self, bulk: httpx.Client, api: httpx.Client) -> None:
        job = open_job(bulk)
        api.post("jobs/ingest", json={"object": "Contact", "operation": "insert"})

        (listed,) = api.get("jobs/ingest", params={"jobType": "Classic"}).json()["records"]

        assert (listed["id"], listed["jobType"]) == (job, "Classic")
        assert len(api.get("jobs/ingest").json()["records"]) == 2

    @pytest.mark.parametrize(
        ("wish", "code"),
        [
            ({"object": "Nothing"}, "InvalidJob"),
            ({"operation": "merge"}, "InvalidJob"),
            ({"operation": "upsert"}, "InvalidJob"),
            ({"operation": "upsert", "externalIdFieldName": "Phone"}, "InvalidJob"),
            ({"concurrencyMode": "Fast"}, "InvalidJob"),
            ({"contentType": "TEXT"}, "InvalidJob"),
            ({"contentType": "ZIP_CSV"}, "FeatureNotEnabled"),
        ],
    )
    def test_a_job_that_makes_no_sense_is_refused(
        self, bulk: httpx.Client, wish: dict[str, str], code: str
    ) -> None:
        asked = {"operation": "insert", "object": "Contact", **wish}

        as_xml = bulk.post("job", content=job_xml(**asked), headers=XML)
        as_json = bulk.post("job", json=asked)

        assert refusal(as_xml) == refusal(as_json) == (400, code)

    @pytest.mark.parametrize(
        "sent",
        [b"", b"<jobInfo>", b"<a/>", b"<!DOCTYPE a><jobInfo/>", "<jobInfo é/>".encode("utf-16")],
    )
    def test_a_body_that_is_no_job_is_refused(self, bulk: httpx.Client, sent: bytes) -> None:
        assert refusal(bulk.post("job", content=sent, headers=XML)) == (400, "InvalidXML")

    def test_what_is_not_there(self, bulk: httpx.Client) -> None:
        job = open_job(bulk)
        assert refusal(bulk.get("job/750000000000001")) == (400, "InvalidJob")
        assert refusal(bulk.get(f"job/{job}/batch/751000000000001")) == (400, "InvalidBatch")


class TestSessions:
    @pytest.mark.parametrize("headers", [XML, {"Content-Type": "application/json"}])
    def test_a_wrong_session(self, simulator: Simulator, headers: dict[str, str]) -> None:
        address = f"{simulator.url}/services/async/62.0/job"
        wrong = {**headers, "X-SFDC-Session": "00D!no"}

        answer = httpx.post(address, content=job_xml(), headers=wrong, verify=TLS)

        assert refusal(answer) == (400, "InvalidSessionId")
        assert "Invalid session id" in answer.text

    def test_an_ended_session_looks_as_clients_look_for_it(
        self, bulk: httpx.Client, simulator: Simulator
    ) -> None:
        job = open_job(bulk)
        simulator.faults.add("expired_session", path="/services/async", times=1)
        struck = bulk.get(f"job/{job}")
        assert struck.status_code == 400
        assert "<exceptionCode>InvalidSessionId</exceptionCode>" in struck.text
        assert bulk.get(f"job/{job}").status_code == 200

    def test_every_call_is_metered(self, bulk: httpx.Client, simulator: Simulator) -> None:
        before = simulator.org.usage.used()
        open_job(bulk)
        assert simulator.org.usage.used() == before + 1

        simulator.org.usage.daily_calls = before + 1
        refused = bulk.post("job", content=job_xml(), headers=XML)
        assert refusal(refused) == (400, "ExceededQuota")

    def test_a_day_has_so_many_batches(
        self, bulk: httpx.Client, api: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.org.jobs.batches.limit = 2
        job, _, _ = load(bulk, "LastName\nDurand\n")
        load(bulk, "LastName\nSilva\n")

        refused = bulk.post(f"job/{job}/batch", content="LastName\nx\n", headers=CSV)
        newer = api.post("jobs/ingest", json={"object": "Contact", "operation": "insert"})

        assert refusal(refused) == (400, "ExceededQuota")
        assert newer.json()[0]["errorCode"] == "EXCEEDEDQUOTA"
        assert api.get("limits").json()["DailyBulkApiBatches"] == {"Max": 2, "Remaining": 0}


class TestWriting:
    def test_results_come_in_the_order_of_the_rows(self, bulk: httpx.Client) -> None:
        job, batch, ended = load(
            bulk, 'LastName,Email\n"Durand, Jr",D@example.com\n,x@example.com\nSilva,no\n'
        )

        assert ended["state"] == "Completed"
        assert (ended["numberRecordsProcessed"], ended["numberRecordsFailed"]) == ("3", "2")
        first, second, third = results(bulk, job, batch)
        assert (first["Success"], first["Created"], first["Error"]) == ("true", "true", "")
        assert first["Id"].startswith("003")
        assert (second["Id"], second["Success"]) == ("", "false")
        assert second["Error"] == (
            "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
        )
        assert third["Error"] == ("INVALID_EMAIL_ADDRESS:Email: invalid email address: no:Email --")

    def test_the_request_can_be_read_again(self, bulk: httpx.Client) -> None:
        job, batch, _ = load(bulk, "LastName\nDurand\n")
        answer = bulk.get(f"job/{job}/batch/{batch}/request")
        assert answer.text == "LastName\nDurand\n"

    def test_json_batches(self, bulk: httpx.Client, api: httpx.Client) -> None:
        create(api, "Account", Name="Acme", Ext__c="A-1")
        rows = [
            {"Key__c": "k1", "LastName": "Durand", "Account": {"Ext__c": "A-1"}, "DoNotCall": True},
            {"Key__c": "k2", "LastName": "Silva", "Account": {"Ext__c": "A-9"}},
            {"Key__c": "k3", "LastName": "Chen", "Birthdate": "31/12"},
        ]
        wish = {"operation": "upsert", "externalIdFieldName": "Key__c", "contentType": "JSON"}
        job, batch, ended = load(bulk, json.dumps(rows), **wish)

        assert (ended["numberRecordsProcessed"], ended["numberRecordsFailed"]) == (3, 2)
        answer = bulk.get(f"job/{job}/batch/{batch}/result").json()
        assert answer[0] == {"success": True, "created": True, "id": answer[0]["id"], "errors": []}
        assert (answer[1]["success"], answer[1]["id"]) == (False, None)
        assert answer[1]["errors"][0]["statusCode"] == "INVALID_FIELD"
        assert "Foreign key external ID: A-9 not found" in answer[1]["errors"][0]["message"]
        assert answer[2]["errors"][0]["fields"] == ["Birthdate"]
        (found,) = query(api, "SELECT Account.Name, DoNotCall FROM Contact")
        assert (found["Account"]["Name"], found["DoNotCall"]) == ("Acme", True)
        listed = bulk.get(f"job/{job}/batch").json()["batchInfo"]
        assert [each["id"] for each in listed] == [batch]

    def test_xml_batches(self, bulk: httpx.Client, api: httpx.Client) -> None:
        create(api, "Account", Name="Acme", Ext__c="A-1")
        contact = create(api, "Contact", LastName="Durand", Phone="1")
        xsi = "http://www.w3.org/2001/XMLSchema-instance"
        content = (
            f'<sObjects xmlns="{NS[1:-1]}" xmlns:xsi="{xsi}">'
            f'<sObject><Id>{contact}</Id><Phone xsi:nil="true"/><Title>A &amp; B</Title>'
            "<Account><sObject><Ext__c>A-1</Ext__c></sObject></Account></sObject>"
            "<sObject><LastName>x</LastName></sObject></sObjects>"
        )
        job, batch, ended = load(bulk, content, operation="update", contentType="XML")

        assert (ended["numberRecordsProcessed"], ended["numberRecordsFailed"]) == ("2", "1")
        root = ElementTree.fromstring(bulk.get(f"job/{job}/batch/{batch}/result").content)
        good, bad = root.findall(f"{NS}result")
        assert (good.findtext(f"{NS}id"), good.findtext(f"{NS}created")) == (contact, "false")
        assert bad.findtext(f"{NS}errors/{NS}statusCode") == "MISSING_ARGUMENT"
        (found,) = query(api, "SELECT Phone, Title, Account.Name FROM Contact")
        assert (found["Phone"], found["Title"]) == (None, "A & B")
        assert found["Account"]["Name"] == "Acme"

    def test_nulls_parents_and_either_line_ending(
        self, bulk: httpx.Client, api: httpx.Client
    ) -> None:
        create(api, "Account", Name="Acme", Ext__c="A-1")
        create(api, "Contact", LastName="Durand", Key__c="k1", Phone="1")
        wish = {"operation": "upsert", "externalIdFieldName": "Key__c"}
        text = "Key__c,LastName,Phone,Account.Ext__c\r\nk1,,#N/A,A-1\r\nk2,Silva,,\r\n"
        job, batch, _ = load(bulk, text, **wish)

        assert [each["Created"] for each in results(bulk, job, batch)] == ["false", "true"]
        (found,) = query(api, "SELECT Phone, Account.Name FROM Contact WHERE Key__c = 'k1'")
        assert (found["Phone"], found["Account"]["Name"]) == (None, "Acme")

    def test_a_hard_delete_leaves_nothing_in_the_bin(
        self, bulk: httpx.Client, api: httpx.Client
    ) -> None:
        soft, hard = (create(api, "Contact", LastName=each) for each in ("Soft", "Hard"))
        load(bulk, f"Id\n{soft}\n", operation="delete")
        load(bulk, f"Id\n{hard}\n", operation="hardDelete")

        left = query(api, "SELECT Id FROM Contact", deleted=True)
        assert [each["Id"] for each in left] == [soft]

    def test_a_body_in_chunks_or_packed(self, bulk: httpx.Client, api: httpx.Client) -> None:
        job = open_job(bulk)

        def pieces() -> Iterator[bytes]:
            yield b"LastName\r\n"
            yield b"Durand\r\n"

        sent = bulk.post(f"job/{job}/batch", content=pieces(), headers=CSV)
        assert finish(bulk, job, texts(sent.content)["id"])["numberRecordsProcessed"] == "1"
        packed = gzip.compress(b"LastName\nSilva\n")
        finish(bulk, job, add_batch(bulk, job, packed, **{"Content-Encoding": "gzip"}))

        assert {each["LastName"] for each in query(api, "SELECT LastName FROM Contact")} == {
            "Durand",
            "Silva",
        }

    @pytest.mark.parametrize(
        ("content", "wish", "message"),
        [
            ("Nope\nx\n", {}, "InvalidBatch : Field name not found : Nope"),
            ("LastName\nx\n", {"operation": "update"}, "InvalidBatch : Field name not found : Id"),
            ("", {}, "InvalidBatch : Failed to read the CSV header"),
            ("LastName\n", {}, "InvalidBatch : Records not found"),
            ("LastName\n" + "x\n" * 10_001, {}, "InvalidBatch : Batch has more than the maximum"),
            ("{}", {"contentType": "JSON"}, "InvalidBatch : A list of records is needed"),
            ("[" * 100_000, {"contentType": "JSON"}, "InvalidBatch : Failed to parse JSON"),
            ("<a", {"contentType": "XML"}, "InvalidBatch : Failed to parse XML"),
            (b"\xff\xfe,", {}, "InvalidBatch : File is not valid UTF-8"),
        ],
    )
    def test_a_batch_that_makes_no_sense_fails(
        self, bulk: httpx.Client, content: str, wish: dict[str, str], message: str
    ) -> None:
        job, batch, ended = load(bulk, content, **wish)

        assert ended["state"] == "Failed"
        assert ended["stateMessage"].startswith(message)
        assert refusal(bulk.get(f"job/{job}/batch/{batch}/result")) == (400, "InvalidBatch")

    def test_a_batch_of_more_than_ten_million_bytes_is_refused(self, bulk: httpx.Client) -> None:
        job = open_job(bulk)
        answer = bulk.post(f"job/{job}/batch", content=b"x" * 10_000_001, headers=CSV)
        assert refusal(answer) == (400, "ClientInputError")
        assert "Exceeded max size limit of 10000000" in answer.text
