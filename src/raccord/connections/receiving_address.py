"""The address at which the other side tells us what changed: opened, given a new secret, closed.

A secret is shown once, when it is made; after that it only proves who sent a message. A new one
leaves the former valid for a day, so that the other side can be changed over in between.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from raccord.connections import vault
from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import Connection, ReceivingAddress
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

FORMER_STAYS = timedelta(hours=24)
_SECRET_BYTES = 32
# Anybody may send a wrong message; no more than one write for each such moment.
_NOTED_EVERY = timedelta(seconds=5)

NOT_OFFERED = "raccord.receiving_address.not_offered"
MOVED = "raccord.receiving_address.moved"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An address with the secret that was just made for it: the only time it is seen."""

    address: ReceivingAddress
    secret: str


def offered(source: str) -> bool:
    """Whether the source can tell us what changed by itself."""
    return installed(source) and declaration_of(source).capabilities.webhook


def of_connection(connection: Connection) -> ReceivingAddress | None:
    """The connection's address, if it has one."""
    return ReceivingAddress.objects.filter(connection=connection).first()


def find(key: UUID) -> ReceivingAddress | None:
    """The address that a message was posted to, closed or not."""
    found = ReceivingAddress.objects.select_related("connection").filter(key=key)
    return found.first()


@transaction.atomic
def make_secret(connection: Connection, *, seen: int) -> NewSecret:
    """Open the connection's address, or give the one it has a new secret.

    seen: the generation that the person was shown, 0 for none. Raises BadInput if somebody else
    made a secret meanwhile (it would lose its worth), or if the source posts nothing.
    """
    if not offered(connection.source):
        raise BadInput(NOT_OFFERED)
    # The connection's row, since there may be no address to lock yet.
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    address = of_connection(connection)
    if seen != (address.generation if address else 0):
        raise BadInput(MOVED)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    if address is None:
        address = ReceivingAddress(connection=connection)
    else:
        address.former_secret_sealed = address.secret_sealed
        address.former_until = timezone.now() + FORMER_STAYS
        address.generation += 1
    address.secret_sealed = vault.seal(secret)
    address.made_at = timezone.now()
    address.save()
    log.info(
        "receiving_address.secret_made", connection=connection.pk, generation=address.generation
    )
    return NewSecret(address, secret)


def close(connection: Connection) -> None:
    """Take nothing more at the address; its secret is kept for `reopen`."""
    _set_closed(connection, closed=True)


def reopen(connection: Connection) -> None:
    """Take messages again, signed with the same secret."""
    _set_closed(connection, closed=False)


def keys(address: ReceivingAddress, *, now: datetime) -> tuple[bytes, ...]:
    """What a message may be signed with; raises Transient if the vault's key is another one."""
    sealed = [address.secret_sealed]
    if address.former_until and now < address.former_until:
        sealed.append(address.former_secret_sealed)
    return tuple(vault.unseal(each).encode() for each in sealed if each)


def present_secret(address: ReceivingAddress) -> str:
    """What messages are to be signed with; raises Transient if the vault's key is another one."""
    return vault.unseal(address.secret_sealed)


def note_refused(address: ReceivingAddress, code: str) -> None:
    """Remember for people that a message was refused, and why; of many in a row, not each.

    Whatever the reasons: whoever posts nonsense of two kinds in turn must not write more often.
    """
    row = ReceivingAddress.objects.filter(pk=address.pk)
    row.exclude(refused_at__gt=Now() - _NOTED_EVERY).update(refused_at=Now(), refusal=code)


def _set_closed(connection: Connection, *, closed: bool) -> None:
    row = ReceivingAddress.objects.filter(connection=connection, closed_at__isnull=closed)
    if row.update(closed_at=Now() if closed else None):
        event = "receiving_address.closed" if closed else "receiving_address.reopened"
        log.info(event, connection=connection.pk)
