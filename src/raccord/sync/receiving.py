"""How receiving stands, data transfer by data transfer, for people; and receiving at their word.

Beside `poll.py`, which asks the other side, and `inbox.py`, which holds what was heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from raccord.connections import flows
from raccord.connections.models import DataTransfer, Integration, IntegrationState
from raccord.contacts import wakeups
from raccord.engine import polling
from raccord.engine.errors import BadInput
from raccord.sync.models import InboxState
from raccord.sync.poll import POLL
from raccord.sync.statements import change, fetch

log = structlog.get_logger(__name__)

NOT_ACTIVE = "raccord.receiving.not_active"
NOTHING_FLOWS_IN = "raccord.receiving.nothing_flows_in"

_READINGS = """
SELECT transfer.id, reading.read_at, coalesce(reading.idle, 0), reading.at_stamp IS NOT NULL,
       (SELECT count(*) FROM sync_inboxitem AS item
        WHERE item.transfer_id = transfer.id AND item.state = %(due)s)
       + (SELECT count(*) FROM contacts_outboxitem AS item
          JOIN contacts_subscription AS subscription ON subscription.id = item.subscription_id
          WHERE subscription.transfer = transfer.id AND subscription.active
            AND item.state = 'due' AND item.operations = '{}'),
       (SELECT count(*) FROM sync_inboxitem AS item
        WHERE item.transfer_id = transfer.id AND item.state = %(parked)s)
FROM connections_datatransfer AS transfer
LEFT JOIN sync_reading AS reading ON reading.transfer_id = transfer.id
WHERE transfer.id = ANY(%(transfers)s) ORDER BY transfer.position, transfer.id
"""
# One that is under way is not begun a second time: what it misses, the next one finds.
_NOW = """
UPDATE sync_reading SET due_at = clock_timestamp() WHERE transfer_id = ANY(%(transfers)s)
"""


@dataclass(frozen=True, slots=True)
class Receiving:
    """One data transfer over which something comes in.

    read_at: when their changes were last read to the present, None before the first time.
    under_way: a reading of several pages has begun. every: how often they are asked now.
    waiting: records that changed there, not looked at yet. undecided: that need a person.
    """

    transfer: DataTransfer
    read_at: datetime | None
    under_way: bool
    every: timedelta
    waiting: int
    undecided: int


def of_integration(integration: Integration) -> list[Receiving]:
    """The active data transfers over which something comes in, in their order."""
    transfers = {each.pk: each for each in _transfers(integration)}
    rows = fetch(_READINGS, transfers=list(transfers), due=InboxState.DUE, parked=InboxState.PARKED)
    return [
        Receiving(transfers[key], read_at, under_way, polling.interval(idle), waiting, undecided)
        for key, read_at, idle, under_way, waiting, undecided in rows
    ]


def read_now(integration: Integration) -> int:
    """Ask the other side at once what changed; how many data transfers that concerns.

    Raises BadInput while the integration is not active, and where nothing comes in.
    """
    if integration.state != IntegrationState.ACTIVE:
        raise BadInput(NOT_ACTIVE)
    transfers = [each.pk for each in _transfers(integration)]
    if not transfers:
        raise BadInput(NOTHING_FLOWS_IN)
    with transaction.atomic():
        change(_NOW, transfers=transfers)
        for transfer in transfers:
            wakeups.after_commit(POLL, transfer=transfer)
    log.info("inbound.read_asked_for", integration=integration.pk, count=len(transfers))
    return len(transfers)


def _transfers(integration: Integration) -> list[DataTransfer]:
    active = DataTransfer.objects.filter(connection=integration.connection_id, active=True)
    listed = active.select_related("connection").prefetch_related("mappings")
    return [each for each in listed if flows.receives(each)]
