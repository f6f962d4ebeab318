"""Bulk API 2.0: jobs from their opening to their results, and every way they can fail."""

import csv
import io
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client
from tests.waiting import wait_until

INGEST = "jobs/ingest"
QUERY = "jobs/query"
ENDS = {"JobComplete", "Failed", "Aborted"}


def open_job(api: httpx.Client, **wish: Any) -> str:
    answer = api.post(f"{INGEST}", json={"object": "Contact", "operation": "insert", **wish})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def finish(api: httpx.Client, job: str, *, kind: str = INGEST) -> dict[str, Any]:
    """Wait for the job's end; what it then says of itself."""
    seen: list[dict[str, Any]] = []

    def ended() -> bool:
        seen.append(api.get(f"{kind}/{job}").json())
        return seen[-1]["state"] in ENDS

    wait_until(ended)
    return seen[-1]


def load(api: httpx.Client, text: str, **wish: Any) -> tuple[str, dict[str, Any]]:
    """Take a whole file through a job."""
    job = open_job(api, **wish)
    sent = api.put(f"{INGEST}/{job}/batches", content=text, headers={"Content-Type": "text/csv"})
    assert (sent.status_code, sent.text) == (201, "")
    closed = api.patch(f"{INGEST}/{job}", json={"state": "UploadComplete"})
    assert closed.json()["state"] == "UploadComplete"
    return job, finish(api, job)


