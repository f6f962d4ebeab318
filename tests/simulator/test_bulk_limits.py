"""Bulk API 2.0: how many jobs there may be, how long they stay, and uploads that are refused."""

import gzip
from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client
from tests.simulator.test_bulk import INGEST, QUERY, finish, load, open_job, run_query

JSON = {"Content-Type": "application/json"}
GZIP = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}


def test_the_list_of_jobs_comes_in_pages_and_by_filter(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesforce_simulator.bulk.ingest.PER_PAGE", 2)
    jobs = [open_job(api) for _ in range(5)]
    run_query(api, "SELECT Id FROM Contact")

    found: list[str] = []
    address = "jobs/ingest?jobType=V2Ingest"
    pages = 0
    while address:
        page = api.get(address).raise_for_status().json()
        found += [each["id"] for each in page["records"]]
        pages += 1
        assert page["done"] is (page["nextRecordsUrl"] is None)
        address = (page["nextRecordsUrl"] or "").removeprefix("/services/data/v62.0/")

    assert (found, pages) == (jobs, 3)
    assert api.get("jobs/ingest?isPkChunkingEnabled=true").json()["records"] == []
    assert api.get("jobs/ingest?jobType=Classic").json()["records"] == []
    assert len(api.get(f"{QUERY}?jobType=V2Query").json()["records"]) == 1
    assert api.get("jobs/ingest?queryLocator=x").status_code == 400


def test_jobs_are_forgotten_a_week_after_their_end(simulator: Simulator, api: httpx.Client) -> None:
    ended, _ = load(api, "LastName\nDurand\n")
    open_still = open_job(api)
    # So long that the session has ended by then too: ask anew.
    later = simulator.org.clock() + timedelta(days=7, minutes=1)
    simulator.org.clock = lambda: later

    with client(simulator) as anew:
        assert anew.get(f"{INGEST}/{ended}").status_code == 404
        assert [each["id"] for each in anew.get(INGEST).json()["records"]] == [open_still]


def test_a_day_has_so_many_batches_and_query_jobs(simulator: Simulator, api: httpx.Client) -> None:
    simulator.org.jobs.batches.limit = 3
    simulator.org.jobs.queries.limit = 1
    # Ten thousand rows are a batch, one more row is another.
    load(api, "LastName\n" + "x\n" * 10_001)
    run_query(api, "SELECT Id FROM Contact LIMIT 1")

    limits = api.get("limits").json()
    assert limits["DailyBulkApiBatches"] == {"Max": 3, "Remaining": 1}
    assert limits["DailyBulkV2QueryJobs"] == {"Max": 1, "Remaining": 0}
    refused = api.post(QUERY, json={"operation": "query", "query": "SELECT Id FROM Contact"})
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "EXCEEDEDQUOTA")

    load(api, "LastName\nx\n")
    refused = api.post(INGEST, json={"object": "Contact", "operation": "insert"})
    assert refused.json()[0]["errorCode"] == "EXCEEDEDQUOTA"

    tomorrow = simulator.org.clock() + timedelta(hours=24)
    simulator.org.clock = lambda: tomorrow
    with client(simulator) as anew:
        assert anew.get("limits").json()["DailyBulkApiBatches"]["Remaining"] == 3
        assert open_job(anew)


@pytest.mark.parametrize(
    "parts",
    [
        {"job": (None, "no json", "application/json"), "content": ("c", "LastName\nx\n")},
        {"job": (None, "[]", "application/json"), "content": ("c", "LastName\nx\n")},
        {"content": ("c", "LastName\nx\n")},
        {
            "job": (None, '{"object":"Contact","operation":"insert"}', "application/json"),
            "content": ("c", "x" * 100_001),
        },
    ],
)
def test_parts_that_make_no_sense_are_refused(api: httpx.Client, parts: dict[str, Any]) -> None:
    answer = api.post(INGEST, files=parts)

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] in {"JSON_PARSER_ERROR", "INVALIDJOB"}


def test_the_file_of_a_refused_upload_is_not_kept(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesforce_simulator.bulk.ingest.LARGEST_UPLOAD", 1_000_000)
    job = open_job(api)
    broken = gzip.compress(b"LastName\nDurand\n")
    for packed in (b"\x1f\x8bno", broken[:-9], broken[:12] + b"\xff" * 9 + broken[12:]):
        refused = api.put(f"{INGEST}/{job}/batches", content=packed, headers=GZIP)
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    bomb = gzip.compress(bytes(100_000_000))
    assert api.put(f"{INGEST}/{job}/batches", content=bomb, headers=GZIP).status_code == 413
    assert api.put(f"{INGEST}/{job}/batches", content="{}", headers=JSON).status_code == 415

    packed = gzip.compress(b"LastName\nDurand\n")
    assert api.put(f"{INGEST}/{job}/batches", content=packed, headers=GZIP).status_code == 201
    api.patch(f"{INGEST}/{job}", json={"state": "UploadComplete"})
    assert finish(api, job)["numberRecordsProcessed"] == 1
