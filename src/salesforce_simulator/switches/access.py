"""/simulator/sharing and /simulator/users: who sees which records, and what users may do."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.switches.wish import json_wish, record, refusing, user_id, wrong


def show_sharing(call: Call) -> Response:
    return call.answer(call.org.sharing.as_dict())


def change_sharing(call: Call) -> Response:
    """Set defaults by object, shares, and from whom records are hidden."""
    wish = json_wish(call, "defaults", "shares", "hidden")
    with refusing(), call.org.lock:
        for name, level in _mapping(wish, "defaults").items():
            call.org.sharing.set_default(str(name), str(level))
        for each in _objects(wish, "shares"):
            _, record_id = record(call, each.get("record"))
            call.org.sharing.share(record_id, user_id(call, each.get("user")), each.get("level"))
        for each in _objects(wish, "hidden"):
            _, record_id = record(call, each.get("record"))
            call.org.sharing.hide(record_id, [user_id(call, name) for name in _names(each)])
    return call.no_content()


def clear_sharing(call: Call) -> Response:
    call.org.sharing.clear()
    return call.no_content()


def list_users(call: Call) -> Response:
    specs = call.org.permissions.specs()
    with call.org.lock:
        rows = list(call.org.whole.store("User").live.values())
    shown = [
        {
            "id": row["Id"],
            "username": row["Username"],
            "active": row.get("IsActive", False),
            "permissions": specs.get(row["Id"], {}),
        }
        for row in rows
    ]
    return call.answer(shown)


def change_user(call: Call, username: str) -> Response:
    """Give a user permissions in place of the former ones; let the user in or keep it out."""
    wish = json_wish(call, "permissions", "active")
    known = user_id(call, username)
    with refusing():
        if "permissions" in wish:
            call.org.permissions.set(known, wish["permissions"])
    if "active" in wish:
        if not isinstance(wish["active"], bool):
            raise wrong("active is true or false")
        call.org.users.set_active(known, active=wish["active"])
    return call.no_content()


def _mapping(wish: dict[str, Any], name: str) -> dict[str, Any]:
    value = wish.get(name, {})
    if not isinstance(value, dict):
        raise wrong(f"{name} must be an object")
    return value


def _objects(wish: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = wish.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise wrong(f"{name} must be a list of objects")
    return value


def _names(each: dict[str, Any]) -> list[Any]:
    """The users from whom a record is hidden: one, several, or none."""
    users = each.get("from", [])
    return users if isinstance(users, list) else [users]