def results(api: httpx.Client, job: str, name: str) -> list[dict[str, str]]:
    answer = api.get(f"{INGEST}/{job}/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_job_tells_what_it_was_asked(api: httpx.Client, simulator: Simulator) -> None:
    answer = api.post(INGEST, json={"object": "contact", "operation": "insert"}).json()

    integration = simulator.org.users.find("integration@simulated.example")
    assert integration is not None
    assert answer == {
        "id": answer["id"],
        "operation": "insert",
        "object": "Contact",
        "createdById": integration["Id"],
        "createdDate": answer["createdDate"],
        "systemModstamp": answer["createdDate"],
        "state": "Open",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 62.0,
        "contentUrl": f"services/data/v62.0/jobs/ingest/{answer['id']}/batches",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }


def test_good_rows_are_written_and_bad_ones_told(api: httpx.Client) -> None:
    text = (
        "LastName,Email,Score__c,HasOptedOutOfEmail\n"
        '"Durand, Jr",D@example.com,3.5,1\n'
        ",x@example.com,,\n"
        "Silva,no address,,\n"
        "Chen,,many,false\n"
    )
    job, ended = load(api, text)

    assert (ended["state"], ended["jobType"]) == ("JobComplete", "V2Ingest")
    assert (ended["numberRecordsProcessed"], ended["numberRecordsFailed"]) == (4, 3)
    (good,) = results(api, job, "successfulResults")
    assert (good["sf__Created"], good["LastName"]) == ("true", "Durand, Jr")
    written = api.get(f"sobjects/Contact/{good['sf__Id']}").json()
    assert (written["Score__c"], written["Email"]) == (3.5, "d@example.com")
    assert [row["sf__Error"] for row in results(api, job, "failedResults")] == [
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
        "INVALID_EMAIL_ADDRESS:Email: invalid email address: no address:Email --",
        "INVALID_TYPE_ON_FIELD_IN_RECORD:Score: value not of required type: many:Score__c --",
    ]
    assert results(api, job, "unprocessedrecords") == []


def test_upsert_by_external_id_with_parents_and_nulls(api: httpx.Client) -> None:
    api.post("sobjects/Account", json={"Name": "Acme", "Ext__c": "A-1"})
    wish = {"operation": "upsert", "externalIdFieldName": "Key__c", "columnDelimiter": "SEMICOLON"}
    load(api, "Key__c;LastName;Phone;Account.Ext__c\nk1;Durand;123;A-1\n", **wish)

    text = "Key__c;LastName;Phone;Account.Ext__c\nk1;;#N/A;\nk2;Silva;;A-9\n;Chen;;\n"
    job, ended = load(api, text, **wish)

    assert ended["numberRecordsFailed"] == 2
    answer = api.get(f"{INGEST}/{job}/failedResults").text.splitlines()
    assert "Foreign key external ID: A-9 not found" in answer[1]
    assert "MISSING_ARGUMENT:Key__c not specified" in answer[2]
    found = api.get(
        "query",
        params={"q": "SELECT LastName, Phone, Account.Name FROM Contact WHERE Key__c = 'k1'"},
    ).json()["records"][0]
    assert (found["LastName"], found["Phone"]) == ("Durand", None)
    assert found["Account"]["Name"] == "Acme"


def test_update_and_delete_go_by_id(api: httpx.Client) -> None:
    job, _ = load(api, "LastName\nDurand\nSilva\n")
    first, second = (row["sf__Id"] for row in results(api, job, "successfulResults"))

    job, ended = load(api, f"Id,LastName\n{first[:15]},Dupont\n,x\n", operation="update")
    assert ended["numberRecordsFailed"] == 1
    assert [row["sf__Created"] for row in results(api, job, "successfulResults")] == ["false"]

    job, ended = load(api, f"Id\n{second}\n{second}\n", operation="delete")
    (failed,) = results(api, job, "failedResults")
    assert (failed["sf__Id"], failed["sf__Error"]) == (
        second,
        "ENTITY_IS_DELETED:entity is deleted:--",
    )


def test_a_line_ending_of_windows_is_asked_for_and_answered(api: httpx.Client) -> None:
    job, ended = load(api, "LastName\r\nDurand\r\n", lineEnding="CRLF")
    assert ended["state"] == "JobComplete"
    assert api.get(f"{INGEST}/{job}/successfulResults").text.endswith("\r\n")


@pytest.mark.parametrize(
    ("text", "wish", "message"),
    [
        ("LastName,Nope\nx,y\n", {}, "InvalidBatch : Field name not found : Nope"),
        ("LastName\nx\n", {"operation": "update"}, "InvalidBatch : Field name not found : Id"),
        ("", {}, "InvalidBatch : Failed to read the CSV header"),
        ('LastName\n"open', {}, "InvalidBatch : Failed to parse CSV: unexpected end of data"),
        (
            "LastName\r\nx\r\n",
            {},
            "LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
    ],
)
def test_a_file_that_makes_no_sense_fails_the_job(
    api: httpx.Client, text: str, wish: dict[str, str], message: str
) -> None:
    _, ended = load(api, text, **wish)

    assert (ended["state"], ended["errorMessage"]) == ("Failed", message)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"object": "Nothing", "operation": "insert"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "merge"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "upsert"}, "INVALIDJOB"),
        (
            {"object": "Contact", "operation": "upsert", "externalIdFieldName": "Phone"},
            "INVALIDJOB",
        ),
        ({"object": "Contact", "operation": "insert", "columnDelimiter": "DOT"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "contentType": "XML"}, "INVALIDJOB"),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(
    api: httpx.Client, wish: dict[str, str], code: str
) -> None:
    answer = api.post(INGEST, json=wish)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_job_takes_one_file_and_is_closed_once(api: httpx.Client) -> None:
    job, _ = load(api, "LastName\nDurand\n")

    again = api.put(f"{INGEST}/{job}/batches", content="x", headers={"Content-Type": "text/csv"})
    closed = api.patch(f"{INGEST}/{job}", json={"state": "UploadComplete"})

    for answer in (again, closed):
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert "Closing already Completed Job not allowed" in closed.text


