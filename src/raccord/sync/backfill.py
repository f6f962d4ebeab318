"""The first load: contacts that were there before a subscription, put into its outbox.

A row with a lease and a position; each chunk is one transaction of one statement, so any worker
may go on where another stopped. Items that exist already are never touched: what they say is
newer. A contact that both sides hold already costs a look, and sends nothing.
"""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import structlog
from django.db import transaction

from raccord.contacts import wakeups
from raccord.contacts.models import Contact, Subscription
from raccord.engine.records import Operation, Priority
from raccord.sync.models import Backfill
from raccord.sync.statements import change, fetch
from raccord.sync.steps import LEASE

log = structlog.get_logger(__name__)

TASK = "raccord.backfill"
CHUNK = 5_000
RUN_SECONDS = 20.0

_CLAIM = """
UPDATE sync_backfill AS backfill
SET claim = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM contacts_subscription AS subscription
WHERE backfill.id = %(backfill)s AND backfill.finished_at IS NULL
  AND (claim IS NULL OR lease_until < clock_timestamp())
  AND subscription.id = backfill.subscription_id AND subscription.active
"""
# A deleted contact is brought only where its counterpart still stands over there.
_TAKE_CHUNK = """
WITH chunk AS (
    SELECT id, deleted_at IS NOT NULL AS deleted FROM contacts_contact
    WHERE project_id = %(project)s AND id > %(position)s
    ORDER BY id LIMIT %(size)s
), wanted AS (
    SELECT id, 'created' AS operation FROM chunk WHERE %(created)s AND NOT deleted
    UNION ALL
    SELECT chunk.id, 'deleted' FROM chunk
    JOIN sync_link AS link ON link.transfer_id = %(transfer)s AND link.contact = chunk.id
    WHERE %(deleted)s AND chunk.deleted AND link.state = 'linked'
), brought AS (
    INSERT INTO contacts_outboxitem
        (subscription_id, contact, version, operations, priority, due_at, state, claims, attempts,
         reason, parameters, detail)
    SELECT %(subscription)s, id, 1, ARRAY[operation], %(priority)s, clock_timestamp(), 'due', 0, 0,
           '', '{}', ''
    FROM wanted ORDER BY id
    ON CONFLICT (subscription_id, contact) DO NOTHING
    RETURNING 1
)
SELECT max(chunk.id), count(*), (SELECT count(*) FROM brought) FROM chunk
"""
_ADVANCE = """
UPDATE sync_backfill
SET position = %(position)s, done = done + %(read)s, total = greatest(total, done + %(read)s),
    lease_until = clock_timestamp() + %(lease)s
WHERE id = %(backfill)s AND claim = %(token)s
"""
_FINISH = """
UPDATE sync_backfill
SET finished_at = clock_timestamp(), total = done, claim = NULL, lease_until = NULL
WHERE id = %(backfill)s AND claim = %(token)s
"""
_RELEASE = """
UPDATE sync_backfill SET claim = NULL, lease_until = NULL
WHERE id = %(backfill)s AND claim = %(token)s
"""


def begin(subscription: Subscription) -> Backfill:
    """Start at the first contact, or start over if one is under way; wakes a worker."""
    total = Contact.objects.filter(project=subscription.project_id).count()
    backfill, _ = Backfill.objects.update_or_create(
        subscription=subscription,
        finished_at=None,
        defaults={"position": 0, "done": 0, "total": total, "claim": None, "lease_until": None},
    )
    wakeups.after_commit(TASK, backfill=backfill.pk)
    log.info("backfill.begun", backfill=backfill.pk, contacts=total)
    return backfill


def work(backfill_id: int, *, seconds: float = RUN_SECONDS) -> bool:
    """Take chunks until all contacts are in the outbox or the time is over; whether any are left.

    False as well when somebody else works on it, or the subscription is not active now.
    """
    token = uuid4()
    if not change(_CLAIM, backfill=backfill_id, token=token, lease=LEASE):
        return False
    ends_at = time.monotonic() + seconds
    try:
        while _chunk(backfill_id, token=token):
            if time.monotonic() >= ends_at:
                return True
    finally:
        change(_RELEASE, backfill=backfill_id, token=token)
    return False


def unfinished() -> list[int]:
    """Backfills that nobody works on at the moment, though they could go on."""
    return [
        row[0]
        for row in fetch(
            """
            SELECT backfill.id FROM sync_backfill AS backfill
            JOIN contacts_subscription AS subscription
              ON subscription.id = backfill.subscription_id AND subscription.active
            WHERE finished_at IS NULL AND (claim IS NULL OR lease_until < clock_timestamp())
            """
        )
    ]


def _chunk(backfill_id: int, *, token: UUID) -> bool:
    """One chunk, in one transaction with its position; False after the last one."""
    with transaction.atomic():
        backfill = (
            Backfill.objects.select_for_update(of=("self",))
            .select_related("subscription")
            .filter(pk=backfill_id, claim=token)
            .first()
        )
        if backfill is None:
            return False
        subscription = backfill.subscription
        ((last, read, brought),) = fetch(
            _TAKE_CHUNK,
            project=subscription.project_id,
            position=backfill.position,
            size=CHUNK,
            created=Operation.CREATED in subscription.operations,
            deleted=Operation.DELETED in subscription.operations,
            transfer=subscription.transfer,
            subscription=subscription.pk,
            priority=Priority.BACKFILL,
        )
        if last is None:
            change(_FINISH, backfill=backfill_id, token=token)
        else:
            change(
                _ADVANCE,
                backfill=backfill_id,
                token=token,
                position=last,
                read=read,
                lease=LEASE,
            )
        wakeups.outbound_after_commit([subscription.transfer])
    log.info("backfill.chunk", backfill=backfill_id, read=read, brought=brought)
    return last is not None
