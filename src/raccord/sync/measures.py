"""Figures about the flow, for those who watch it from outside: metrics and the doctor.

Each is one statement over indexes, cheap whatever there is of contacts; none names a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from raccord.sync.statements import fetch

HEARTBEAT_SECONDS = 60
"""A worker beats every ten seconds; one that is silent for this long is not counted."""

_TRANSFERS = """
SELECT transfer.id, transfer.connection_id,
    transfer.active AND coalesce(integration.state = 'active', false)
        AND authorization_.state = 'active'
        AND coalesce(connection.paused_until, '-infinity') <= clock_timestamp(),
    coalesce(outbox.due, 0), coalesce(outbox.parked, 0), coalesce(outbox.held, 0),
    greatest(outbox.oldest, 0),
    coalesce(inbox.due, 0), coalesce(inbox.parked, 0), greatest(inbox.oldest, 0),
    coalesce(counted.delivered, 0), coalesce(counted.refused, 0)
FROM connections_datatransfer AS transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
LEFT JOIN connections_integration AS integration ON integration.connection_id = connection.id
LEFT JOIN (
    SELECT subscription.transfer,
        sum(item.number) FILTER (WHERE item.state = 'due')::bigint AS due,
        sum(item.number) FILTER (WHERE item.state = 'parked')::bigint AS parked,
        sum(item.number) FILTER (WHERE item.state = 'held')::bigint AS held,
        extract(epoch FROM clock_timestamp() - min(item.oldest) FILTER (WHERE item.state = 'due'))
            ::float AS oldest
    FROM contacts_subscription AS subscription
    JOIN (
        SELECT subscription_id, state, count(*) AS number, min(due_at) AS oldest
        FROM contacts_outboxitem GROUP BY subscription_id, state
    ) AS item ON item.subscription_id = subscription.id
    GROUP BY subscription.transfer
) AS outbox ON outbox.transfer = transfer.id
LEFT JOIN (
    SELECT transfer_id,
        count(*) FILTER (WHERE state = 'due') AS due,
        count(*) FILTER (WHERE state = 'parked') AS parked,
        extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE state = 'due'))::float
            AS oldest
    FROM sync_inboxitem GROUP BY transfer_id
) AS inbox ON inbox.transfer_id = transfer.id
LEFT JOIN (
    SELECT transfer_id, sum(delivered)::bigint AS delivered, sum(refused)::bigint AS refused
    FROM sync_deliverycount
    WHERE at >= date_trunc('day', statement_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    GROUP BY transfer_id
) AS counted ON counted.transfer_id = transfer.id
ORDER BY transfer.id
"""
_CONNECTIONS = """
SELECT connection.id, authorization_.state = 'active',
    extract(epoch FROM authorization_.authorized_at)::float,
    coalesce(integration.state, 'none'),
    coalesce(connection.paused_until > clock_timestamp(), false),
    CASE WHEN connection.calls_on = (clock_timestamp() AT TIME ZONE 'UTC')::date
         THEN connection.calls ELSE 0 END
FROM connections_connection AS connection
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
LEFT JOIN connections_integration AS integration ON integration.connection_id = connection.id
ORDER BY connection.id
"""
_WORKERS = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > clock_timestamp() - %(seconds)s * interval '1 second'
"""
_SWEPT = """
SELECT extract(epoch FROM clock_timestamp())::float - max(defer_timestamp)
FROM procrastinate_periodic_defers WHERE task_name = 'raccord.sweep'
"""


@dataclass(frozen=True, slots=True)
class TransferFigures:
    """A data transfer. flows: something may be sent over it now. oldest_…: seconds since the oldest
    one that is due became so, 0 if none is or its time is yet to come. delivered, refused: since
    midnight (UTC).
    """

    transfer: int
    connection: int
    flows: bool
    due: int
    parked: int
    held: int
    oldest_due: float
    hints_due: int
    hints_parked: int
    oldest_hint: float
    delivered: int
    refused: int


@dataclass(frozen=True, slots=True)
class ConnectionFigures:
    """A connection. authorized_at: seconds since 1970, None before. calls: since midnight (UTC)."""

    connection: int
    authorized: bool
    authorized_at: float | None
    integration: str
    paused: bool
    calls: int


def transfers() -> list[TransferFigures]:
    """Every data transfer with what waits and what was delivered."""
    return [TransferFigures(*row) for row in fetch(_TRANSFERS)]


def connections() -> list[ConnectionFigures]:
    """Every connection with its state."""
    return [ConnectionFigures(*row) for row in fetch(_CONNECTIONS)]


def workers() -> int:
    """How many workers are alive."""
    return int(fetch(_WORKERS, seconds=HEARTBEAT_SECONDS)[0][0])


def last_sweep_age() -> float | None:
    """Seconds since the workers last did what is due each minute; None if they never did."""
    age: float | None = fetch(_SWEPT)[0][0]
    return None if age is None else float(age)
