"""The data file: what was answered is there after a restart, a kill included."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.journal import JournalInUseError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SALES, SEED, TLS, client, create, names, outside, query
from tests.waiting import PATIENCE


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the command and yield it with what it said when it was ready."""
    command = [sys.executable, "-m", "salesforce_simulator", "--port", "0", *options]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    ) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line, running.stderr and running.stderr.read()
            yield running, json.loads(line)
        finally:
            running.kill()


def same_token(url: str, headers: dict[str, str]) -> httpx.Client:
    """A client that goes on with the access token that another one got."""
    return httpx.Client(verify=TLS, base_url=f"{url}/services/data/v62.0/", headers=headers)


def test_everything_is_found_again(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data) as first, client(first) as api:
        kept = create(api, "Contact", LastName="kept", Key__c="k", Email="k@example.com")
        gone = create(api, "Contact", LastName="gone")
        api.delete(f"sobjects/Contact/{gone}")
        purged = create(api, "Contact", LastName="purged")
        api.delete(f"sobjects/Contact/{purged}")
        first.org.empty_bin([purged])
        org_id, headers = first.org.id, dict(api.headers)
    with Simulator(seed=SEED, data=data) as second:
        assert second.org.id == org_id
        with same_token(second.url, headers) as api:
            assert names(query(api, "SELECT LastName FROM Contact WHERE Key__c = 'K'")) == ["kept"]
            rows = query(api, "SELECT Id, LastName FROM Contact", deleted=True)
            assert sorted(names(rows)) == ["gone", "kept"]
            assert create(api, "Contact", LastName="next") not in {kept, gone, purged}
        assert second.representative(SALES).record("Contact", kept)["Email"] == "k@example.com"
        assert len(second.org.store("User").live) == 2


def test_a_refresh_token_survives(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    sent = {"client_id": "app", "client_secret": "app-secret", "grant_type": "refresh_token"}
    tokens = [{"username": SALES, "client_id": "app", "refresh_token": "fixed-refresh-token"}]
    with Simulator(seed={**SEED, "tokens": tokens}, data=data) as first:
        url = f"{first.url}/services/oauth2/token"
        answer = outside.post(url, data={**sent, "refresh_token": "fixed-refresh-token"})
        assert answer.status_code == 200
    assert "fixed-refresh-token" not in data.read_text()
    with Simulator(data=data) as second:
        url = f"{second.url}/services/oauth2/token"
        answer = outside.post(url, data={**sent, "refresh_token": "fixed-refresh-token"})
        assert answer.status_code == 200


def test_seeded_records_come_once(tmp_path: Path) -> None:
    seed = {**SEED, "records": {"Contact": [{"LastName": "seeded"}]}}
    for _ in range(2):
        with Simulator(seed=seed, data=tmp_path / "org.jsonl") as simulator:
            assert len(simulator.representative().records("Contact")) == 1


def test_seeded_records_come_even_if_the_first_start_was_killed_before_them(
    tmp_path: Path,
) -> None:
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data):
        pass
    seed = {**SEED, "records": {"Contact": [{"LastName": "seeded"}]}}
    with Simulator(seed=seed, data=data) as simulator:
        jo = simulator.representative()
        [row] = jo.records("Contact")
        jo.delete("Contact", row["Id"])
        simulator.org.empty_bin()
    with Simulator(seed=seed, data=data) as simulator:
        assert simulator.representative().records("Contact") == []


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED))
    options = ("--data", str(data), "--seed", str(seed))
    with process(*options) as (running, ready):
        app = {"client_id": "app", "client_secret": "app-secret"}
        answer = outside.post(
            f"{ready['url']}/services/oauth2/token",
            data={"grant_type": "client_credentials", **app},
        ).json()
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        with httpx.Client(
            verify=TLS, base_url=f"{ready['url']}/services/data/v62.0/", headers=headers
        ) as api:
            ids = [create(api, "Contact", LastName=f"n{number}") for number in range(50)]
        running.send_signal(signal.SIGKILL)
        running.wait()
    with process(*options) as (_, ready):
        with httpx.Client(
            verify=TLS, base_url=f"{ready['url']}/services/data/v62.0/", headers=headers
        ) as api:
            found = query(api, "SELECT Id FROM Contact")
        assert {each["Id"] for each in found} == set(ids)


