"""Switching an integration on and off, and what flows: nobody's save straddles the moment.

Each change of what is captured takes the project's barrier exclusively (`contacts.barrier`),
writes the subscriptions, and commits. Only what is enumerated after that commit (`backfill`)
reaches back to contacts that were there before; every later save is captured by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from raccord.alerts import alarms
from raccord.connections import transfers
from raccord.connections.models import (
    AuthorizationState,
    Connection,
    DataTransfer,
    Integration,
    IntegrationState,
    UpdateTypes,
)
from raccord.connections.transfers import TransferSettings
from raccord.contacts import barrier, wakeups
from raccord.contacts.models import Subscription
from raccord.engine.errors import BadInput
from raccord.engine.parting import DELETED_HERE, DELETED_THERE
from raccord.engine.records import Direction, OnlyThere, Operation
from raccord.engine.rules import DeletionRule, OnlyHere
from raccord.sync import backfill, readings, replay, value_waits
from raccord.sync.poll import POLL
from raccord.sync.statements import fetch

log = structlog.get_logger(__name__)

NOT_AUTHORIZED = "raccord.authorization.not_authorized"
NO_TRANSFER = "raccord.preflight.no_transfer"
CREATE_OFF = "raccord.plan.create_off"
NO_OPERATION = "raccord.preflight.no_operation"

FIRST_AFTER_RESUME = 20
"""Records of the first batch after a suspension."""

Ticks = dict[int, frozenset[Operation]]


def activate(integration: Integration, *, person: str = "") -> Integration:
    """Switch on: capture from now on, and bring the contacts that exist already.

    Items that were waiting when it was switched off are still there and go on. Raises BadInput
    if nobody authorized access, no data transfer is active or no operation is ticked.
    """
    _require_authorization(integration)
    with barrier.exclusive(_project(integration)):
        ticks = _ticks(integration)
        receiving = _receiving(integration)
        if not any(ticks.values()) and not receiving:
            raise BadInput(NO_OPERATION if ticks else NO_TRANSFER)
        subscriptions = _subscribe(ticks, receiving, project=_project(integration))
        _set_state(integration, IntegrationState.ACTIVE)
        for subscription in subscriptions:
            _bring_existing(subscription)
        wakeups.outbound_after_commit(ticks)
        _read_soon(receiving)
    integration.refresh_from_db()
    log.info("integration.activated", integration=integration.pk, person=bool(person))
    return integration


def deactivate(integration: Integration, *, person: str = "") -> Integration:
    """Switch off: nothing is captured or sent. What was due stays, and goes on with `activate`."""
    with barrier.exclusive(_project(integration)):
        transfers = DataTransfer.objects.filter(connection=integration.connection_id)
        Subscription.objects.filter(
            transfer__in=list(transfers.values_list("pk", flat=True)), active=True
        ).update(active=False)
        _set_state(integration, IntegrationState.DISABLED)
    integration.refresh_from_db()
    log.info("integration.deactivated", integration=integration.pk, person=bool(person))
    return integration


def resume(integration: Integration, *, person: str = "") -> Integration:
    """Go on after a suspension: what was refused is due again, a small part of it first.

    While refusals in a row are still counted, a run claims no more than may still be refused
    (see `routes`); the first record that is taken ends the count.
    """
    _require_authorization(integration)
    cautious = max(0, integration.failure_limit - FIRST_AFTER_RESUME)
    with transaction.atomic():
        resumed = Integration.objects.filter(
            pk=integration.pk, state=IntegrationState.SUSPENDED
        ).update(
            state=IntegrationState.ACTIVE, state_reason="", state_since=Now(), failures=cautious
        )
        if resumed:
            replay.replay(integration)
            transaction.on_commit(lambda: alarms.attend(integration.pk), robust=True)
    integration.refresh_from_db()
    log.info("integration.resumed", integration=integration.pk, person=bool(person))
    return integration


def change_operations(
    integration: Integration, operations: Mapping[int, Collection[Operation]]
) -> None:
    """Tick operations per data transfer (by its id); others stay as they are.

    While the integration runs, what is ticked newly is captured from now on, what waited for the
    tick becomes due, and a first tick of "created" brings the contacts that exist already.
    """
    transfers = DataTransfer.objects.filter(connection=integration.connection_id)
    known = set(transfers.values_list("pk", flat=True))
    with barrier.exclusive(_project(integration)):
        for transfer in sorted(known & operations.keys()):
            UpdateTypes.objects.update_or_create(
                transfer_id=transfer,
                defaults={
                    "integration": integration,
                    "operations": sorted(operations[transfer]),
                },
            )
        refresh(integration)
    log.info("integration.operations_changed", integration=integration.pk)


def refresh(integration: Integration) -> None:
    """Bring the subscriptions of a running integration in line with what is set up.

    For data transfers that were switched on or whose ticks changed. Without effect while the
    integration is disabled, and where nothing changed.
    """
    with barrier.exclusive(_project(integration)):
        state = Integration.objects.values_list("state", flat=True).get(pk=integration.pk)
        if state == IntegrationState.DISABLED:
            return
        before = _captured(integration)
        ticks = _ticks(integration)
        receiving = _receiving(integration)
        for subscription in _subscribe(ticks, receiving, project=_project(integration)):
            was = before.get(subscription.transfer, frozenset())
            now = ticks[subscription.transfer]
            if Operation.CREATED in now - was:
                _bring_existing(subscription)
            if now - was:
                replay.release_held(subscription)
        wakeups.outbound_after_commit(ticks)
        _read_soon(receiving - before.keys())


def mappings_changed(transfer: DataTransfer) -> value_waits.Released:
    """Compare all contacts of a running data transfer again: a new pair concerns them, too.

    What waited because of a value is tried again, and counted in the answer.

    To be called after `mappings.save_mappings` changed something, in the same transaction, so
    that no crash comes between the two. Contacts that hold what is there already cost a look,
    and send nothing. Without effect while nothing of the transfer is captured.
    """
    with barrier.exclusive(transfer.connection.project_id):
        for subscription in Subscription.objects.filter(transfer=transfer.pk, active=True):
            _bring_existing(subscription)
        _read_anew(transfer)
        released = value_waits.release_all(transfer)
    log.info("integration.mappings_changed", transfer=transfer.pk)
    return released


def change_settings(transfer: DataTransfer, settings: TransferSettings) -> None:
    """Change what happens to who is on one side only; raises BadInput if it cannot be.

    Contacts that waited because nobody was created are due again once somebody may be, those that
    nobody looked for are looked for, and their records are read from the first on if another fate
    is chosen for people unknown here. What waits for a decision about a deletion goes by the new
    rule; nothing else of what was deleted before is touched.
    """
    before = TransferSettings.of(transfer)
    with barrier.exclusive(transfer.connection.project_id):
        transfers.change_settings(transfer, settings)
        if settings.only_there != before.only_there:
            _read_anew(transfer)
        for integration in Integration.objects.filter(connection=transfer.connection_id):
            refresh(integration)
        for subscription in Subscription.objects.filter(transfer=transfer.pk):
            _set_free(subscription, settings, before=before)


def out_of_line() -> list[Integration]:
    """Running integrations whose subscriptions do not say what is set up; for the sweep."""
    running = Integration.objects.exclude(state=IntegrationState.DISABLED)
    return [
        integration
        for integration in running.select_related("connection")
        if _wanted(integration) != _captured(integration)
    ]


def _set_free(
    subscription: Subscription, settings: TransferSettings, *, before: TransferSettings
) -> None:
    """Make due what waited only because of a setting that is another one now."""
    if settings.only_here != before.only_here:
        replay.release(subscription, reason=CREATE_OFF)
        if before.only_here is OnlyHere.IGNORE and subscription.active:
            _bring_existing(subscription)
    if settings.our_deletion != before.our_deletion:
        replay.release(subscription, reason=DELETED_HERE)
    if settings.their_deletion != before.their_deletion:
        replay.release(subscription, reason=DELETED_THERE)


def _require_authorization(integration: Integration) -> None:
    connection = Connection.objects.select_related("authorization").get(
        pk=integration.connection_id
    )
    if connection.authorization.state != AuthorizationState.ACTIVE:
        raise BadInput(connection.authorization.reason or NOT_AUTHORIZED)


def _project(integration: Integration) -> int:
    return integration.connection.project_id


def _ticks(integration: Integration) -> Ticks:
    """What is to be heard of for each active data transfer: what is ticked, and deletions where
    its rule does something about them."""
    active = DataTransfer.objects.filter(connection=integration.connection_id, active=True)
    rows = active.order_by("pk").values_list("pk", "our_deletion", "update_types__operations")
    return {pk: _heard(rule, operations or ()) for pk, rule, operations in rows}


def _heard(rule: str, ticked: Iterable[str]) -> frozenset[Operation]:
    asked = () if rule == DeletionRule.NOTHING else (Operation.DELETED,)
    return frozenset((*map(Operation, ticked), *asked))


def _receiving(integration: Integration) -> frozenset[int]:
    """The active data transfers over which something of theirs may come to us."""
    active = DataTransfer.objects.filter(connection=integration.connection_id, active=True)
    inbound = Q(mappings__direction__in=[Direction.INBOUND, Direction.BOTH])
    creating = Q(only_there=OnlyThere.CREATE)
    return frozenset(active.filter(inbound | creating).values_list("pk", flat=True))


def _wanted(integration: Integration) -> Ticks:
    """What the active subscriptions should capture. One that captures nothing still receives."""
    receiving = _receiving(integration)
    ticks = _ticks(integration).items()
    return {key: ticked for key, ticked in ticks if ticked or key in receiving}


def _captured(integration: Integration) -> Ticks:
    """What the active subscriptions capture."""
    transfers = DataTransfer.objects.filter(connection=integration.connection_id)
    rows = Subscription.objects.filter(
        transfer__in=list(transfers.values_list("pk", flat=True)), active=True
    ).values_list("transfer", "operations")
    return {transfer: frozenset(map(Operation, operations)) for transfer, operations in rows}


def _subscribe(ticks: Ticks, receiving: Collection[int], *, project: int) -> list[Subscription]:
    """One subscription per transfer, the former one if there is one: its items are still due."""
    subscriptions = []
    for transfer, operations in ticks.items():
        mine = Subscription.objects.filter(transfer=transfer)
        subscription = mine.order_by("-active", "-pk").first()
        if subscription is None:
            subscription = Subscription(project_id=project, transfer=transfer)
        subscription.operations = sorted(operations)
        subscription.active = bool(operations) or transfer in receiving
        subscription.save()
        if subscription.active:
            subscriptions.append(subscription)
    return subscriptions


def _read_soon(transfers: Iterable[int]) -> None:
    for transfer in sorted(transfers):
        wakeups.after_commit(POLL, transfer=transfer)


def _read_anew(transfer: DataTransfer) -> None:
    """Read all their records once more: what they say may mean something else now."""
    readings.read_everything(transfer.pk)
    for integration in Integration.objects.filter(connection=transfer.connection_id):
        refresh(integration)
        _read_soon(_receiving(integration) & {transfer.pk})


def _bring_existing(subscription: Subscription) -> None:
    if {Operation.CREATED, Operation.DELETED} & set(subscription.operations):
        backfill.begin(subscription)


def _set_state(integration: Integration, state: IntegrationState) -> None:
    now = fetch("SELECT clock_timestamp()")[0][0]
    Integration.objects.filter(pk=integration.pk).update(
        state=state, state_reason="", state_since=now, failures=0
    )
