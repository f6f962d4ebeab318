"""How fast the simulator is, so that it never is what a measurement measures.

    .venv/bin/python bench/simulator_speed.py [--records 100000]

Runs it as a process of its own with nothing else, writes through sObject Collections from one
client, then times what a synchronisation asks most. Prints one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROWS = 200
SEED = {
    "apps": [
        {
            "client_id": "bench",
            "client_secret": "bench",
            "flows": ["client_credentials"],
            "run_as": "integration@simulated.example",
        }
    ],
    "custom_fields": {
        "Contact": [{"name": "Key__c", "length": 64, "externalId": True, "unique": True}]
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--data", action="store_true", help="with a data file, as the demo has")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_measure(Path(folder), options.records, keep=options.data), indent=2))


def _measure(folder: Path, count: int, *, keep: bool) -> dict[str, float]:
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    command = [sys.executable, "-m", "salesforce_simulator", "--port", "0", "--seed", str(seed)]
    command += ["--data", str(folder / "org.jsonl")] if keep else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            before = _resident_megabytes(process.pid)
            with _client(ready["url"]) as api:
                figures = _time_calls(api, count, process.pid)
            grown = _resident_megabytes(process.pid) - before
            return {**figures, "memory_bytes_per_record": round(grown * 1024 * 1024 / count)}
        finally:
            process.terminate()


def _client(url: str) -> httpx.Client:
    token = httpx.post(
        f"{url}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": "bench",
            "client_secret": "bench",
        },
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{url}/services/data/v62.0/", headers=headers, timeout=60)


def _time_calls(api: httpx.Client, count: int, pid: int) -> dict[str, float]:
    ids: list[str] = []
    started, cpu = time.perf_counter(), _cpu_seconds(pid)
    for records in _batches(count):
        answer = api.post("composite/sobjects", json={"records": records}).json()
        ids += [each["id"] for each in answer]
    created, created_cpu = time.perf_counter() - started, _cpu_seconds(pid) - cpu
    started, cpu = time.perf_counter(), _cpu_seconds(pid)
    for start in range(0, count, ROWS):
        records = [
            {"attributes": {"type": "Contact"}, "id": each, "Title": "changed"}
            for each in ids[start : start + ROWS]
        ]
        api.patch("composite/sobjects", json={"records": records}).raise_for_status()
    updated, updated_cpu = time.perf_counter() - started, _cpu_seconds(pid) - cpu
    emails = ", ".join(f"'p{number * 7 % count}@example.com'" for number in range(ROWS))
    soql = f"SELECT Id, Email FROM Contact WHERE Email IN ({emails})"  # noqa: S608
    fields = {"ids": ids[:2000], "fields": ["Id", "LastName", "Email", "Title"]}
    recent = f"SELECT Id FROM Contact WHERE SystemModstamp >= {_in_a_minute()} LIMIT 2000"  # noqa: S608
    return {
        "records": count,
        "created_per_second": round(count / created),
        "created_per_core_second": round(count / created_cpu),
        "updated_per_second": round(count / updated),
        "updated_per_core_second": round(count / updated_cpu),
        "query_200_emails_ms": _milliseconds(lambda: api.get("query", params={"q": soql})),
        "retrieve_2000_ms": _milliseconds(
            lambda: api.post("composite/sobjects/Contact", json=fields)
        ),
        "idle_poll_ms": _milliseconds(lambda: api.get("query", params={"q": recent})),
    }


def _batches(count: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, count, ROWS):
        yield [
            {
                "attributes": {"type": "Contact"},
                "Key__c": f"key-{number}",
                "FirstName": "Zoé",
                "LastName": f"Durand {number}",
                "Email": f"P{number}@Example.com",
                "Phone": "+33 1 23 45 67 89",
                "MailingStreet": f"{number} rue de la Paix",
                "MailingCity": "Lyon",
                "MailingCountry": "France",
                "Birthdate": "1990-02-01",
                "LeadSource": "Web",
                "HasOptedOutOfEmail": number % 5 == 0,
            }
            for number in range(start, min(start + ROWS, count))
        ]


def _milliseconds(call: Any) -> float:
    """Return the best of five: what it costs when nothing else is in the way."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        call().raise_for_status()
        times.append(time.perf_counter() - started)
    return round(min(times) * 1000, 1)


def _in_a_minute() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


if __name__ == "__main__":
    main()
