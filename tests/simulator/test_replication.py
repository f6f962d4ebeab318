"""getUpdated and getDeleted, and the stamps they go by."""

# ruff: noqa: S608 - SOQL is what is tested

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, query

NOON = datetime(2026, 11, 22, 12, 0, 30, 750_000, tzinfo=UTC)


def at(simulator: Simulator, moment: datetime) -> None:
    simulator.org.clock = lambda: moment


def window(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def test_changes_of_a_window(simulator: Simulator, api: httpx.Client) -> None:
    at(simulator, NOON)
    before = create(api, "Contact", LastName="before")
    at(simulator, NOON + timedelta(minutes=10))
    inside = create(api, "Contact", LastName="inside")
    at(simulator, NOON + timedelta(minutes=30))
    api.patch(f"sobjects/Contact/{before}", json={"Title": "x"})
    asked = window(NOON + timedelta(minutes=5), NOON + timedelta(minutes=20))
    answer = api.get("sobjects/Contact/updated/", params=asked).json()
    assert answer == {"ids": [inside], "latestDateCovered": "2026-11-22T12:20:00.000+0000"}


def test_the_feed_is_held_back_while_a_transaction_is_under_way(
    simulator: Simulator, api: httpx.Client
) -> None:
    at(simulator, NOON)
    simulator.org.held_back_at = NOON - timedelta(minutes=3)
    asked = window(NOON - timedelta(hours=1), NOON + timedelta(minutes=5))
    answer = api.get("sobjects/Contact/updated", params=asked).json()
    assert answer["latestDateCovered"] == "2026-11-22T11:57:30.000+0000"


def test_deletions_of_a_window(simulator: Simulator, api: httpx.Client) -> None:
    at(simulator, NOON)
    record_id = create(api, "Contact", LastName="x")
    api.delete(f"sobjects/Contact/{record_id}")
    at(simulator, NOON + timedelta(minutes=5))
    asked = window(NOON - timedelta(minutes=1), NOON + timedelta(minutes=2))
    answer = api.get("sobjects/Contact/deleted", params=asked).json()
    assert answer == {
        "deletedRecords": [{"id": record_id, "deletedDate": "2026-11-22T12:00:30.000+0000"}],
        "earliestDateAvailable": "2026-11-07T12:05:30.000+0000",
        "latestDateCovered": "2026-11-22T12:02:00.000+0000",
    }
    assert api.get("sobjects/Contact/updated", params=asked).json()["ids"] == []


@pytest.mark.parametrize(
    ("resource", "start", "end"),
    [
        ("updated", timedelta(minutes=0), timedelta(seconds=20)),
        ("updated", timedelta(days=-31), timedelta(0)),
        ("deleted", timedelta(days=-16), timedelta(0)),
    ],
)
def test_windows_that_make_no_sense(
    simulator: Simulator, api: httpx.Client, resource: str, start: timedelta, end: timedelta
) -> None:
    at(simulator, NOON)
    answer = api.get(f"sobjects/Contact/{resource}", params=window(NOON + start, NOON + end))
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_two_changes_in_one_second_carry_one_stamp(simulator: Simulator, api: httpx.Client) -> None:
    at(simulator, NOON)
    create(api, "Contact", LastName="a")
    at(simulator, NOON + timedelta(milliseconds=200))
    create(api, "Contact", LastName="b")
    stamps = {each["SystemModstamp"] for each in query(api, "SELECT SystemModstamp FROM Contact")}
    assert stamps == {"2026-11-22T12:00:30.000+0000"}


def test_a_poll_sees_changes_after_the_clock_was_set_back(
    simulator: Simulator, api: httpx.Client
) -> None:
    at(simulator, NOON)
    create(api, "Contact", LastName="later")
    at(simulator, NOON - timedelta(hours=1))
    create(api, "Contact", LastName="earlier")
    since = NOON.isoformat().replace("+00:00", "Z")
    soql = f"SELECT LastName FROM Contact WHERE SystemModstamp >= {since[:19]}Z"
    assert [each["LastName"] for each in query(api, soql)] == ["later"]


def test_limits_and_counts(api: httpx.Client) -> None:
    create(api, "Lead", LastName="x", Company="y")
    limits = api.get("limits").json()
    assert limits["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_998}
    assert api.get("limits/recordCount", params={"sObjects": "Contact,Lead"}).json() == {
        "sObjects": [{"count": 1, "name": "Lead"}]
    }


def test_the_allowance_is_a_rolling_day(simulator: Simulator, api: httpx.Client) -> None:
    start = simulator.org.clock()
    simulator.org.usage.daily_calls = 2
    assert [api.get("limits").status_code for _ in range(3)] == [200, 200, 403]
    assert api.get("limits").json() == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]
    simulator.org.grants.session_seconds = 48 * 3600
    at(simulator, start + timedelta(hours=25))
    assert api.get("limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
