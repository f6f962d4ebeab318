"""Trouble beyond single refusals: slow answers, late commits, maintenance, clocks, another org."""

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from salesforce_simulator.faults import Faults
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import (
    SEED,
    client,
    control,
    create,
    outside,
    query,
    settings,
)
from tests.waiting import PATIENCE, wait_until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestFaults:
    def test_several_rows_at_once(self, simulator: Simulator, api: httpx.Client) -> None:
        simulator.faults.add("row_lock", rows=[1, 3])
        records = [{"attributes": {"type": "Contact"}, "LastName": name} for name in "abc"]
        rows = api.post("composite/sobjects", json={"records": records}).json()
        assert [row["success"] for row in rows] == [False, True, False]

    def test_slow_bytes(self, simulator: Simulator, api: httpx.Client) -> None:
        """The bytes come, and take their time."""
        whole = api.get("limits/recordCount").content
        simulator.faults.add("slow_bytes", bytes_per_second=max(1, len(whole) // 2))
        began = time.monotonic()
        assert api.get("limits/recordCount").content == whole
        assert time.monotonic() - began > 1.5

    def test_bad_luck_can_be_had_twice(self) -> None:
        def struck(seed: int) -> list[bool]:
            faults = Faults()
            faults.add_plan({"what": "unavailable", "share": 0.2, "random_seed": seed})
            return [faults.strike("GET", "/x") is not None for _ in range(500)]

        assert struck(1) == struck(1) != struck(2)
        assert 50 < sum(struck(1)) < 150

    def test_faults_of_one_app(self, simulator: Simulator, api: httpx.Client) -> None:
        simulator.faults.add("unavailable", client_id="other")
        assert api.get("limits").status_code == 200
        simulator.faults.add("unavailable", client_id="app")
        assert api.get("limits").status_code == 503
        simulator.faults.add("unavailable", client_id="app", path="oauth2/token")
        with pytest.raises(httpx.HTTPStatusError, match="503"):
            client(simulator)

    @pytest.mark.parametrize(
        "plan",
        [
            {"share": 0},
            {"share": "half"},
            {"times": 0},
            {"rows": [0]},
            {"milliseconds": 600_001},
            {"milliseconds": -1},
            {"bytes_per_second": 0},
            {"status": 99},
            {"path": 1},
        ],
    )
    def test_plans_that_make_no_sense(self, simulator: Simulator, plan: dict[str, Any]) -> None:
        answer = control(simulator, "faults", what="unavailable", **plan)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FAULT")

    def test_a_late_commit_does_not_outlive_the_simulator(self, simulator: Simulator) -> None:
        with client(simulator) as api:
            simulator.faults.add("late_commit", milliseconds=600_000)
            with pytest.raises(httpx.TransportError):
                api.post("sobjects/Contact", json={"LastName": "a"})
        later = simulator.org.later
        assert later.waiting == 1
        simulator.close()
        wait_until(lambda: later.waiting == 0)
        assert simulator.representative().records("Contact") == []


def test_a_row_that_commits_late_behind_a_newer_stamp() -> None:
    """The feed is held back at the moment it began; the row appears with the older stamp."""
    now = [NOON]
    with (
        Simulator(seed={**SEED, "session_seconds": 10**6}, clock=lambda: now[0]) as simulator,
        client(simulator) as api,
    ):
        simulator.faults.add("late_row", path="sobjects/Lead", milliseconds=600_000)
        slow = threading.Thread(
            target=lambda: api.post(
                "sobjects/Lead", json={"LastName": "late", "Company": "x"}, timeout=PATIENCE
            )
        )
        slow.start()
        wait_until(lambda: simulator.org.is_held_back)
        now[0] = NOON + timedelta(minutes=5)
        with client(simulator) as other:
            newer = create(other, "Lead", LastName="newer", Company="x")
            window = {
                "start": (NOON - timedelta(minutes=5)).isoformat(),
                "end": (NOON + timedelta(minutes=5)).isoformat(),
            }
            feed = other.get("sobjects/Lead/updated", params=window).json()
            assert feed == {"ids": [], "latestDateCovered": "2026-03-01T12:00:00.000+0000"}
            [row] = query(other, "SELECT LastName FROM Lead")
            assert row["LastName"] == "newer"
            simulator.faults.clear()
            slow.join()
            now[0] = NOON + timedelta(minutes=10)
            rows = query(other, "SELECT LastName, SystemModstamp FROM Lead ORDER BY SystemModstamp")
            assert [(r["LastName"], r["SystemModstamp"][11:16]) for r in rows] == [
                ("late", "12:00"),
                ("newer", "12:05"),
            ]
            feed = other.get("sobjects/Lead/updated", params=window).json()
            assert feed["latestDateCovered"] == "2026-03-01T12:05:00.000+0000"
            assert newer not in feed["ids"]
            assert len(feed["ids"]) == 1


class TestMaintenance:
    def test_nothing_but_the_control_api_answers(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        assert control(simulator, "maintenance").status_code == 201
        answer = api.get("limits")
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (503, "SERVER_UNAVAILABLE")
        token = outside.post(f"{simulator.url}/services/oauth2/token", data={})
        assert (token.status_code, token.headers["Content-Type"]) == (
            503,
            "text/html;charset=UTF-8",
        )
        soap = outside.post(f"{simulator.url}/services/Soap/u/60.0", content="<x/>")
        assert (soap.status_code, b"SERVER_UNAVAILABLE" in soap.content) == (503, True)
        outside.delete(f"{simulator.url}/simulator/maintenance").raise_for_status()
        assert api.get("limits").status_code == 200

    def test_a_window_begins_and_ends_by_the_clock(self) -> None:
        now = [NOON]
        with (
            Simulator(seed={**SEED, "session_seconds": 10**6}, clock=lambda: now[0]) as simulator,
            client(simulator) as api,
        ):
            begin = (NOON + timedelta(minutes=1)).isoformat()
            control(simulator, "maintenance", seconds=60, **{"from": begin}).raise_for_status()
            statuses = []
            for minutes in (0, 1, 2):
                now[0] = NOON + timedelta(minutes=minutes)
                statuses.append(api.get("limits").status_code)
            assert statuses == [200, 503, 200]

    @pytest.mark.parametrize(
        "wish", [{"from": "noon"}, {"seconds": -1}, {"until": "2020-01-01T00:00:00Z"}, {"x": 1}]
    )
    def test_windows_that_make_no_sense(self, simulator: Simulator, wish: dict[str, Any]) -> None:
        assert control(simulator, "maintenance", **wish).status_code == 400


class TestClock:
    def test_a_skew_moves_everything_the_org_says(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        settings(simulator, clock_skew_seconds=-3600, session_seconds=10**6)
        record_id = create(api, "Contact", LastName="a")
        answer = api.get(f"sobjects/Contact/{record_id}")
        told = parsedate_to_datetime(answer.headers["Date"])
        stamp = datetime.fromisoformat(answer.json()["SystemModstamp"])
        for moment in (told, stamp):
            assert timedelta(minutes=59) < datetime.now(UTC) - moment < timedelta(minutes=61)

    def test_a_clock_that_was_changed_can_be_put_back(self, simulator: Simulator) -> None:
        org = simulator.org
        usual = org.clock
        org.clock = lambda: NOON
        assert org.now() == NOON
        org.clock = usual
        assert abs(org.now() - datetime.now(UTC)) < timedelta(minutes=1)

    def test_two_changes_in_one_second(self, simulator: Simulator) -> None:
        settings(simulator, clock_frozen_at=NOON.isoformat(), session_seconds=10**9)
        with client(simulator) as later:
            record_id = create(later, "Contact", LastName="a")
            path = f"sobjects/Contact/{record_id}"
            before = later.get(path).json()["SystemModstamp"]
            later.patch(path, json={"LastName": "b"})
            assert (
                later.get(path).json()["SystemModstamp"] == before == "2026-03-01T12:00:00.000+0000"
            )
        settings(simulator, clock_frozen_at=None)
        assert simulator.org.time.is_true


class TestLimits:
    def test_long_calls_keep_others_out(self, simulator: Simulator, api: httpx.Client) -> None:
        settings(simulator, max_long_calls=1, long_call_seconds=0)
        assert api.get("limits").status_code == 200
        simulator.faults.add("hang_after", path="limits", milliseconds=600_000)
        hanging = threading.Thread(target=_get_and_forget, args=(api, "limits"))
        hanging.start()
        wait_until(lambda: not simulator.faults.all())
        with client(simulator) as other:
            answer = other.get("sobjects")
            assert answer.status_code == 403
            assert answer.json() == [
                {
                    "message": "ConcurrentPerOrgLongTxn Limit exceeded.",
                    "errorCode": "REQUEST_LIMIT_EXCEEDED",
                }
            ]
            settings(simulator, long_call_seconds=20)
            assert other.get("sobjects").status_code == 200
        simulator.faults.clear()
        hanging.join()

    def test_the_days_usage_outlives_a_restart(self, tmp_path: Any) -> None:
        data = tmp_path / "org.jsonl"
        with Simulator(seed=SEED, data=data) as first, client(first) as api:
            for _ in range(3):
                api.get("limits")
        for used in (4, 5):
            with Simulator(seed=SEED, data=data) as again, client(again) as api:
                header = api.get("limits").headers["Sforce-Limit-Info"]
                assert header == f"api-usage={used}/100000"


class TestAnotherOrg:
    def test_tokens_are_refused_and_records_gone(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        create(api, "Contact", LastName="a")
        before = simulator.org.id
        answer = control(simulator, "organization", name="Sandbox").json()
        assert answer == {"org_id": simulator.org.id, "org_name": "Sandbox"}
        assert simulator.org.id != before
        assert api.get("limits").status_code == 401
        with client(simulator) as again:
            assert query(again, "SELECT Id FROM Contact") == []
            [row] = query(again, "SELECT Id, Name FROM Organization")
            assert (row["Id"], row["Name"]) == (simulator.org.id, "Sandbox")

    def test_or_go_on_with_the_same_records(self, simulator: Simulator, api: httpx.Client) -> None:
        record_id = create(api, "Contact", LastName="a")
        control(simulator, "organization", keep_records=True, accept_tokens=True)
        assert api.get(f"sobjects/Contact/{record_id}").status_code == 200
        told = outside.get(
            f"{simulator.url}/services/oauth2/userinfo",
            headers={"Authorization": api.headers["Authorization"]},
        )
        assert told.json()["organization_id"] == simulator.org.id

    def test_it_stays_another_after_a_restart(self, tmp_path: Any) -> None:
        data = tmp_path / "org.jsonl"
        with Simulator(seed=SEED, data=data) as first:
            control(first, "organization").raise_for_status()
            known = first.org.id
        with Simulator(seed=SEED, data=data) as again, client(again) as api:
            assert again.org.id == known
            assert [row["Id"] for row in query(api, "SELECT Id FROM Organization")] == [known]


def _get_and_forget(api: httpx.Client, path: str) -> None:
    api.get(path, timeout=PATIENCE)
