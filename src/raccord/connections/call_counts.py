"""How many API calls each connection has made today (UTC), and what the other side says of all
calls: for the budget, and for the people who watch it.

Calls are noted in memory, from any thread, and written down in one statement per connection:
a row that every call updates would be a row that every call waits for.
"""

from __future__ import annotations

import threading
from collections import Counter

from django.db import connection

from raccord.connectors.base import Usage

_COUNT = """
UPDATE connections_connection
SET calls = CASE WHEN calls_on = today THEN calls ELSE 0 END + %(calls)s, calls_on = today
FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS clock
WHERE id = %(connection)s
"""

_STORE_USAGE = """
UPDATE connections_connection
SET their_calls = %(used)s, their_calls_allowed = %(allowed)s, their_calls_at = clock_timestamp()
WHERE id = %(connection)s
"""

_noted: Counter[int] = Counter()
_told: dict[int, Usage] = {}
_mutex = threading.Lock()


def note(connection_id: int, _rows: int) -> None:
    """Count one call."""
    with _mutex:
        _noted[connection_id] += 1


def note_usage(connection_id: int, usage: Usage) -> None:
    """Remember what the newest answer said."""
    with _mutex:
        _told[connection_id] = usage


def store() -> None:
    """Write down what was noted since the last time; a count that cannot be stored stays noted."""
    with _mutex:
        waiting = sorted(_noted.items())
        _noted.clear()
        told = sorted(_told.items())
        _told.clear()
    for position, (connection_id, calls) in enumerate(waiting):
        try:
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, {"connection": connection_id, "calls": calls})
        except BaseException:
            with _mutex:
                _noted.update(dict(waiting[position:]))
            raise
    for connection_id, usage in told:
        with connection.cursor() as cursor:
            cursor.execute(
                _STORE_USAGE,
                {"connection": connection_id, "used": usage.used, "allowed": usage.allowed},
            )
