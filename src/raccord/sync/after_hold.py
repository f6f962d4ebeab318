"""What a person says a held installation is: the original, which goes on, or a copy.

The original does not trust its links blindly: what happened after the state that it was put back to
is known to the other side only. So the two sides are compared, transfer by transfer, and changes
are read from where this state of the database had read them.

A copy must never touch what belongs to the original: it gets an identity of its own, its
integrations are switched off, its stored authorizations and signing secrets are forgotten.
"""

from __future__ import annotations

from uuid import uuid4

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    DataTransfer,
    Integration,
    IntegrationState,
    ReceivingAddress,
    SigningIn,
)
from raccord.engine.errors import BadInput
from raccord.installation import starting
from raccord.installation.models import Installation
from raccord.sync import activate
from raccord.sync.reconcile import runs
from raccord.sync.reconcile.models import Cause

log = structlog.get_logger(__name__)

NOT_HELD = "raccord.installation.not_held"
IS_COPY = "raccord.installation.is_copy"

# More minutes than any note in any data folder can be ahead of a restored database.
_AHEAD_OF_ALL = 10_000_000


def go_on(*, person: str) -> int:
    """This is the original: everything goes on. Returns how many comparisons were begun.

    Raises BadInput if it is not held.
    """
    with transaction.atomic():
        row = _decided(person=person)
        if not row.held_because:
            raise BadInput(NOT_HELD)
        row.held_because, row.held_at = "", None
        starting.record(row)
        row.save()
    begun = sum(map(_compare, _active_transfers()))
    log.info("installation.goes_on", epoch=row.epoch, comparisons=begun)
    return begun


def become_copy(*, person: str) -> int:
    """This is a copy: a new identity, and no way to any system. Returns how many lost theirs."""
    active = Integration.objects.exclude(state=IntegrationState.DISABLED).order_by("pk")
    for integration in active:
        activate.deactivate(integration, person=person)
    with transaction.atomic():
        row = _decided(person=person)
        row.uid, row.held_because, row.held_at = uuid4(), "", None
        disconnected = _forget_grants()
        starting.record(row)
        row.save()
    log.info("installation.is_copy", installation=str(row.uid), disconnected=disconnected)
    return disconnected


def _decided(*, person: str) -> Installation:
    row = starting.locked_row()
    row.epoch += 1
    row.counter += _AHEAD_OF_ALL
    row.decided_at, row.decided_by = Now(), person[:255]
    return row


def _active_transfers() -> list[DataTransfer]:
    active = DataTransfer.objects.filter(
        active=True, connection__integration__state=IntegrationState.ACTIVE
    )
    return list(active.order_by("pk"))


def _compare(transfer: DataTransfer) -> bool:
    try:
        runs.begin(transfer, cause=Cause.GAP)
    except BadInput as refused:
        log.info("installation.not_compared", transfer=transfer.pk, code=refused.code)
        return False
    return True


def _forget_grants() -> int:
    """Of every authorization and receiving address: what they could be used with."""
    SigningIn.objects.all().delete()
    for address in ReceivingAddress.objects.select_for_update().order_by("pk"):
        address.key, address.closed_at = uuid4(), Now()
        address.secret_sealed = address.former_secret_sealed = b""
        address.former_until, address.generation = None, address.generation + 1
        address.save()
    return Authorization.objects.update(
        client_secret_sealed=b"",
        access_token_sealed=b"",
        refresh_token_sealed=b"",
        state=AuthorizationState.LOST,
        reason=IS_COPY,
        generation=F("generation") + 1,
        lease=None,
        lease_until=None,
    )