def test_abort_and_delete(api: httpx.Client) -> None:
    job = open_job(api)
    early = api.get(f"{INGEST}/{job}/failedResults")
    assert (early.status_code, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert api.delete(f"{INGEST}/{job}").status_code == 400
    assert api.patch(f"{INGEST}/{job}", json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert [each["id"] for each in api.get(INGEST).json()["records"]] == [job]
    assert api.delete(f"{INGEST}/{job}").status_code == 204
    assert api.get(f"{INGEST}/{job}").status_code == 404


def test_one_call_may_bring_the_file_along(api: httpx.Client) -> None:
    parts = {
        "job": (None, '{"object":"Contact","operation":"insert"}', "application/json"),
        "content": ("content", "LastName\nDurand\n", "text/csv"),
    }
    answer = api.post(INGEST, files=parts)

    assert finish(api, answer.json()["id"])["numberRecordsProcessed"] == 1


def run_query(api: httpx.Client, text: str, **wish: Any) -> str:
    answer = api.post(QUERY, json={"operation": "query", "query": text, **wish})
    assert answer.status_code == 200, answer.text
    job = str(answer.json()["id"])
    assert finish(api, job, kind=QUERY)["state"] == "JobComplete"
    return job


def test_a_query_is_read_page_by_page(api: httpx.Client) -> None:
    load(api, "LastName,DoNotCall\n" + "".join(f"P{n},true\n" for n in range(5)))
    job = run_query(api, "SELECT LastName, DoNotCall, account.name FROM Contact ORDER BY LastName")

    lines: list[str] = []
    locator = ""
    while locator != "null":
        params = {"maxRecords": "2", **({"locator": locator} if locator else {})}
        answer = api.get(f"{QUERY}/{job}/results", params=params)
        header, *page = answer.text.splitlines()
        assert header == '"LastName","DoNotCall","Account.Name"'
        assert answer.headers["Sforce-NumberOfRecords"] == str(len(page))
        lines += page
        locator = answer.headers["Sforce-Locator"]

    assert lines == [f'"P{n}","true",""' for n in range(5)]


def test_a_query_of_deleted_records(api: httpx.Client) -> None:
    job, _ = load(api, "LastName\nDurand\n")
    (row,) = results(api, job, "successfulResults")
    api.delete(f"sobjects/Contact/{row['sf__Id']}")

    text = "SELECT Id, IsDeleted FROM Contact"
    living = api.get(f"{QUERY}/{run_query(api, text)}/results").text.splitlines()
    every = api.get(f"{QUERY}/{run_query(api, text, operation='queryAll')}/results").text

    assert living == ['"Id","IsDeleted"']
    assert every.splitlines()[1] == f'"{row["sf__Id"]}","true"'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Nope FROM Contact", "INVALID_FIELD"),
        ("SELEKT", "MALFORMED_QUERY"),
        ("SELECT COUNT() FROM Contact", "API_ERROR"),
        ("SELECT MailingAddress FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("", "INVALIDJOB"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(api: httpx.Client, text: str, code: str) -> None:
    answer = api.post(QUERY, json={"operation": "query", "query": text})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_results_belong_to_the_version_that_asked(simulator: Simulator, api: httpx.Client) -> None:
    job = run_query(api, "SELECT Id FROM Contact")
    with client(simulator, version="60.0") as older:
        assert older.get(f"{QUERY}/{job}/results").status_code == 409
    bad = api.get(f"{QUERY}/{job}/results", params={"locator": "%%"})
    assert (bad.status_code, bad.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
    with client(simulator) as another:
        pages = another.get(f"{QUERY}/{job}/resultPages").json()
    assert (len(pages["resultPages"]), pages["done"]) == (1, True)


def test_results_repeat_the_header_as_it_was_sent(api: httpx.Client) -> None:
    job, _ = load(api, 'LastName,"Title"\nDurand,CEO\n')
    header, row = api.get(f"{INGEST}/{job}/successfulResults").text.splitlines()

    assert header == '"sf__Id","sf__Created",LastName,"Title"'
    assert row.endswith('"true","Durand","CEO"')
    assert api.get(f"{INGEST}/{job}/unprocessedrecords").text == 'LastName,"Title"\n'
    job, _ = load(api, '"LastName","Ti\ntle"\n')
    assert api.get(f"{INGEST}/{job}").json()["errorMessage"].endswith("not found : Ti\ntle")


def test_a_hard_delete_leaves_nothing_in_the_bin(api: httpx.Client) -> None:
    job, _ = load(api, "LastName\nDurand\nSilva\n")
    first, second = (row["sf__Id"] for row in results(api, job, "successfulResults"))
    load(api, f"Id\n{first}\n", operation="delete")
    _, ended = load(api, f"Id\n{second}\n{first}\n", operation="hardDelete")

    assert ended["numberRecordsFailed"] == 1
    text = "SELECT Id FROM Contact"
    every = api.get(f"{QUERY}/{run_query(api, text, operation='queryAll')}/results").text
    assert every.splitlines() == ['"Id"', f'"{first}"']


def test_a_result_that_is_not_there_yet_is_refused(simulator: Simulator, api: httpx.Client) -> None:
    job = run_query(api, "SELECT Id FROM Contact")
    found = simulator.org.jobs.find(job)
    assert found is not None
    found.state = "InProgress"

    early = api.get(f"{QUERY}/{job}/results")

    assert (early.status_code, early.json()[0]["errorCode"]) == (400, "JOB_NOT_COMPLETE")
    assert early.json()[0]["message"] == (
        "can only download query results of successfully completed bulk job with status: "
        "JOB_COMPLETE. Current status: IN_PROGRESS"
    )
