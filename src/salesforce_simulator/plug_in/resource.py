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
        sender.test(call.org)
    with call.org.lock:
        if action in {"start", "stop"}:
            plug_in.scheduled = action == "start"
        if action in {"stop", "pause"}:
            plug_in.paused = True
        elif action in {"start", "resume", "retry"}:
            if action == "retry":
                plug_in.retry_dead()
            plug_in.paused = False
            plug_in.attempts = 0
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
    answer = plug_in.answer
    return {
        "v": 1,
        "plugin": plug_in.version,
        "now": call.org.now_stamp(),
        "state": _state(call),
        "scheduled": plug_in.scheduled,
        "watched": plug_in.watched,
        "waiting": len(plug_in.waiting),
        "waiting_more": False,
        "waiting_since": plug_in.waiting[0][0] if plug_in.waiting else None,
        "dead": len(plug_in.dead),
        "dead_more": False,
        "dead_since": plug_in.dead[0][0] if plug_in.dead else None,
        "last_attempt_at": plug_in.attempt_at or None,
        "last_success_at": plug_in.success_at or None,
        "last_status": answer.status or None if answer else None,
        "last_reason": answer.reason if answer else None,
        "last_detail": None,
        "retry_at": call.org.now_stamp() if plug_in.attempts else None,
        "sent_as": None,
        "deliveries": list(plug_in.deliveries),
    }


def _state(call: Call) -> str:
    plug_in = call.org.plug_in
    if plug_in.paused:
        return "paused"
    if plug_in.attempts and plug_in.answer:
        is_right = plug_in.answer.reason == "no_credential"
        return "retrying" if plug_in.answer.is_passing and not is_right else "halted"
    return "working" if plug_in.success_at else "new"
