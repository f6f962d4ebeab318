"""How far the other side's clock is ahead of the database's, measured at every answer.

Needed where the newest change wins: our changes are stamped by the database, theirs by them. What
is not measured proves nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from raccord.connections import clocks
from raccord.engine.clocks import Offset, measured
from raccord.sync.statements import change, fetch

ANEW_AFTER = timedelta(hours=1)
"""Clocks drift: what was measured longer ago than this is not narrowed any further."""

FAR_OFF = timedelta(minutes=1)

_STORE = """
INSERT INTO sync_clock AS known (connection_id, low, high, measured_since)
SELECT id, %(low)s, %(high)s, clock_timestamp() FROM connections_connection
WHERE id = %(connection)s
ON CONFLICT (connection_id) DO UPDATE SET
    low = CASE WHEN fits THEN greatest(known.low, EXCLUDED.low) ELSE EXCLUDED.low END,
    high = CASE WHEN fits THEN least(known.high, EXCLUDED.high) ELSE EXCLUDED.high END,
    measured_since = CASE WHEN fits THEN known.measured_since ELSE EXCLUDED.measured_since END
""".replace(
    "fits",
    "(known.measured_since > clock_timestamp() - %(anew_after)s"
    " AND known.low <= EXCLUDED.high AND known.high >= EXCLUDED.low)",
)
_READ = "SELECT low, high FROM sync_clock WHERE connection_id = %(connection)s"


def store() -> None:
    """Write down what the answers since the last time told."""
    noted = clocks.take()
    if not noted:
        return
    asked = datetime.now(UTC)
    shown: datetime = fetch("SELECT clock_timestamp()")[0][0]
    database = measured(shown, asked=asked, answered=datetime.now(UTC))
    for connection, theirs in sorted(noted.items()):
        told = theirs.minus(database)
        change(_STORE, connection=connection, low=told.low, high=told.high, anew_after=ANEW_AFTER)


def offset(connection: int) -> Offset | None:
    """How far their clock is ahead of the database's; None while no answer has told."""
    rows = fetch(_READ, connection=connection)
    return Offset(*rows[0]) if rows else None


def far_off(connection: int) -> timedelta | None:
    """By how much at least their clock is ahead (or behind: negative), if by over `FAR_OFF`."""
    known = offset(connection)
    if known is None:
        return None
    if known.low > FAR_OFF:
        return known.low
    return known.high if known.high < -FAR_OFF else None
