"""The budget of a connection: what is known of the other side's calls, and our share of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.utils import timezone

from raccord.connections.models import Connection
from raccord.engine.budget import Budget
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

SHARE_INVALID = "raccord.budget.share_invalid"

TOLD_FOR = timedelta(hours=1)
"""How long what others used is believed; after that one call may be made to learn it anew."""


def of_connection(connection: Connection) -> Budget | None:
    """Its budget at present; None while the other side has not said what it allows."""
    allowed = connection.their_calls_allowed
    if not allowed:
        return None
    now = timezone.now()
    is_known = connection.their_calls_at is not None and connection.their_calls_at > now - TOLD_FOR
    return Budget(
        allowed=allowed,
        share=connection.calls_share,
        ours=calls_today(connection, now=now),
        used=connection.their_calls if is_known else None,
    )


def calls_today(connection: Connection, *, now: datetime) -> int:
    """How many calls we made so far on the day (UTC) of `now`."""
    return connection.calls if connection.calls_on == now.astimezone(UTC).date() else 0


def begins_anew(now: datetime) -> datetime:
    """When our count of a day's calls begins anew: the next midnight, UTC."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def change_share(connection: Connection, text: str) -> None:
    """Let so many percent of the calls be ours; raises BadInput at ``share``."""
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and 1 <= int(digits) <= 100):
        raise BadInput(SHARE_INVALID, at="share")
    Connection.objects.filter(pk=connection.pk).update(calls_share=int(digits))
    log.info("connection.share_changed", connection=connection.pk, share=int(digits))
