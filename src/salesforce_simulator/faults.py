"""Faults on demand: which calls go wrong, how, and how often.

A plan is matched against each API call before it is answered. What it does is one of PRESETS:

    expired_session      401 INVALID_SESSION_ID
    request_limit        403 REQUEST_LIMIT_EXCEEDED, the day's allowance
    concurrent_limit     403 REQUEST_LIMIT_EXCEEDED, too many long calls
    too_many_requests    429, with Retry-After if `retry_after` is given
    unavailable          503, with Retry-After if `retry_after` is given
    server_error         500 UNKNOWN_EXCEPTION
    status               `status` with `body`
    row_lock             UNABLE_TO_LOCK_ROW on row number `row` (from 1), or on several, `rows`;
                         the others are written
    row_error            `code` and `message` on these rows
    reset_before         the connection is reset and nothing was written
    reset_after          written, then the connection is reset instead of an answer
    reset_in_answer      written, then the connection breaks in the middle of the answer
    hang_before          waits `milliseconds`, then goes on as usual
    hang_after           writes, waits `milliseconds`, then answers
    malformed_json       written, and the answer is cut JSON
    slow_bytes           the answer dribbles at `bytes_per_second`
    late_commit          the connection is reset; the call is carried out `milliseconds` later
    late_row             carried out `milliseconds` later with the stamps of when it came, the feed
                         of changes being held back meanwhile: rows appear behind newer ones

It strikes every matching call, or a `share` of them: 0.05 is one in twenty, drawn by a generator
that begins with `random_seed`, so a test can have the same bad luck twice.
"""

import itertools
import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
        "slow_bytes",
        "late_commit",
        "late_row",
    }
)


@dataclass(slots=True, kw_only=True)
class Fault:
    """One plan. It strikes calls whose method is `method` (any if empty), whose path matches the
    expression `path`, that the app `client_id` makes (any if empty), after leaving out the first
    `skip`, `times` times (always if None, which is usual where `share` is given)."""

    what: str
    method: str = ""
    path: str = ""
    client_id: str = ""
    times: int | None = 1
    share: float | None = None
    random_seed: int = 0
    skip: int = 0
    status: int = 500
    body: Any = None
    retry_after: int | None = None
    row: int = 1
    rows: list[int] = field(default_factory=list)
    code: str = "UNKNOWN_EXCEPTION"
    message: str = "An unexpected error occurred."
    milliseconds: int = 0
    bytes_per_second: int = 100
    id: int = 0
    struck: int = 0
    _path: re.Pattern[str] = field(init=False, repr=False)
    _luck: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.what not in PRESETS:
            raise ValueError(f"unknown fault {self.what!r}; known are {', '.join(sorted(PRESETS))}")
        _check_numbers(self)
        try:
            self._path = re.compile(self.path)
        except re.error as broken:
            raise ValueError(f"path is not a regular expression: {broken}") from broken
        self._luck = random.Random(self.random_seed)  # noqa: S311 - no secret depends on it

    def matches(self, method: str, path: str, client: Callable[[], str]) -> bool:
        return (
            (not self.method or self.method.upper() == method)
            and bool(self._path.search(path))
            and (not self.client_id or self.client_id == client())
        )

    def is_its_turn(self) -> bool:
        """Count a call that matches; tell whether this is one to strike."""
        if self.skip > 0:
            self.skip -= 1
            return False
        return self.share is None or self._luck.random() < self.share

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in sorted({*_PLAN_KEYS, "id", "struck"})}

    def refusal(self) -> ApiError | None:
        """The error that answers the call, for presets that are one."""
        retry = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        known = _REFUSALS.get(self.what)
        if known is None:
            return None
        status, code, message = known
        return ApiError(code, message, status=status, headers=retry)

    def struck_rows(self) -> list[int]:
        """The positions, from 0, of the rows that a row fault strikes."""
        return [each - 1 for each in self.rows or [self.row]]

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
        self._cleared = threading.Event()

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
        usual = {"times": None} if plan.get("share") is not None else {}
        return self.add(**{**usual, **plan})

    def strike(
        self, method: str, path: str, *, client: Callable[[], str] = lambda: ""
    ) -> Fault | None:
        """Return the plan that strikes this call and count it, or None.

        client: tells the id of the app that calls, if a plan asks for it.
        """
        with self._lock:
            for fault in self._plans:
                if not fault.matches(method, path, client) or not fault.is_its_turn():
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
        """Drop every plan; calls that hang because of one go on."""
        with self._lock:
            self._plans.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def wait(self, milliseconds: int) -> None:
        """Let a call hang, until the plans are cleared at the latest."""
        self._cleared.wait(milliseconds / 1000)


_PLAN_KEYS = frozenset(Fault.__dataclass_fields__) - {"_path", "_luck", "id", "struck"}
_WHOLE = ("skip", "status", "row", "milliseconds", "bytes_per_second", "random_seed")
_TEXTS = ("method", "path", "client_id", "code", "message")
# As long as a client's patience is ever tested.
MAX_MILLISECONDS = 600_000


def _check_numbers(fault: Fault) -> None:
    """ValueError for a number that makes no sense, before it does so in the middle of a call."""
    for name in _WHOLE:
        value = getattr(fault, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is a whole number of at least 0")
    for name in _TEXTS:
        if not isinstance(getattr(fault, name), str):
            raise ValueError(f"{name} is a text")
    if fault.times is not None and (not isinstance(fault.times, int) or fault.times < 1):
        raise ValueError("times is a whole number of at least 1, or null for always")
    if fault.share is not None and not (
        isinstance(fault.share, int | float) and 0 < fault.share <= 1
    ):
        raise ValueError("share is above 0 and at most 1")
    if fault.milliseconds > MAX_MILLISECONDS:
        raise ValueError(f"milliseconds is at most {MAX_MILLISECONDS}")
    if fault.bytes_per_second < 1 or not 100 <= fault.status <= 599:
        raise ValueError("bytes_per_second is at least 1; status is from 100 to 599")
    if not isinstance(fault.rows, list) or not all(
        isinstance(each, int) and each >= 1 for each in [fault.row, *fault.rows]
    ):
        raise ValueError("rows are counted from 1")


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
