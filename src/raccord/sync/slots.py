"""Places to work on one connection, leased like items: one slow org never takes every worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE

PER_CONNECTION = 4
"""While one run waits for a call or a commit, another decides. Fewer than a worker's jobs at once
(`raccord worker --concurrency`), so that one worker always has room for others."""

_MAKE = """
INSERT INTO sync_slot (connection_id, number)
SELECT %(connection)s, number FROM generate_series(1, %(slots)s) AS number
ON CONFLICT DO NOTHING
"""
_TAKE = """
WITH free AS (
    SELECT id FROM sync_slot
    WHERE connection_id = %(connection)s AND number <= %(slots)s
      AND (claim IS NULL OR lease_until < clock_timestamp())
    ORDER BY number LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE sync_slot SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM free WHERE sync_slot.id = free.id
"""
_RENEW = "UPDATE sync_slot SET lease_until = clock_timestamp() + %(lease)s WHERE claim = %(token)s"
_RELEASE = "UPDATE sync_slot SET claim = NULL, lease_until = NULL WHERE claim = %(token)s"
_FREE = """
SELECT count(*) FROM sync_slot
WHERE connection_id = %(connection)s AND number <= %(slots)s
  AND (claim IS NULL OR lease_until < clock_timestamp())
"""


@contextmanager
def slot(connection_id: int) -> Iterator[UUID | None]:
    """Hold one slot of the connection meanwhile; None if all are taken."""
    token = _take(connection_id)
    try:
        yield token
    finally:
        if token:
            change(_RELEASE, token=token)


def renew(token: UUID) -> None:
    """Keep the slot for another lease."""
    change(_RENEW, token=token, lease=LEASE)


def are_taken(connection_id: int) -> bool:
    """Whether nobody else finds a slot: who can wait lets its own go."""
    free: int = fetch(_FREE, connection=connection_id, slots=PER_CONNECTION)[0][0]
    return free == 0


def _take(connection_id: int) -> UUID | None:
    token = uuid4()
    wanted = {"connection": connection_id, "slots": PER_CONNECTION}
    if change(_TAKE, **wanted, token=token, lease=LEASE):
        return token
    if change(_MAKE, **wanted) and change(_TAKE, **wanted, token=token, lease=LEASE):
        return token
    return None
