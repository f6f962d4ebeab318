"""Try again what waits for a person: all of it, all of one reason, or one contact."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Greatest, Now

from raccord.connections.models import DataTransfer, Integration
from raccord.contacts import wakeups
from raccord.contacts.models import OutboxItem, OutboxState, Subscription
from raccord.engine.guards import EFFECT_OF
from raccord.engine.records import Priority
from raccord.sync import guards
from raccord.sync.causes import of_cause
from raccord.sync.inbox import INBOUND
from raccord.sync.models import InboxItem, InboxState

_BEHIND_EDITS = Case(
    When(priority__lte=Priority.CONSENT_TIGHTENED, then=F("priority")),
    default=Greatest(F("priority"), Priority.IMPORT),
)

log = structlog.get_logger(__name__)


def replay(
    integration: Integration,
    *,
    reason: str = "",
    blamed: str | None = None,
    contact: int | None = None,
) -> int:
    """Make parked items of the integration due again; how many there were.

    reason: only those of this code; with `blamed`, only for these fields. contact: only this
    one, held or parked. What a guard stopped goes on, all of it, without being counted again.
    """
    transfers = DataTransfer.objects.filter(connection=integration.connection_id)
    keys = list(transfers.order_by("pk").values_list("pk", flat=True))
    waiting = OutboxItem.objects.filter(subscription__transfer__in=keys, state=OutboxState.PARKED)
    if contact is not None:
        waiting = OutboxItem.objects.filter(
            subscription__transfer__in=keys, contact=contact
        ).exclude(state=OutboxState.DUE)
    if reason:
        waiting = of_cause(waiting, code=reason, blamed=blamed)
    with transaction.atomic():
        if effect := EFFECT_OF.get(reason):
            guards.release(integration, effect)
        count = make_due(waiting, transfers=keys)
    log.info("outbox.replayed", integration=integration.pk, items=count)
    return count


def release_held(subscription: Subscription) -> int:
    """Make due what an un-ticked operation held back."""
    held = OutboxItem.objects.filter(subscription=subscription, state=OutboxState.HELD)
    return make_due(held, transfers=[subscription.transfer])


def release(subscription: Subscription, *, reason: str) -> int:
    """Make due what waits for this reason, held or parked, because the reason has gone."""
    waiting = OutboxItem.objects.filter(subscription=subscription, reason=reason)
    waiting = waiting.exclude(state=OutboxState.DUE)
    return make_due(waiting, transfers=[subscription.transfer])


def make_due(items: QuerySet[OutboxItem], *, transfers: list[int], gently: bool = False) -> int:
    """Make these items of the data transfers due now; how many there were.

    gently: behind what people edit meanwhile, but for refusals of consent. The version is raised: a
    verdict under way was reached before the person asked again.
    """
    with transaction.atomic():
        # Locked in the order in which a save locks them, or the two would wait for each other.
        ordered = items.order_by("contact", "subscription").select_for_update(of=("self",))
        locked = list(ordered.values_list("pk", flat=True))
        count = OutboxItem.objects.filter(pk__in=locked).update(
            state=OutboxState.DUE,
            due_at=Now(),
            version=F("version") + 1,
            attempts=0,
            claims=0,
            reason="",
            parameters={},
            detail="",
            **({"priority": _BEHIND_EDITS} if gently else {}),
        )
        if count:
            wakeups.outbound_after_commit(transfers)
    return count


def make_records_due(items: QuerySet[InboxItem], *, transfer: int) -> int:
    """Make these hints of the data transfer due now; how many there were."""
    with transaction.atomic():
        ordered = items.order_by("remote_id").select_for_update(of=("self",))
        locked = list(ordered.values_list("pk", flat=True))
        count = InboxItem.objects.filter(pk__in=locked).update(
            state=InboxState.DUE,
            due_at=Now(),
            version=F("version") + 1,
            attempts=0,
            claims=0,
            reason="",
            parameters={},
            candidates=[],
        )
        if count:
            wakeups.after_commit(INBOUND, transfer=transfer)
    return count
