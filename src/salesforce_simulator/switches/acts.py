"""Acts of people and administrators that no API call does: clone, lock, hide; another org."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator import other_org
from salesforce_simulator.call import Call
from salesforce_simulator.lifecycle import clone
from salesforce_simulator.switches.wish import json_wish, moment, number, record, user_id, wrong
from salesforce_simulator.transaction import Actor


def act_on_record(call: Call, record_id: str, act: str) -> Response:
    """clone, lock, unlock, hide or show a record, as the user named, else as the salesperson."""
    wish = json_wish(call, "as", "values", "from")
    store, known = record(call, record_id)
    acting = user_id(call, wish["as"]) if "as" in wish else call.org.users.salesperson()
    if act == "clone":
        values = wish.get("values", {})
        if not isinstance(values, dict):
            raise wrong("values must be an object")
        with call.org.transaction(Actor(user_id=acting, allow_duplicates=True)) as writes:
            made = clone(writes, store.kind.name, known, values)
        return call.answer({"id": made}, status=201)
    with call.org.lock:
        if act == "lock":
            call.org.locked.add(known)
        elif act == "unlock":
            call.org.locked.discard(known)
        elif act == "show":
            call.org.sharing.hide(known, [])
        else:
            call.org.sharing.hide(known, _hidden_from(call, wish))
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
