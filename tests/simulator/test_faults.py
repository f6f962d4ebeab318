"""Faults on demand: what the caller sees, and what was written behind its back."""

import threading
from collections.abc import Callable

import httpx
import pytest

from salesforce_simulator.faults import Fault
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, outside
from tests.waiting import wait_until

CREATE = {"records": [{"attributes": {"type": "Contact"}, "LastName": n} for n in "abc"]}


def stored(simulator: Simulator) -> list[str]:
    return sorted(row["LastName"] for row in simulator.representative().records("Contact"))


@pytest.mark.parametrize(
    ("plan", "status", "code"),
    [
        ({"what": "expired_session"}, 401, "INVALID_SESSION_ID"),
        ({"what": "request_limit"}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ({"what": "concurrent_limit"}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ({"what": "too_many_requests", "retry_after": 7}, 429, "REQUEST_LIMIT_EXCEEDED"),
        ({"what": "unavailable"}, 503, "SERVER_UNAVAILABLE"),
        ({"what": "unavailable", "retry_after": 7}, 503, "SERVER_UNAVAILABLE"),
        ({"what": "server_error"}, 500, "UNKNOWN_EXCEPTION"),
    ],
)
def test_refusals(
    simulator: Simulator, api: httpx.Client, plan: dict[str, object], status: int, code: str
) -> None:
    simulator.faults.add_plan({**plan, "path": "composite"})
    assert api.get("limits").status_code == 200
    answer = api.post("composite/sobjects", json=CREATE)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("7" if "retry_after" in plan else None)
    assert stored(simulator) == []
    assert api.post("composite/sobjects", json=CREATE).status_code == 200


def test_one_locked_row(simulator: Simulator, api: httpx.Client) -> None:
    simulator.faults.add("row_lock", row=2)
    rows = api.post("composite/sobjects", json=CREATE).json()
    assert [row["success"] for row in rows] == [True, False, True]
    assert rows[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert stored(simulator) == ["a", "c"]


@pytest.mark.parametrize(
    ("what", "written"), [("reset_before", []), ("reset_after", ["a", "b", "c"])]
)
def test_a_reset_connection(
    simulator: Simulator, api: httpx.Client, what: str, written: list[str]
) -> None:
    simulator.faults.add(what)
    with pytest.raises(httpx.ReadError):
        api.post("composite/sobjects", json=CREATE)
    wait_until(lambda: stored(simulator) == written)
    assert simulator.calls.all()[-1].status == 0


def test_an_answer_that_breaks_off(simulator: Simulator, api: httpx.Client) -> None:
    simulator.faults.add("reset_in_answer")
    with pytest.raises(httpx.TransportError):
        api.post("composite/sobjects", json=CREATE)
    assert stored(simulator) == ["a", "b", "c"]


def test_an_answer_that_is_no_json(simulator: Simulator, api: httpx.Client) -> None:
    simulator.faults.add("malformed_json")
    answer = api.post("composite/sobjects", json=CREATE)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
    assert stored(simulator) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("what", "written"), [("hang_before", []), ("hang_after", ["a", "b", "c"])]
)
def test_a_call_that_hangs(
    simulator: Simulator, api: httpx.Client, what: str, written: list[str]
) -> None:
    """The client gives up while the call hangs; only one that hangs after was carried out."""
    simulator.faults.add(what, milliseconds=60_000)
    with pytest.raises(httpx.ReadTimeout):
        api.post("composite/sobjects", json=CREATE, timeout=0.3)
    wait_until(lambda: stored(simulator) == written)


def test_a_call_that_commits_after_its_client_gave_up(
    simulator: Simulator, api: httpx.Client
) -> None:
    simulator.faults.add("late_commit", milliseconds=3_000)
    with pytest.raises(httpx.TransportError):
        api.post("composite/sobjects", json=CREATE)
    assert stored(simulator) == []
    wait_until(lambda: stored(simulator) == ["a", "b", "c"])


def test_skip_and_times_count_calls(simulator: Simulator, api: httpx.Client) -> None:
    simulator.faults.add("unavailable", path="limits", method="GET", skip=1, times=2)
    statuses = [api.get("limits").status_code for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]


def test_two_threads_do_not_share_one_strike(simulator: Simulator) -> None:
    simulator.faults.add("unavailable", times=3)
    struck: list[Fault | None] = []

    def call() -> None:
        struck.append(simulator.faults.strike("GET", "/x"))

    run_at_once(call, 16)
    assert sum(each is not None for each in struck) == 3


def run_at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class TestControl:
    """The same by HTTP, for tests in other processes."""

    def test_faults_are_added_listed_and_removed(self, simulator: Simulator) -> None:
        url = f"{simulator.url}/simulator/faults"
        added = outside.post(url, json=[{"what": "unavailable"}, {"what": "row_lock", "row": 3}])
        assert added.status_code == 201
        assert [each["what"] for each in outside.get(url).json()] == ["unavailable", "row_lock"]
        assert outside.delete(f"{url}/{added.json()[0]['id']}").status_code == 204
        assert [each["what"] for each in outside.get(url).json()] == ["row_lock"]
        assert outside.delete(url).status_code == 204
        assert outside.get(url).json() == []

    @pytest.mark.parametrize(
        "plan",
        [
            {"what": "earthquake"},
            {"what": "unavailable", "x": 1},
            {},
            {"what": "status", "path": "("},
        ],
    )
    def test_a_plan_that_makes_no_sense(
        self, simulator: Simulator, plan: dict[str, object]
    ) -> None:
        answer = outside.post(f"{simulator.url}/simulator/faults", json=plan)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FAULT")

    def test_a_form_cannot_change_anything(self, simulator: Simulator) -> None:
        answer = outside.post(f"{simulator.url}/simulator/reset", data={"a": "b"})
        assert answer.status_code == 415

    def test_calls_are_listed_with_who_and_how_much(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        api.post("composite/sobjects", json=CREATE)
        url = f"{simulator.url}/simulator/calls"
        [call] = outside.get(url, params={"path": "composite"}).json()
        assert (call["method"], call["rows"], call["status"]) == ("POST", 3, 200)
        assert (call["user"], call["client"]) == ("integration@simulated.example", "app")
        assert outside.get(url, params={"after": call["number"]}).json() == []
        outside.delete(url)
        assert outside.get(url).json() == []

    def test_no_token_and_no_code_is_ever_listed(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        api.get("limits", params={"oauth_token": "secret-token"})
        assert "secret-token" not in outside.get(f"{simulator.url}/simulator/calls").text

    def test_reset_keeps_authorizations_and_nothing_else(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        create(api, "Contact", LastName="x")
        simulator.faults.add("unavailable")
        url = f"{simulator.url}/simulator"
        assert outside.post(f"{url}/reset", json={}).status_code == 204
        assert outside.get(f"{url}/records/Contact").json() == {"total": 0, "records": []}
        assert api.get("limits").headers["Sforce-Limit-Info"] == "api-usage=1/100000"

    def test_settings_and_expiry(self, simulator: Simulator, api: httpx.Client) -> None:
        url = f"{simulator.url}/simulator"
        outside.post(f"{url}/settings", json={"daily_api_requests": 1000}).raise_for_status()
        assert api.get("limits").headers["Sforce-Limit-Info"] == "api-usage=1/1000"
        assert outside.post(f"{url}/settings", json={"speed": 3}).status_code == 400
        assert outside.post(f"{url}/sessions/expire", json={}).json() == {"expired": 1}
        assert api.get("limits").status_code == 401

    def test_records_as_stored(self, simulator: Simulator, api: httpx.Client) -> None:
        record_id = create(api, "Contact", LastName="x")
        api.delete(f"sobjects/Contact/{record_id}")
        url = f"{simulator.url}/simulator/records/Contact"
        assert outside.get(url).json()["total"] == 0
        [row] = outside.get(url, params={"deleted": "true"}).json()["records"]
        assert (row["Id"], row["IsDeleted"]) == (record_id, True)
        state = outside.get(f"{simulator.url}/simulator").json()
        assert (state["deleted"]["Contact"], state["org_id"]) == (1, simulator.org.id)
