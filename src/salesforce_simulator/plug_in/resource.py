"""/services/apexrest/raccord: what the plug-in's own REST resource answers."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, not_found
from salesforce_simulator.plug_in import sender
from salesforce_simulator.plug_in.twin import OBJECTS

_ACTIONS = ("start", "stop", "pause", "resume", "retry", "test")


def show(call: Call) -> Response:
    return _refusal(call) or call.answer(_status(call))


def watch(call: Call) -> Response:
    """Replace the watched fields of the objects named; those that the org has not are told."""
    refused = _refusal(call)
    if refused is not None:
        return refused
    wanted = call.json_object().get("watched")
    if not isinstance(wanted, dict):
        return _error(call, 400, "bad_message")
    unknown: dict[str, list[str]] = {}
    known: dict[str, list[str]] = {}
    for name, fields in wanted.items():
        if name not in OBJECTS:
            return _error(call, 400, "unknown_object")
        if not isinstance(fields, list) or not all(isinstance(each, str) for each in fields):
            return _error(call, 400, "bad_message")
        kind = call.org.whole.store(name).kind
        there = [each for each in fields if each == "*" or _is_watchable(kind.field(each))]
        known[name], unknown[name] = there, [each for each in fields if each not in there]
    with call.org.lock:
        call.org.plug_in.watched.update(known)
    return call.answer(_status(call) | {"unknown": unknown})


def act(call: Call) -> Response:
    refused = _refusal(call)
    if refused is not None:
        return refused
    plug_in = call.org.plug_in
    action = call.json_object().get("action")
    if action not in _ACTIONS:
        return _error(call, 400, "unknown_action")
    if action == "test":
        stamp = call.org.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        plug_in.last = sender.post([], address=plug_in.address, secret=plug_in.secret, stamp=stamp)
    with call.org.lock:
        if action in {"start", "stop"}:
            plug_in.scheduled = action == "start"
        if action in {"stop", "pause"}:
            plug_in.paused = True
        elif action in {"start", "resume", "retry"}:
            plug_in.paused = False
            plug_in.wake()
    return call.answer(_status(call))


def _refusal(call: Call) -> Response | None:
    """Why this call is not answered: nothing is installed, or the user may not."""
    plug_in = call.org.plug_in
    if not plug_in.is_installed:
        raise not_found("Could not find a match for URL")
    if not plug_in.is_allowed(call.user_id):
        message = "You do not have access to the Apex class named: RaccordRest"
        raise ApiError("FORBIDDEN", message, status=403)
    return None


def _error(call: Call, status: int, code: str) -> Response:
    return call.answer({"error": {"code": code}}, status=status)


def _is_watchable(field: Any) -> bool:
    return field is not None and field.type not in {"address", "location"}


def _status(call: Call) -> dict[str, Any]:
    plug_in = call.org.plug_in
    return {
        "v": 1,
        "plugin": plug_in.version,
        "state": _state(call),
        "scheduled": plug_in.scheduled,
        "watched": plug_in.watched,
        "waiting": len(plug_in.waiting),
        "dead": 0,
        "last_status": plug_in.last or None,
        "deliveries": [],
    }


def _state(call: Call) -> str:
    plug_in = call.org.plug_in
    if plug_in.paused:
        return "paused"
    if plug_in.attempts:
        return "halted" if 400 <= plug_in.last < 500 else "retrying"
    return "working" if plug_in.last else "new"
