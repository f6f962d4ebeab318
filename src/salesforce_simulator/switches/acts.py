"""/simulator/records and what administrators do: acts of people that are no API calls.

Refusals are worded as the API words them.
"""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator import other_org
from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.representative import Representative
from salesforce_simulator.switches.wish import json_wish, moment, number, record, user_id, wrong


def create_record(call: Call, name: str) -> Response:
    """Create a record as a person would: `values`, as the user named or the salesperson."""
    wish = json_wish(call, "as", "values")
    if name not in call.org.stores:
        raise ApiError("NOT_FOUND", f"there is no object {name}", status=404)
    made = _person(call, wish).create(name, _values(wish))
    return call.answer({"id": made}, status=201)


def act_on_record(call: Call, record_id: str, act: str) -> Response:
    """Let a person do something to a record: the user named `as`, else the salesperson.

    update and clone take `values`, merge `losers`, ids of the records that go.
    """
    wish = json_wish(call, "as", "values", "losers")
    store, known = record(call, record_id, deleted=act == "undelete")
    person, name = _person(call, wish), store.kind.name
    match act:
        case "update":
            person.update(name, known, _values(wish))
        case "clone":
            made = person.clone(name, known, _values(wish))
            return call.answer({"id": made}, status=201)
        case "delete":
            person.delete(name, known)
        case "undelete":
            person.undelete(name, known)
        case "merge":
            person.merge(name, known, *_ids(wish), values=_values(wish))
        case "convert":
            became = person.convert_lead(known)
            ids = {"account_id": became.account_id, "contact_id": became.contact_id}
            return call.answer(ids, status=201)
    return call.no_content()


def guard_record(call: Call, record_id: str, act: str) -> Response:
    """Lock or unlock a record, hide it from users or show it to all again."""
    wish = json_wish(call, "from")
    _, known = record(call, record_id)
    with call.org.lock:
        if act == "lock":
            call.org.locked.add(known)
        elif act == "unlock":
            call.org.locked.discard(known)
        else:
            call.org.sharing.hide(known, _hidden_from(call, wish) if act == "hide" else [])
    return call.no_content()


def empty_bin(call: Call) -> Response:
    json_wish(call)
    return call.answer({"removed": call.org.empty_bin()})


def become_another_org(call: Call) -> Response:
    """Put another org behind this address; see `other_org.py`."""
    wish = json_wish(call, "name", "keep_records", "accept_tokens")
    switches = {name: wish.get(name, False) for name in ("keep_records", "accept_tokens")}
    if not all(isinstance(each, bool) for each in switches.values()):
        raise wrong("keep_records and accept_tokens are true or false")
    other_org.become(call.org.whole, name=str(wish.get("name", call.org.name)), **switches)
    return call.answer({"org_id": call.org.id, "org_name": call.org.name})


def show_maintenance(call: Call) -> Response:
    return call.answer(call.org.maintenance.as_dict())


def begin_maintenance(call: Call) -> Response:
    """Close the org from now or a moment on, for some seconds, until a moment, or for good."""
    wish = json_wish(call, "from", "until", "seconds")
    now = call.org.now()
    start = moment(wish["from"], "from") if "from" in wish else now
    until = moment(wish["until"], "until") if "until" in wish else None
    seconds = number(wish["seconds"], "seconds") if "seconds" in wish else None
    if until is not None and until <= start:
        raise wrong("until comes after from")
    call.org.maintenance.plan(start, until=until, seconds=seconds)
    return call.answer(call.org.maintenance.as_dict(), status=201)


def end_maintenance(call: Call) -> Response:
    call.org.maintenance.clear()
    return call.no_content()


def _hidden_from(call: Call, wish: dict[str, Any]) -> list[str]:
    """The users named, else those as whom apps act."""
    named = wish.get("from")
    if named is None:
        return call.org.integration_users()
    return [user_id(call, each) for each in (named if isinstance(named, list) else [named])]


def _person(call: Call, wish: dict[str, Any]) -> Representative:
    if "as" in wish:
        user_id(call, wish["as"])
    try:
        return Representative(call.org.whole, wish.get("as"))
    except LookupError as inactive:
        raise wrong(f"{inactive} who is active") from inactive


def _values(wish: dict[str, Any]) -> dict[str, Any]:
    values = wish.get("values", {})
    if not isinstance(values, dict):
        raise wrong("values must be an object")
    return values


def _ids(wish: dict[str, Any]) -> list[str]:
    losers = wish.get("losers", [])
    if not isinstance(losers, list) or not all(isinstance(each, str) for each in losers):
        raise wrong("losers must be a list of ids")
    return losers
