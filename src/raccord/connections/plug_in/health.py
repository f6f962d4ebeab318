"""What a plug-in says of itself, kept as a row has it, and what is to be said about it to people.

Nothing here asks anybody: `looking_after.py` asks, in the background.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from raccord.connections.models import ReceivingAddress
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.connectors import webhook_refusals
from raccord.connectors.plug_in import Health, State

# So long nothing was heard of it, though it is asked every hour.
SILENT_AFTER = timedelta(hours=24)
# Its hourly look would have sent what waits so long.
STUCK_AFTER = timedelta(hours=2)
# Clocks differ, and a message is under way for a while.
_TOLERANCE = timedelta(minutes=10)
_MOMENTS = ("waiting_since", "attempted_at", "delivered_at", "retry_at")

SILENT = "raccord.plug_in.silent"
PAUSED = "raccord.plug_in.paused"
NEW = "raccord.plug_in.nothing_yet"
RETRYING = "raccord.plug_in.retrying"
HALTED_SIGNATURE = "raccord.plug_in.halted_signature"
HALTED_CLOCK = "raccord.plug_in.halted_clock"
HALTED_ADDRESS = "raccord.plug_in.halted_address"
HALTED_CREDENTIAL = "raccord.plug_in.halted_credential"
HALTED_STRANGER = "raccord.plug_in.halted_stranger"
HALTED_OTHER = "raccord.plug_in.halted_other"
UNSCHEDULED = "raccord.plug_in.unscheduled"
STUCK = "raccord.plug_in.stuck"
ELSEWHERE = "raccord.plug_in.delivers_elsewhere"
GIVEN_UP = "raccord.plug_in.given_up"

_HALTED = {
    webhook_refusals.SIGNATURE_MISSING: HALTED_SIGNATURE,
    webhook_refusals.SIGNATURE_WRONG: HALTED_SIGNATURE,
    webhook_refusals.CLOCK_OFF: HALTED_CLOCK,
    webhook_refusals.CLOSED: HALTED_ADDRESS,
    webhook_refusals.NO_SUCH_ADDRESS: HALTED_ADDRESS,
    "http_404": HALTED_ADDRESS,
    "http_410": HALTED_ADDRESS,
    "no_credential": HALTED_CREDENTIAL,
    "not_raccord": HALTED_STRANGER,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be said. urgent: nothing arrives until somebody acts."""

    code: str
    params: dict[str, str]
    urgent: bool = True


def stored(health: Health) -> dict[str, Any]:
    """As the row keeps it."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(health).items()
    }


def read(row: InstalledPlugIn) -> Health | None:
    """What it last said of itself; None if it has not said anything yet."""
    kept = row.health
    if not kept:
        return None
    moments = {
        name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in _MOMENTS
    }
    return Health(**{**kept, **moments, "state": State(kept["state"])})


def findings(
    row: InstalledPlugIn, address: ReceivingAddress | None, *, now: datetime
) -> list[Finding]:
    """What there is to say about a plug-in, what matters most first."""
    if not row.version:
        return []
    moments = (row.health_at, address.received_at if address else None)
    since = max((each for each in moments if each), default=row.seen_at)
    if since and since < now - SILENT_AFTER:
        return [Finding(SILENT, {"hours": str(int((now - since).total_seconds() // 3600))})]
    health = read(row)
    return sorted(_of(health, address, now=now), key=lambda each: not each.urgent) if health else []


def _of(health: Health, address: ReceivingAddress | None, *, now: datetime) -> Iterator[Finding]:
    match health.state:
        case State.HALTED:
            status = {"status": str(health.status or "–"), "code": health.reason}
            yield Finding(_HALTED.get(health.reason, HALTED_OTHER), status)
        case State.RETRYING:
            yield Finding(RETRYING, {"status": str(health.status or "–")}, urgent=False)
        case State.PAUSED:
            yield Finding(PAUSED, {"count": str(health.waiting)}, urgent=False)
        case State.NEW:
            yield Finding(NEW, {}, urgent=False)
    if health.state != State.PAUSED and not health.scheduled:
        yield Finding(UNSCHEDULED, {})
    waits = health.waiting_since
    if health.state == State.WORKING and waits and waits < now - STUCK_AFTER:
        yield Finding(STUCK, {"count": str(health.waiting), "user": health.sent_as or "–"})
    if health.state == State.WORKING and _goes_astray(health, address):
        yield Finding(ELSEWHERE, {})
    if health.given_up:
        yield Finding(GIVEN_UP, {"count": str(health.given_up)}, urgent=False)


def _goes_astray(health: Health, address: ReceivingAddress | None) -> bool:
    """It says that somebody took its last message, and that was not us."""
    if health.delivered_at is None or address is None:
        return False
    received = address.received_at
    return received is None or received < health.delivered_at - _TOLERANCE
