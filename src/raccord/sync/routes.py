"""Opening a data transfer for delivery: may anything flow, where to, and under which rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from raccord.connections import budgets
from raccord.connections.describing import STALE_AFTER, described
from raccord.connections.models import (
    AuthorizationState,
    DataTransfer,
    Integration,
    IntegrationState,
)
from raccord.connections.opening import open_connector
from raccord.connections.specs import transfer_spec
from raccord.connectors import registry
from raccord.connectors.base import Connector
from raccord.contacts.models import Subscription
from raccord.engine.errors import SchemaChanged
from raccord.engine.records import Operation, Priority, TransferSpec
from raccord.engine.schema import RemoteObject
from raccord.sync.statements import fetch
from raccord.sync.steps import Route

log = structlog.get_logger(__name__)

CLAIM_AT_MOST = 2_000

_PAUSED = """
SELECT coalesce(paused_until > clock_timestamp(), false) FROM connections_connection
WHERE id = %(connection)s
"""


def open_route(transfer_id: int, *, stale_after: timedelta = STALE_AFTER) -> Route | None:
    """The route of a data transfer; None, with the reason in the log, if nothing may flow.

    stale_after: how old what is known of the other side's schema may be. May call the other side
    to describe it, and raises what that raises.
    """
    transfer = (
        DataTransfer.objects.select_related("connection__authorization")
        .filter(pk=transfer_id)
        .first()
    )
    if transfer is None:
        log.info("outbound.closed", transfer=transfer_id, reason="no_such_transfer")
        return None
    subscription = Subscription.objects.filter(transfer=transfer_id, active=True).first()
    integration = Integration.objects.filter(connection=transfer.connection_id).first()
    reason = _why_closed(transfer, subscription, integration)
    if reason or subscription is None or integration is None:
        log.info("outbound.closed", transfer=transfer_id, reason=reason)
        return None
    return _Opening(stale_after).route(transfer, subscription, integration)


def _why_closed(
    transfer: DataTransfer, subscription: Subscription | None, integration: Integration | None
) -> str:
    """Why nothing may flow over this transfer now; "" if it may."""
    connection = transfer.connection
    reasons = {
        "transfer_disabled": not transfer.active,
        "no_subscription": subscription is None,
        "integration_not_active": integration is None
        or integration.state != IntegrationState.ACTIVE,
        "not_authorized": connection.authorization.state != AuthorizationState.ACTIVE,
        "connection_paused": fetch(_PAUSED, connection=connection.pk)[0][0],
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


class _Opening:
    """One connector and what is known of the objects that it will be asked for."""

    def __init__(self, stale_after: timedelta) -> None:
        self._stale_after = stale_after
        self._schemas: dict[str, RemoteObject] = {}

    def route(
        self, transfer: DataTransfer, subscription: Subscription, integration: Integration
    ) -> Route:
        connector = open_connector(transfer.connection, schemas=self._schemas)
        spec = self._spec(transfer, connector)
        siblings = self._siblings(transfer, connector)
        return Route(
            project=transfer.connection.project_id,
            source=transfer.connection.source,
            connection=transfer.connection_id,
            integration=integration.pk,
            transfer=transfer.pk,
            subscription=subscription.pk,
            connector=connector,
            limits=registry.get(transfer.connection.source).limits,
            spec=spec,
            siblings=tuple(siblings.values()),
            creator=_creator(transfer, spec, siblings) == transfer.pk,
            claim_at_most=_claim_at_most(integration),
            least_urgent=_least_urgent(transfer),
            probing=transfer.connection.pause_reason != "",
        )

    def _spec(self, transfer: DataTransfer, connector: Connector) -> TransferSpec:
        remote = described(transfer, stale_after=self._stale_after, connect=lambda: connector)
        self._schemas[transfer.object] = remote
        own_user = transfer.connection.authorization.user
        return replace(transfer_spec(transfer, remote=remote), own_user=own_user)

    def _siblings(
        self, transfer: DataTransfer, connector: Connector
    ) -> dict[tuple[int, int], TransferSpec]:
        """The other active transfers of the connection by (position, id), in that order."""
        siblings = {}
        others = DataTransfer.objects.filter(connection=transfer.connection_id, active=True)
        for other in others.exclude(pk=transfer.pk).select_related("connection__authorization"):
            try:
                siblings[other.position, other.pk] = self._spec(other, connector)
            except SchemaChanged as failure:
                # Its own run says so; this one goes on without looking there.
                log.warning("outbound.sibling_left_out", transfer=other.pk, code=failure.code)
        return siblings


def _creator(
    transfer: DataTransfer, spec: TransferSpec, siblings: dict[tuple[int, int], TransferSpec]
) -> int:
    """Which transfer creates people who are found nowhere: the first one that may.

    If none may, each is its own, so that the plan can say why nothing is created.
    """
    all_of_them = {**siblings, (transfer.position, transfer.pk): spec}
    for (_, pk), each in sorted(all_of_them.items(), key=lambda entry: entry[0]):
        if each.create and Operation.CREATED in each.operations:
            return pk
    return transfer.pk


def _claim_at_most(integration: Integration) -> int:
    """While records fail in a row, never more at once than may still fail."""
    if integration.failures == 0:
        return CLAIM_AT_MOST
    return max(1, min(CLAIM_AT_MOST, integration.failure_limit - integration.failures))


def _least_urgent(transfer: DataTransfer) -> int:
    """What the connection's budget of calls still lets through."""
    budget = budgets.of_connection(transfer.connection)
    if budget is None:
        return Priority.BACKFILL
    if budget.least_urgent < Priority.BACKFILL:
        log.info("budget.low", connection=transfer.connection_id, spent=budget.spent)
    return budget.least_urgent
