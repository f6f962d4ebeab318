"""What is to be said about a plug-in, from what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from raccord.connections import sentences
from raccord.connections.models import ReceivingAddress
from raccord.connections.plug_in import health
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.connectors import webhook_refusals
from raccord.connectors.plug_in import Health, State

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FINE = Health(version="1.0.0", state=State.WORKING, scheduled=True, delivered_at=NOW - HOUR)


def codes(
    said: Health | None,
    *,
    asked: timedelta = timedelta(),
    received: datetime | None = NOW - HOUR,
    version: str = "1.0.0",
) -> list[str]:
    row = InstalledPlugIn(
        version=version,
        seen_at=NOW - asked,
        health_at=NOW - asked if said else None,
        health=health.stored(said) if said else {},
    )
    found = health.findings(row, ReceivingAddress(received_at=received), now=NOW)
    for each in found:
        told = sentences.explain("salesforce", each.code, each.params)
        assert "no words for" not in told.what and told.todo and "–" not in told.what
    return [each.code for each in found]


def test_what_is_kept_is_what_was_said() -> None:
    whole = replace(
        FINE, waiting=3, waiting_since=NOW, retry_at=NOW + HOUR, reason="x", attempted_at=NOW
    )
    assert health.read(InstalledPlugIn(health=health.stored(whole))) == whole
    assert health.read(InstalledPlugIn(health={})) is None


def test_one_that_works_is_not_talked_about() -> None:
    assert codes(FINE) == []
    assert codes(FINE, version="") == []
    assert codes(None) == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (webhook_refusals.SIGNATURE_WRONG, health.HALTED_SIGNATURE),
        (webhook_refusals.CLOCK_OFF, health.HALTED_CLOCK),
        (webhook_refusals.CLOSED, health.HALTED_ADDRESS),
        ("http_404", health.HALTED_ADDRESS),
        ("no_credential", health.HALTED_CREDENTIAL),
        ("not_raccord", health.HALTED_STRANGER),
        ("http_403", health.HALTED_OTHER),
        ("<script>", health.HALTED_OTHER),
    ],
)
def test_why_it_halted(reason: str, code: str) -> None:
    halted = replace(FINE, state=State.HALTED, reason=reason, status=401)
    assert codes(halted) == [code]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": State.RETRYING, "status": 503}, health.RETRYING),
        ({"state": State.PAUSED, "waiting": 4}, health.PAUSED),
        ({"state": State.NEW, "delivered_at": None}, health.NEW),
        ({"scheduled": False}, health.UNSCHEDULED),
        ({"waiting": 2, "waiting_since": NOW - 3 * HOUR, "sent_as": "x"}, health.STUCK),
        ({"given_up": 9}, health.GIVEN_UP),
    ],
)
def test_each_state(change: dict[str, object], code: str) -> None:
    assert codes(replace(FINE, **change)) == [code]  # type: ignore[arg-type]


def test_a_stopped_one_is_paused_and_no_more() -> None:
    assert codes(replace(FINE, state=State.PAUSED, scheduled=False)) == [health.PAUSED]


def test_what_waits_for_a_moment_is_not_stuck() -> None:
    assert codes(replace(FINE, waiting=2, waiting_since=NOW - HOUR / 2)) == []


def test_messages_that_somebody_else_takes() -> None:
    assert codes(replace(FINE, delivered_at=NOW), received=None) == [health.ELSEWHERE]
    assert codes(replace(FINE, delivered_at=NOW), received=NOW - HOUR) == [health.ELSEWHERE]
    assert codes(replace(FINE, delivered_at=NOW), received=NOW - HOUR / 10) == []


def test_silence_is_said_and_what_it_said_before_is_not() -> None:
    halted = replace(FINE, state=State.HALTED, reason="x")
    assert codes(halted, asked=25 * HOUR, received=NOW - 26 * HOUR) == [health.SILENT]
    # A message is a sign of life as well.
    assert codes(FINE, asked=25 * HOUR, received=NOW - HOUR) == []


def test_what_matters_most_comes_first() -> None:
    assert codes(replace(FINE, given_up=1, scheduled=False)) == [
        health.UNSCHEDULED,
        health.GIVEN_UP,
    ]
