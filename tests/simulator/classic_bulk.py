"""What a client of Bulk API 1.0 does: open a job, add batches, wait, read results."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import httpx

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import TLS, client
from tests.waiting import wait_until

NS = "{http://www.force.com/2009/06/asyncapi/dataload}"
XML = {"Content-Type": "application/xml; charset=UTF-8"}
CSV = {"Content-Type": "text/csv"}
ENDS = {"Completed", "Failed", "NotProcessed"}


@contextmanager
def connected(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of /services/async that says who it is as this API wants it."""
    with client(simulator) as signed_in:
        token = signed_in.headers["Authorization"].removeprefix("Bearer ")
    address = f"{simulator.url}/services/async/62.0/"
    with httpx.Client(base_url=address, headers={"X-SFDC-Session": token}, verify=TLS) as opened:
        yield opened


def texts(content: bytes) -> dict[str, str]:
    """The text of every element by its name."""
    root = ElementTree.fromstring(content)
    assert root.tag.startswith(NS)
    return {each.tag.removeprefix(NS): each.text or "" for each in root.iter()}


def job_xml(**wish: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in wish.items())
    return f'<jobInfo xmlns="{NS[1:-1]}">{inner}</jobInfo>'


def open_job(bulk: httpx.Client, *, chunking: str = "", **wish: str) -> str:
    wish = {"operation": "insert", "object": "Contact", "contentType": "CSV", **wish}
    answer = bulk.post(
        "job", content=job_xml(**wish), headers={**XML, "Sforce-Enable-PKChunking": chunking}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/xml")
    said = texts(answer.content)
    assert said["state"] == "Open"
    return said["id"]


def add_batch(bulk: httpx.Client, job: str, content: str | bytes, **headers: str) -> str:
    answer = bulk.post(f"job/{job}/batch", content=content, headers={**CSV, **headers})
    assert answer.status_code == 201, answer.text
    said = batch_info(answer)
    assert (said["state"], said["jobId"]) == ("Queued", job)
    return str(said["id"])


def batch_info(answer: httpx.Response) -> dict[str, Any]:
    if answer.headers["Content-Type"] == "application/json":
        found: dict[str, Any] = answer.json()
        return found
    return texts(answer.content)


def finish(bulk: httpx.Client, job: str, batch: str) -> dict[str, Any]:
    """Wait for the batch's end; what it then says of itself."""
    seen: list[dict[str, Any]] = []

    def ended() -> bool:
        seen.append(batch_info(bulk.get(f"job/{job}/batch/{batch}")))
        return seen[-1]["state"] in ENDS

    wait_until(ended)
    return seen[-1]


def load(bulk: httpx.Client, content: str | bytes, **wish: str) -> tuple[str, str, dict[str, Any]]:
    job = open_job(bulk, **wish)
    batch = add_batch(bulk, job, content)
    return job, batch, finish(bulk, job, batch)


def results(bulk: httpx.Client, job: str, batch: str) -> list[dict[str, str]]:
    answer = bulk.get(f"job/{job}/batch/{batch}/result")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def refusal(answer: httpx.Response) -> tuple[int, str]:
    if answer.headers["Content-Type"] == "application/json":
        return answer.status_code, answer.json()["exceptionCode"]
    return answer.status_code, texts(answer.content)["exceptionCode"]
