"""Many callers at once: no duplicates, no half transactions."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import client

THREADS = 8


def test_eight_threads_upsert_the_same_keys_without_a_duplicate(simulator: Simulator) -> None:
    keys = [f"k{number}" for number in range(50)]

    def upsert(thread: int) -> list[str]:
        rows = [
            {"attributes": {"type": "Contact"}, "Key__c": key, "LastName": f"t{thread}"}
            for key in (keys if thread % 2 else reversed(keys))
        ]
        with client(simulator) as api:
            answer = api.patch("composite/sobjects/Contact/Key__c", json={"records": rows})
        assert all(row["success"] for row in answer.json())
        return [row["id"] for row in answer.json() if row["created"]]

    with ThreadPoolExecutor(THREADS) as pool:
        created = [record_id for ids in pool.map(upsert, range(THREADS)) for record_id in ids]
    assert len(created) == len(set(created)) == len(keys)
    rows = simulator.representative().records("Contact")
    assert sorted(row["Key__c"] for row in rows) == sorted(keys)


def test_a_reader_never_sees_half_a_transaction(simulator: Simulator) -> None:
    with client(simulator) as api:
        rows = [{"attributes": {"type": "Contact"}, "LastName": "0"} for _ in range(100)]
        ids = [each["id"] for each in api.post("composite/sobjects", json={"records": rows}).json()]

    def write(number: int) -> None:
        with client(simulator) as api:
            changed = [
                {"attributes": {"type": "Contact"}, "id": each, "LastName": str(number)}
                for each in ids
            ]
            api.patch("composite/sobjects", json={"records": changed})

    def read(_: int) -> int:
        with client(simulator) as api:
            found: httpx.Response = api.get("query", params={"q": "SELECT LastName FROM Contact"})
        return len({each["LastName"] for each in found.json()["records"]})

    with ThreadPoolExecutor(THREADS) as pool:
        writes = [pool.submit(write, number) for number in range(10)]
        seen = list(pool.map(read, range(20)))
        for each in writes:
            each.result()
    assert set(seen) == {1}
