"""Asks a fresh simulator for the same things that were asked of the real orgs.

Each function below is given `Org`, asks, and returns the answer whose recording its place in
`recordings.py` names.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from salesforce_simulator.server import Simulator

VERSION = "v62.0"
_APP = {"client_id": "comparison", "client_secret": "secret"}
_SEED = {
    "users": [{"username": "admin@comparison.example", "password": "secret", "name": "Jo Admin"}],
    "apps": [
        {
            **_APP,
            "flows": ["client_credentials", "refresh_token", "password"],
            "run_as": "admin@comparison.example",
        }
    ],
}
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Org:
    """A simulated org with a client that is signed in."""

    simulator: Simulator
    http: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(self._whole(path), **more)

    def post(self, path: str, content: Any) -> httpx.Response:
        return self.http.post(self._whole(path), json=content)

    def patch(self, path: str, content: Any) -> httpx.Response:
        return self.http.patch(self._whole(path), json=content)

    def create(self, kind: str, **values: Any) -> str:
        answer = self.post(f"sobjects/{kind}", values)
        return str(answer.raise_for_status().json()["id"])

    def _whole(self, path: str) -> str:
        return path if path.startswith("/") else f"/services/data/{VERSION}/{path}"


@contextmanager
def fresh_org() -> Iterator[Org]:
    with Simulator(seed=_SEED) as simulator, httpx.Client(base_url=simulator.url) as http:
        grant = {"grant_type": "client_credentials", **_APP}
        token = http.post("/services/oauth2/token", data=grant).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        yield Org(simulator, http)


def ingest_job(org: Org, *, until: str = "Open") -> httpx.Response:
    """Make a job that inserts one account badly and bring it to a state; return its last answer."""
    answer = org.post("jobs/ingest", {"object": "Account", "operation": "insert"})
    address = f"jobs/ingest/{answer.json()['id']}"
    if until == "Open":
        return answer
    upload(org, answer).raise_for_status()
    answer = org.patch(address, {"state": "UploadComplete"})
    return answer if until == "UploadComplete" else _ended(org, address)


def upload(org: Org, job: httpx.Response) -> httpx.Response:
    """Give a job one row, whose name is too long."""
    return org.http.put(
        f"/services/data/{VERSION}/jobs/ingest/{job.json()['id']}/batches",
        content=b"Name\n" + b"x" * 300 + b"\n",
        headers={"Content-Type": "text/csv"},
    )


def query_job(org: Org, *, ended: bool = False) -> httpx.Response:
    content = {"operation": "query", "query": "SELECT Id, Name FROM Account"}
    answer = org.post("jobs/query", content)
    return _ended(org, f"jobs/query/{answer.json()['id']}") if ended else answer


def _ended(org: Org, address: str) -> httpx.Response:
    deadline = time.monotonic() + _PATIENCE
    while (answer := org.get(address)).json()["state"] not in {"JobComplete", "Failed"}:
        if time.monotonic() > deadline:
            raise TimeoutError(address)
        time.sleep(0.02)
    return answer
