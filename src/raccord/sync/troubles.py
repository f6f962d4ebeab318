"""When not a record but the connection, a field or the grant is the problem: stop just that.

Called by outbound for failures that would meet every other record the same way. Everything that
waits stays due; what is stopped here says until when, or who has to act.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from raccord.alerts import alarms
from raccord.connections.models import Authorization, AuthorizationState, DataTransfer, FieldMapping
from raccord.engine import retry
from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    PermissionMissing,
    SchemaChanged,
)
from raccord.sync.statements import change, fetch

log = structlog.get_logger(__name__)

SCHEMA_PAUSE = retry.QUOTA_PAUSE

_PAUSE = """
UPDATE connections_connection
SET paused_until = greatest(paused_until, %(until)s), pause_reason = %(reason)s,
    pause_detail = %(detail)s
WHERE id = %(connection)s
"""
_OVER = """
UPDATE connections_connection
SET paused_until = NULL, pause_reason = '', pause_detail = ''
WHERE id = %(connection)s AND pause_reason <> '' AND paused_until <= clock_timestamp()
"""


def meet(transfer_id: int, failure: Failure, *, attempts: int) -> None:
    """Stop what `failure` says is stopped. attempts: how often this was met, this time included."""
    transfer = DataTransfer.objects.select_related("connection").get(pk=transfer_id)
    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    if isinstance(failure, AuthorizationLost):
        _lose_authorization(transfer, failure)
    elif isinstance(failure, PermissionMissing | SchemaChanged):
        if not pause_fields(transfer, failure):
            _pause(transfer, failure, until=now + SCHEMA_PAUSE)
    else:
        step = retry.decide(failure, attempts=attempts, now=now)
        until = step.at if isinstance(step, retry.Again) else getattr(step, "until", None)
        _pause(transfer, failure, until=until or now + retry.RATE_PAUSE)


def over(connection_id: int) -> None:
    """Calls succeed again: what a past pause was for is no longer shown."""
    if change(_OVER, connection=connection_id):
        log.info("connection.goes_on", connection=connection_id)


def pause_fields(transfer: DataTransfer, failure: Failure) -> bool:
    """Pause the mappings of the remote fields that `failure` names; the other fields go on."""
    named = failure.params.get("fields") or failure.params.get("field") or ""
    fields = [name.strip() for name in named.split(",") if name.strip()]
    paused = FieldMapping.objects.filter(
        transfer=transfer, remote_field__in=fields, paused_reason=""
    ).update(paused_reason=failure.code)
    if isinstance(failure, SchemaChanged):
        # What we know of the object is out of date: it is described again before the next run.
        DataTransfer.objects.filter(pk=transfer.pk).update(described_at=None)
    if paused:
        log.warning("mapping.paused", transfer=transfer.pk, mappings=paused, code=failure.code)
    return paused > 0


def _lose_authorization(transfer: DataTransfer, failure: Failure) -> None:
    authorization = Authorization.objects.get(pk=transfer.connection.authorization_id)
    lost = Authorization.objects.filter(
        pk=authorization.pk, generation=authorization.generation, state=AuthorizationState.ACTIVE
    ).update(state=AuthorizationState.LOST, reason=failure.code)
    log.warning("outbound.authorization_lost", authorization=authorization.pk, noted=lost)
    transaction.on_commit(alarms.attend, robust=True)


def _pause(transfer: DataTransfer, failure: Failure, *, until: datetime) -> None:
    change(
        _PAUSE,
        until=until,
        reason=failure.code[:120],
        detail=failure.detail[:2000],
        connection=transfer.connection_id,
    )
    log.warning("connection.paused", connection=transfer.connection_id, code=failure.code)
