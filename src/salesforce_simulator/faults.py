"""Faults on demand: which calls go wrong, how, and how often.

A plan is matched against each API call before it is answered. What it does is one of PRESETS:

    expired_session      401 INVALID_SESSION_ID
    request_limit        403 REQUEST_LIMIT_EXCEEDED, the day's allowance
    concurrent_limit     403 REQUEST_LIMIT_EXCEEDED, too many long calls
    too_many_requests    429, with Retry-After if `retry_after` is given
    unavailable          503, with Retry-After if `retry_after` is given
    server_error         500 UNKNOWN_EXCEPTION
    status               `status` with `body`
    row_lock             UNABLE_TO_LOCK_ROW on row number `row` (from 1), the others are written
    row_error            `code` and `message` on row number `row`
    reset_before         the connection is reset and nothing was written
    reset_after          written, then the connection is reset instead of an answer
    reset_in_answer      written, then the connection breaks in the middle of the answer
    hang_before          waits `milliseconds`, then goes on as usual
    hang_after           writes, waits `milliseconds`, then answers
    malformed_json       written, and the answer is cut JSON
    late_commit          the connection is reset; the call is carried out `milliseconds` later
"""

import itertools
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from salesforce_simulator.errors import ApiError, RecordError

PRESETS = frozenset(
    {
        "expired_session",
        "request_limit",
        "concurrent_limit",
        "too_many_requests",
        "unavailable",
        "server_error",
        "status",
        "row_lock",
        "row_error",
        "reset_before",
        "reset_after",
        "reset_in_answer",
        "hang_before",
        "hang_after",
        "malformed_json",
        "late_commit",
    }
)


@dataclass(slots=True, kw_only=True)
class Fault:
    """One plan. It strikes calls whose method is `method` (any if empty) and whose path matches
    the expression `path`, after leaving out the first `skip`, `times` times (always if None)."""

    what: str
    method: str = ""
    path: str = ""
    times: int | None = 1
    skip: int = 0
    status: int = 500
    body: Any = None
    retry_after: int | None = None
    row: int = 1
    code: str = "UNKNOWN_EXCEPTION"
    message: str = "An unexpected error occurred."
    milliseconds: int = 0
    id: int = 0
    struck: int = 0
    _path: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.what not in PRESETS:
            raise ValueError(f"unknown fault {self.what!r}; known are {', '.join(sorted(PRESETS))}")
        try:
            self._path = re.compile(self.path)
        except re.error as broken:
            raise ValueError(f"path is not a regular expression: {broken}") from broken

    def matches(self, method: str, path: str) -> bool:
        return (not self.method or self.method.upper() == method) and bool(self._path.search(path))

    def as_dict(self) -> dict[str, Any]:
        content = asdict(self)
        del content["_path"]
        return content

    def refusal(self) -> ApiError | None:
        """The error that answers the call, for presets that are one."""
        retry = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        known = _REFUSALS.get(self.what)
        if known is None:
            return None
        status, code, message = known
        return ApiError(code, message, status=status, headers=retry)

    def row_error(self) -> RecordError | None:
        """The error of one row, for presets that strike a row."""
        if self.what == "row_error":
            return RecordError(self.code, self.message)
        if self.what == "row_lock":
            message = "unable to obtain exclusive access to this record or 1 records"
            return RecordError("UNABLE_TO_LOCK_ROW", message)
        return None


class Faults:
    """The plans in force. Threads may add and strike at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, what: str, **plan: Any) -> Fault:
        """Put a plan in force. ValueError where it makes no sense."""
        fault = Fault(what=what, **plan)
        with self._lock:
            fault.id = next(self._ids)
            self._plans.append(fault)
        return fault

    def add_plan(self, plan: Mapping[str, Any]) -> Fault:
        """Put a plan from JSON in force. ValueError names what is wrong with it."""
        if not isinstance(plan, Mapping):
            raise ValueError("not a fault plan: an object is needed")
        unknown = set(plan) - _PLAN_KEYS
        if unknown or not isinstance(plan.get("what"), str):
            wrong = ", ".join(sorted(unknown)) or "what is missing"
            raise ValueError(f"not a fault plan: {wrong}")
        return self.add(**dict(plan))

    def strike(self, method: str, path: str) -> Fault | None:
        """Return the plan that strikes this call and count it, or None."""
        with self._lock:
            for fault in self._plans:
                if not fault.matches(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.struck += 1
                if fault.times is not None and fault.struck >= fault.times:
                    self._plans.remove(fault)
                return fault
        return None

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._plans)

    def remove(self, fault_id: int) -> bool:
        with self._lock:
            found = [each for each in self._plans if each.id == fault_id]
            for each in found:
                self._plans.remove(each)
            return bool(found)

    def clear(self) -> None:
        with self._lock:
            self._plans.clear()


_PLAN_KEYS = frozenset(Fault.__dataclass_fields__) - {"_path", "id", "struck"}

_REFUSALS = {
    "expired_session": (401, "INVALID_SESSION_ID", "Session expired or invalid"),
    "request_limit": (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "concurrent_limit": (
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentPerOrgLongTxn Limit exceeded.",
    ),
    "too_many_requests": (429, "REQUEST_LIMIT_EXCEEDED", "Too many requests."),
    "unavailable": (503, "SERVER_UNAVAILABLE", "Server Unavailable"),
    "server_error": (
        500,
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support: "
        "1234567890-12345 (-1234567890)",
    ),
}
