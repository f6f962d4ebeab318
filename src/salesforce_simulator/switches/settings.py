"""/simulator/settings: the numbers and moments that an org runs by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.clock import to_exact_stamp
from salesforce_simulator.org import Org
from salesforce_simulator.switches.wish import json_wish, moment, number, whole, wrong

_FAR = 10 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Setting:
    """How a setting is read, and how a wished value is made one or refused, and set."""

    read: Callable[[Org], Any]
    check: Callable[[Any, str], Any]
    set: Callable[[Org, Any], None]


def show(call: Call) -> Response:
    return call.answer({**values(call.org), "latency_ms": _app(call).latency_ms})


def change(call: Call) -> Response:
    """Take over the settings named; all of them or, where one makes no sense, none."""
    wish = json_wish(call, *SETTINGS, "latency_ms")
    checked = {
        name: SETTINGS[name].check(value, name)
        for name, value in wish.items()
        if name != "latency_ms"
    }
    if "latency_ms" in wish:
        _app(call).latency_ms = whole(wish["latency_ms"], "latency_ms")
    with call.org.lock:
        for name, value in checked.items():
            SETTINGS[name].set(call.org, value)
    return call.no_content()


def values(org: Org) -> dict[str, Any]:
    """Return every setting as JSON shows it."""
    with org.lock:
        return {name: each.read(org) for name, each in SETTINGS.items()}


def restore(org: Org, before: dict[str, Any]) -> None:
    """Set everything as `values` once returned it."""
    with org.lock:
        for name, value in before.items():
            SETTINGS[name].set(org, SETTINGS[name].check(value, name))


def _daily(org: Org, value: int) -> None:
    org.usage.daily_calls = value


def _session(org: Org, value: float) -> None:
    org.grants.session_seconds = value


def _skew(org: Org, value: float) -> None:
    org.time.skew = timedelta(seconds=value)


def _frozen(org: Org, value: datetime | None) -> None:
    org.time.frozen_at = value


def _held_back(org: Org, value: datetime | None) -> None:
    org.held_back_at = value


def _long_calls(org: Org, value: int) -> None:
    org.concurrency.max_long_calls = value


def _long_seconds(org: Org, value: float) -> None:
    org.concurrency.long_call_seconds = value


def _storage(org: Org, value: int | None) -> None:
    org.storage_records = value


def _or_none(check: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    return lambda value, name: None if value is None else check(value, name)


def _seconds_either_way(value: Any, name: str) -> float:
    seconds = number(value, name, least=-_FAR)
    if seconds > _FAR:
        raise wrong(f"{name} is at most {_FAR}")
    return seconds


def _shown(when: datetime | None) -> str | None:
    return to_exact_stamp(when) if when is not None else None


SETTINGS: dict[str, Setting] = {
    "daily_api_requests": Setting(lambda org: org.usage.daily_calls, whole, _daily),
    "session_seconds": Setting(lambda org: org.grants.session_seconds, number, _session),
    "max_long_calls": Setting(lambda org: org.concurrency.max_long_calls, whole, _long_calls),
    "long_call_seconds": Setting(
        lambda org: org.concurrency.long_call_seconds, number, _long_seconds
    ),
    "clock_skew_seconds": Setting(
        lambda org: org.time.skew.total_seconds(), _seconds_either_way, _skew
    ),
    "clock_frozen_at": Setting(lambda org: _shown(org.time.frozen_at), _or_none(moment), _frozen),
    "feed_held_back_at": Setting(
        lambda org: _shown(org.held_back_at), _or_none(moment), _held_back
    ),
    "storage_records": Setting(lambda org: org.storage_records, _or_none(whole), _storage),
}


def _app(call: Call) -> Any:
    return call.request.environ["simulator.app"]
