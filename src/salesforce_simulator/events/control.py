"""The simulator's own addresses under /simulator/events: what goes wrong with events, on demand."""

from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.events.settings import EventSettings

_SWITCHES = frozenset({"paused", "merge"})
_KNOWN = frozenset(EventSettings.__dataclass_fields__)


def show(call: Call) -> Response:
    """The settings, whose changes are published, how many events are kept, who listens."""
    events = call.org.events
    return call.answer(
        {
            **asdict(events.settings),
            "selected": sorted(events.selected),
            "channels": {name: sorted(each) for name, each in events.channels.items()},
            "platform_events": sorted(events.schemas.platform),
            "kept": events.kept(),
            "streams": events.connected_topics(),
        }
    )


def change(call: Call) -> Response:
    """Change settings, and by `selected` the objects whose changes are published from now on."""
    content = _json(call)
    if not isinstance(content, dict):
        raise ApiError("INVALID_SETTING", "an object with settings is needed")
    selected = content.pop("selected", None)
    for name, value in content.items():
        _check(name, value)
    if selected is not None:
        _select(call, selected)
    call.org.events.change_settings(content)
    return call.no_content()


def forget(call: Call) -> Response:
    """Drop every event that is kept: replay ids from before lead nowhere."""
    call.org.events.forget()
    return call.no_content()


def disconnect(call: Call) -> Response:
    """End every stream with UNAVAILABLE."""
    _json(call)
    return call.answer({"disconnected": call.org.events.disconnect()})


def _check(name: str, value: Any) -> None:
    if name not in _KNOWN:
        known = ", ".join(sorted({*_KNOWN, "selected"}))
        raise ApiError("INVALID_SETTING", f"{name}: known settings are {known}")
    if name in _SWITCHES:
        if not isinstance(value, bool):
            raise ApiError("INVALID_SETTING", f"{name}: true or false is needed")
    elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ApiError("INVALID_SETTING", f"{name}: a whole number from 0 is needed")


def _select(call: Call, names: Any) -> None:
    stores = call.org.stores
    if not isinstance(names, list) or not all(
        isinstance(name, str) and name in stores and not stores[name].kind.read_only
        for name in names
    ):
        raise ApiError("INVALID_SETTING", "selected: a list of objects that have change events")
    call.org.events.capture(names, call.org.events.channels)


def _json(call: Call) -> Any:
    if call.request.mimetype != "application/json":
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", "send application/json", status=415)
    return call.json() if call.body() else {}