def test_a_line_cut_by_the_kill_is_ignored(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data) as first:
        first.representative().create("Contact", {"LastName": "whole"})
    with data.open("a") as end:
        end.write('{"rows":{"Contact":[{"Id":"003')
    with Simulator(seed=SEED, data=data) as second:
        assert [row["LastName"] for row in second.representative().records("Contact")] == ["whole"]
        second.representative().create("Contact", {"LastName": "after"})
    with Simulator(seed=SEED, data=data) as third:
        assert len(third.representative().records("Contact")) == 2


def test_starting_compacts_and_keeps_the_file_private(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    # Events are kept for their three days, whatever the file holds otherwise.
    seed = {**SEED, "change_events": []}
    with Simulator(seed=seed, data=data) as first:
        jo = first.representative()
        record_id = jo.create("Contact", {"LastName": "x"})
        for number in range(200):
            jo.update("Contact", record_id, {"Title": str(number)})
    grown = data.stat().st_size
    with Simulator(seed=SEED, data=data):
        assert data.stat().st_size < grown / 5
        assert stat.S_IMODE(data.stat().st_mode) == 0o600


def test_two_processes_do_not_share_a_file(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    with (
        process("--data", str(data)),
        pytest.raises(JournalInUseError, match="is in use by another process"),
    ):
        Simulator(data=data)


class TestCommand:
    def test_it_says_what_it_made_and_stops_when_told(self) -> None:
        with process() as (running, ready):
            assert set(ready) == {"url", "pubsub", "org_id", "apps", "users"}
            assert outside.get(f"{ready['url']}/services/data").status_code == 200
            assert ready["apps"][0]["client_secret"]
            running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=PATIENCE) == 0
            assert running.stderr is not None
            assert running.stderr.read() == ""

    def test_secrets_of_a_seed_are_not_told(self, tmp_path: Path) -> None:
        seed = tmp_path / "seed.json"
        seed.write_text(json.dumps(SEED))
        with process("--seed", str(seed)) as (_, ready):
            assert "app-secret" not in json.dumps(ready)

    def test_a_port_in_use_is_named(self, simulator: Simulator) -> None:
        answer = run("--port", str(simulator.port))
        assert answer.returncode == 2
        assert f"127.0.0.1:{simulator.port}" in answer.stderr
        assert answer.stdout == ""

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("{", "Expecting property name"),
            ("[]", "a JSON object is needed"),
            ('{"recrods": {}}', "unknown section: recrods"),
            ('{"users": [{"name": "x"}]}', "users: "),
            (
                '{"apps": [{"client_id": "a", "client_secret": "b", "flows": ["x"]}]}',
                "unknown flow",
            ),
            ('{"custom_fields": {"Contact": [{"name": "Key"}]}}', "must end in __c"),
            ('{"records": {"Contact": [{"FirstName": "x"}]}}', "Contact 1: Required fields"),
        ],
    )
    def test_a_bad_seed_is_explained(self, tmp_path: Path, content: str, reason: str) -> None:
        seed = tmp_path / "seed.json"
        seed.write_text(content)
        answer = run("--port", "0", "--seed", str(seed))
        assert answer.returncode == 2
        assert reason in answer.stderr
        assert "Traceback" not in answer.stderr

    @pytest.mark.parametrize("content", ["{}", "[", '[{"what": "earthquake"}]', '["x"]'])
    def test_bad_fault_plans_are_explained(self, tmp_path: Path, content: str) -> None:
        faults = tmp_path / "faults.json"
        faults.write_text(content)
        answer = run("--port", "0", "--faults", str(faults))
        assert (answer.returncode, answer.stdout) == (2, "")
        assert str(faults) in answer.stderr
        assert "Traceback" not in answer.stderr


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "salesforce_simulator", *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONPATH": "src"},
    )
