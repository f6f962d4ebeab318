"""Reading what a caller of the control API wishes for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from salesforce_simulator.call import Call
from salesforce_simulator.clock import from_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.store import Store

# In the body, true or false in place of a number is a mistake, although Python takes them for ones.
Number = int | float


def json_content(call: Call) -> Any:
    """The body as JSON, {} if it is empty. 415 for any other type, so that no form can send it."""
    if call.request.mimetype != "application/json":
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", "send application/json", status=415)
    return call.json() if call.body() else {}


def json_wish(call: Call, *known: str) -> dict[str, Any]:
    """The body as an object with no other keys than the known ones."""
    content = json_content(call)
    if not isinstance(content, dict):
        raise wrong("an object is needed")
    unknown = sorted(set(content) - set(known))
    if unknown:
        raise wrong(f"unknown {unknown[0]!r}; known are {', '.join(known)}")
    return content


def wrong(sentence: str) -> ApiError:
    return ApiError("INVALID_SETTING", sentence)


@contextmanager
def refusing() -> Iterator[None]:
    """Answer 400 with the sentence of a ValueError."""
    try:
        yield
    except ValueError as said:
        raise wrong(str(said)) from said


def moment(value: Any, name: str) -> datetime:
    """A date-time with an offset, as text."""
    try:
        return from_stamp(str(value))
    except ValueError:
        raise wrong(f"{name} is a date-time with an offset, such as 2026-03-01T12:00:00Z") from None


def number(value: Any, name: str, *, least: float = 0) -> float:
    if isinstance(value, bool) or not isinstance(value, Number) or value < least:
        raise wrong(f"{name} is a number of at least {least:g}")
    return float(value)


def whole(value: Any, name: str, *, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise wrong(f"{name} is a whole number of at least {least}")
    return value


def user_id(call: Call, username: Any) -> str:
    """The id of a user by name, active or not."""
    folded = str(username).casefold()
    for row in call.org.whole.store("User").live.values():
        if str(row.get("Username", "")).casefold() == folded:
            return str(row["Id"])
    raise wrong(f"there is no user {username!r}")


def record(call: Call, record_id: Any, *, deleted: bool = False) -> tuple[Store, str]:
    """The store and the id of a living record, or of one in the recycle bin."""
    known = normal_id(str(record_id))
    kind = call.org.whole.schema.by_prefix(known[:3]) if known else None
    store = call.org.whole.store(kind.name) if kind is not None else None
    rows = (store.deleted if deleted else store.live) if store is not None else {}
    if known is None or store is None or known not in rows:
        raise ApiError("NOT_FOUND", f"there is no record {record_id}", status=404)
    return store, known
