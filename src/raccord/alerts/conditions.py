"""What there is to tell of integrations at this moment, read from the tables that say so.

Nothing is remembered here: a condition holds or it does not. `alarms.py` remembers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import connection as database
from django.utils import timezone

from raccord.connections.models import IntegrationState
from raccord.connections.plug_in import health as plug_in
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.engine.guards import CODES
from raccord.engine.records import Priority


class Kind(StrEnum):
    """What people are told of."""

    SUSPENDED = "integration_suspended"
    AUTHORIZATION_LOST = "authorization_lost"
    PAUSED = "connection_paused"
    BACKLOG = "backlog"
    CALLS_NEARLY_SPENT = "calls_nearly_spent"
    GUARD_STOPPED = "guard_stopped"
    PLUG_IN_QUIET = "plug_in_quiet"


BACKLOG_AFTER = timedelta(hours=1)
"""What has been due for so long, while nothing else is said to be wrong, is a backlog."""

NEARLY = 80
"""Percent of the calls that a connection may make, from which on people are warned."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to tell of one integration.

    reason, parameters: the code of its cause. count: how many records, or percent, it concerns.
    grace: how long it may last before anybody is told.
    """

    integration: int
    kind: Kind
    reason: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    count: int = 0
    grace: timedelta = timedelta()


_SUSPENDED = """
SELECT id, state_reason, failures FROM connections_integration
WHERE state = 'suspended' AND (%(only)s::bigint IS NULL OR id = %(only)s)
"""
_LOST = """
SELECT integration.id, authorization_.reason
FROM connections_integration AS integration
JOIN connections_connection AS connection ON connection.id = integration.connection_id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
WHERE integration.state <> 'disabled' AND authorization_.state = 'lost'
  AND (%(only)s::bigint IS NULL OR integration.id = %(only)s)
"""
# A pause that is over is shown until a call succeeds: between two attempts it still lasts.
_PAUSED = """
SELECT integration.id, connection.pause_reason
FROM connections_integration AS integration
JOIN connections_connection AS connection ON connection.id = integration.connection_id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
WHERE integration.state = 'active' AND authorization_.state = 'active'
  AND connection.pause_reason <> ''
  AND (%(only)s::bigint IS NULL OR integration.id = %(only)s)
"""
# One range of the index of due items for each priority, ended at the first item that is late.
_LATE = """
SELECT integration.id, count(*)
FROM connections_integration AS integration
JOIN connections_connection AS connection ON connection.id = integration.connection_id
JOIN connections_authorization AS authorization_ ON authorization_.id = connection.authorization_id
JOIN connections_datatransfer AS transfer
  ON transfer.connection_id = connection.id AND transfer.active
JOIN contacts_subscription AS subscription
  ON subscription.transfer = transfer.id AND subscription.active
JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
WHERE integration.state = 'active' AND authorization_.state = 'active'
  AND connection.pause_reason = ''
  AND item.state = 'due' AND item.priority < %(backfill)s
  AND item.due_at < statement_timestamp() - %(late)s
  AND (%(only)s::bigint IS NULL OR integration.id = %(only)s)
GROUP BY integration.id
"""
_CALLS = """
SELECT integration.id, (100 * connection.their_calls / connection.their_calls_allowed)::int
FROM connections_integration AS integration
JOIN connections_connection AS connection ON connection.id = integration.connection_id
WHERE integration.state <> 'disabled' AND connection.their_calls_allowed > 0
  AND connection.their_calls_at > statement_timestamp() - interval '1 day'
  AND 100 * connection.their_calls >= %(nearly)s * connection.their_calls_allowed
  AND (%(only)s::bigint IS NULL OR integration.id = %(only)s)
"""


_STOPPED = """
SELECT integration.id, item.reason, count(*), (array_agg(item.parameters))[1]
FROM connections_integration AS integration
JOIN connections_datatransfer AS transfer
  ON transfer.connection_id = integration.connection_id
JOIN contacts_subscription AS subscription ON subscription.transfer = transfer.id
JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
WHERE integration.state <> 'disabled' AND item.state = 'parked' AND item.reason = ANY(%(codes)s)
  AND (%(only)s::bigint IS NULL OR integration.id = %(only)s)
GROUP BY integration.id, item.reason ORDER BY count(*)
"""


def standing(integration: int | None = None) -> list[Condition]:
    """What holds now, of one integration or of all of them."""
    return [
        *(
            Condition(pk, Kind.SUSPENDED, reason, {"count": failures}, count=failures)
            for pk, reason, failures in _rows(_SUSPENDED, only=integration)
        ),
        *(
            Condition(pk, Kind.AUTHORIZATION_LOST, reason)
            for pk, reason in _rows(_LOST, only=integration)
        ),
        *(
            Condition(pk, Kind.PAUSED, reason, grace=timedelta(minutes=15))
            for pk, reason in _rows(_PAUSED, only=integration)
        ),
        *(
            Condition(pk, Kind.BACKLOG, count=count)
            for pk, count in _rows(
                _LATE, only=integration, backfill=Priority.BACKFILL, late=BACKLOG_AFTER
            )
        ),
        *(
            Condition(pk, Kind.CALLS_NEARLY_SPENT, count=percent)
            for pk, percent in _rows(_CALLS, only=integration, nearly=NEARLY)
        ),
        *(
            Condition(pk, Kind.GUARD_STOPPED, reason, json.loads(parameters), count=count)
            for pk, reason, count, parameters in _rows(
                _STOPPED, only=integration, codes=list(CODES.values())
            )
        ),
        *_quiet_plug_ins(integration),
    ]


def _quiet_plug_ins(only: int | None) -> Iterator[Condition]:
    """Those over which nothing comes until somebody acts: the first of what there is to say."""
    rows = InstalledPlugIn.objects.exclude(version="").select_related(
        "connection__integration", "connection__receiving_address"
    )
    living = rows.filter(connection__integration__isnull=False).exclude(
        connection__integration__state=IntegrationState.DISABLED
    )
    if only is not None:
        living = living.filter(connection__integration=only)
    now = timezone.now()
    for row in living.order_by("pk"):
        address = getattr(row.connection, "receiving_address", None)
        urgent = (each for each in plug_in.findings(row, address, now=now) if each.urgent)
        if found := next(urgent, None):
            integration = row.connection.integration.pk
            yield Condition(integration, Kind.PLUG_IN_QUIET, found.code, found.params)


def _rows(statement: str, **parameters: Any) -> Iterator[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from cursor.fetchall()
