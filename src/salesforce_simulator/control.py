"""The simulator's own addresses under /simulator: faults, calls, records, settings.

They are for tests and demonstrations: never metered, never struck by a fault, and without a
session. What changes anything takes JSON, so that no other site's form can send it.
"""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.rest.sobjects import find_store

_SETTINGS = frozenset({"daily_api_requests", "session_seconds", "latency_ms"})


def show(call: Call) -> Response:
    """What this simulator is, and how much it holds."""
    app = call.request.environ["simulator.app"]
    with call.org.lock:
        counts = {name: len(store.live) for name, store in call.org.stores.items()}
        deleted = {name: len(store.deleted) for name, store in call.org.stores.items()}
    return call.answer(
        {
            "org_id": call.org.id,
            "org_name": call.org.name,
            "url": call.origin,
            "pubsub": app.pubsub,
            "records": counts,
            "deleted": deleted,
            "api_usage": {"used": call.org.usage.used(), "max": call.org.usage.daily_calls},
            "latency_ms": app.latency_ms,
            "events": call.org.events.kept(),
            "faults": len(app.faults.all()),
            "calls": len(app.calls.all()),
        }
    )


def list_faults(call: Call) -> Response:
    return call.answer([each.as_dict() for each in _app(call).faults.all()])


def add_faults(call: Call) -> Response:
    """Put one plan or a list of plans in force."""
    content = _json(call)
    plans = content if isinstance(content, list) else [content]
    try:
        added = [_app(call).faults.add_plan(each) for each in plans]
    except (TypeError, ValueError) as wrong:
        raise ApiError("INVALID_FAULT", str(wrong)) from wrong
    return call.answer([each.as_dict() for each in added], status=201)


def clear_faults(call: Call) -> Response:
    _app(call).faults.clear()
    return call.no_content()


def remove_fault(call: Call, fault_id: int) -> Response:
    if not _app(call).faults.remove(fault_id):
        raise ApiError("NOT_FOUND", "no such fault plan in force", status=404)
    return call.no_content()


def list_calls(call: Call) -> Response:
    """The calls made, filtered by ?method= and by ?path=, a part of the path."""
    arguments = call.request.args
    found = _app(call).calls.matching(
        method=arguments.get("method", "").upper(), path=arguments.get("path", "")
    )
    after = arguments.get("after", 0, type=int)
    return call.answer([each.as_dict() for each in found if each.number > after])


def clear_calls(call: Call) -> Response:
    _app(call).calls.clear()
    return call.no_content()


def reset(call: Call) -> Response:
    """Forget records, faults, calls and usage; keep users, apps, fields and authorizations."""
    _json(call)
    app = _app(call)
    app.faults.clear()
    app.calls.clear()
    call.org.usage.reset()
    call.org.remove_records()
    return call.no_content()


def change_settings(call: Call) -> Response:
    content = _json(call)
    if not isinstance(content, dict) or set(content) - _SETTINGS:
        raise ApiError("INVALID_SETTING", f"known settings are {', '.join(sorted(_SETTINGS))}")
    if not all(isinstance(each, int) and each >= 0 for each in content.values()):
        raise ApiError("INVALID_SETTING", "settings are whole numbers")
    app = _app(call)
    app.latency_ms = content.get("latency_ms", app.latency_ms)
    call.org.usage.daily_calls = content.get("daily_api_requests", call.org.usage.daily_calls)
    call.org.grants.session_seconds = content.get(
        "session_seconds", call.org.grants.session_seconds
    )
    return call.no_content()


def expire_sessions(call: Call) -> Response:
    """End every access token now; refresh tokens go on."""
    _json(call)
    return call.answer({"expired": call.org.grants.expire_sessions()})


def list_records(call: Call, name: str) -> Response:
    """The rows of an object as stored, ?deleted=true for those in the recycle bin."""
    store = find_store(call, name)
    start = call.request.args.get("offset", 0, type=int)
    limit = call.request.args.get("limit", 2000, type=int)
    with call.org.lock:
        rows = list((store.deleted if "deleted" in call.request.args else store.live).values())
    return call.answer({"total": len(rows), "records": rows[start : start + limit]})


def _app(call: Call) -> Any:
    return call.request.environ["simulator.app"]


def _json(call: Call) -> Any:
    if call.request.mimetype != "application/json":
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", "send application/json", status=415)
    return call.json() if call.body() else {}
