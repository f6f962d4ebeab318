"""The simulator's own addresses under /simulator: faults, calls, records. `switches/` has the rest.

They are for tests and demonstrations: never metered, never struck by a fault, and without a
session. What changes anything takes JSON, so that no other site's form can send it.
"""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.rest.sobjects import find_store
from salesforce_simulator.switches.wish import json_content, wrong


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
    content = json_content(call)
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
    """The calls made, filtered by ?method=, ?path= (a part of it), ?user=, ?client=, ?status=,
    ?fault=, ?rows= (at least so many), ?header= (one that was sent), ?after= (a call's number)."""
    asked = call.request.args
    unknown = sorted(set(asked) - _CALL_FILTERS)
    if unknown:
        raise wrong(f"unknown filter {unknown[0]!r}; known are {', '.join(sorted(_CALL_FILTERS))}")
    equal: dict[str, Any] = {name: asked[name] for name in _TEXT_FILTERS if name in asked}
    if "status" in asked:
        equal["status"] = asked.get("status", type=int)
    found = _app(call).calls.matching(
        method=asked.get("method", "").upper(), path=asked.get("path", ""), **equal
    )
    after, rows = asked.get("after", 0, type=int), asked.get("rows", 0, type=int)
    header = asked.get("header", "").lower()
    shown = [
        each.as_dict()
        for each in found
        if each.number > after
        and each.rows >= rows
        and (not header or header in {name.lower() for name in each.headers})
    ]
    return call.answer(shown)


def clear_calls(call: Call) -> Response:
    _app(call).calls.clear()
    return call.no_content()


def reset(call: Call) -> Response:
    """Forget records, faults, calls and usage, and set everything else as the seed did; keep users,
    apps, fields and authorizations."""
    json_content(call)
    app = _app(call)
    app.start.restore(call.org.whole)
    app.latency_ms = app.start_latency_ms
    app.faults.clear()
    app.calls.clear()
    call.org.usage.reset()
    call.org.remove_records()
    return call.no_content()


def expire_sessions(call: Call) -> Response:
    """End every access token now; refresh tokens go on."""
    json_content(call)
    return call.answer({"expired": call.org.grants.expire_sessions()})


def list_records(call: Call, name: str) -> Response:
    """The rows of an object as stored, ?deleted=true for those in the recycle bin."""
    store = find_store(call, name)
    start = call.request.args.get("offset", 0, type=int)
    limit = call.request.args.get("limit", 2000, type=int)
    with call.org.lock:
        rows = list((store.deleted if "deleted" in call.request.args else store.live).values())
    return call.answer({"total": len(rows), "records": rows[start : start + limit]})


_TEXT_FILTERS = ("user", "client", "fault")
_CALL_FILTERS = frozenset({*_TEXT_FILTERS, "method", "path", "status", "rows", "header", "after"})


def _app(call: Call) -> Any:
    return call.request.environ["simulator.app"]
