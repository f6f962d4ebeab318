"""Data transfers: which remote object the contacts of a connection are paired with.

A transfer begins disabled and stays so until its fields are mapped. The first of a connection is
asked first when somebody's counterpart is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog
from django.db import IntegrityError, transaction

from raccord.connections import describing, flows
from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import (
    Connection,
    DataTransfer,
    Integration,
    IntegrationState,
)
from raccord.connections.plug_in import watching
from raccord.connectors.base import DataType
from raccord.contacts import barrier
from raccord.contacts.models import Subscription
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FirstLinkRule, OnlyThere
from raccord.engine.rules import DeletionRule, OnlyHere
from raccord.engine.schema import RemoteField, RemoteObject

log = structlog.get_logger(__name__)

UNKNOWN_OBJECT = "raccord.transfer.unknown_object"
THERE_ALREADY = "raccord.transfer.there_already"
NOT_MAPPED = "raccord.transfer.not_mapped"
NOTHING_SENT = "raccord.transfer.nothing_sent"
REQUIRED_MISSING = "raccord.transfer.required_missing"
NOT_RECEIVED = "raccord.transfer.not_received"
ACTIVE = "raccord.transfer.active"


_SETTINGS = (
    "first_link_rule",
    "create_missing",
    "look_up_missing",
    "only_there",
    "our_deletion",
    "their_deletion",
)


@dataclass(frozen=True, slots=True)
class TransferSettings:
    """How a data transfer treats who is on one side only, or is no longer on one of them."""

    first_link_rule: FirstLinkRule = FirstLinkRule.THEIRS
    only_here: OnlyHere = OnlyHere.CREATE
    only_there: OnlyThere = OnlyThere.LINK
    our_deletion: DeletionRule = DeletionRule.NOTHING
    their_deletion: DeletionRule = DeletionRule.NOTHING

    @classmethod
    def of(cls, transfer: DataTransfer) -> TransferSettings:
        """What is set."""
        return cls(
            first_link_rule=FirstLinkRule(transfer.first_link_rule),
            only_here=transfer.only_here,
            only_there=OnlyThere(transfer.only_there),
            our_deletion=DeletionRule(transfer.our_deletion),
            their_deletion=DeletionRule(transfer.their_deletion),
        )

    def put_on(self, transfer: DataTransfer) -> None:
        """Set it, without storing it."""
        transfer.first_link_rule = self.first_link_rule
        transfer.create_missing = self.only_here is OnlyHere.CREATE
        transfer.look_up_missing = self.only_here is not OnlyHere.IGNORE
        transfer.only_there = self.only_there
        transfer.our_deletion = self.our_deletion
        transfer.their_deletion = self.their_deletion


def data_types(connection: Connection) -> tuple[DataType, ...]:
    """What the connection's source can pair with a contact; nothing if its connector is gone."""
    source = connection.source
    return declaration_of(source).data_types if installed(source) else ()


def add_transfer(connection: Connection, *, object_name: str) -> DataTransfer:
    """Add a data type, disabled, after the others; raises BadInput at ``object``."""
    known = {each.object: each for each in data_types(connection)}
    if object_name not in known:
        raise BadInput(UNKNOWN_OBJECT, {"object": object_name[:80]}, at="object")
    last = connection.transfers.order_by("position").last()
    transfer = DataTransfer(
        connection=connection,
        object=object_name,
        position=last.position + 1 if last else 0,
    )
    try:
        with transaction.atomic():
            transfer.save()
    except IntegrityError:
        label = known[object_name].label
        raise BadInput(THERE_ALREADY, {"object": label}, at="object") from None
    log.info("transfer.added", transfer=transfer.pk, connection=connection.pk)
    return transfer


def change_settings(transfer: DataTransfer, settings: TransferSettings) -> None:
    """Say who wins when two records first meet, and what becomes of who is on one side only.

    Raises BadInput if an active transfer would have to create somebody without what that side
    requires: at ``only_here`` for records, at ``only_there`` for contacts; nothing is changed then.
    """
    before = TransferSettings.of(transfer)
    settings.put_on(transfer)
    remote = describing.stored_description(transfer)
    if transfer.active and (reason := why_disabled(transfer, remote=remote)):
        before.put_on(transfer)
        at = "only_there" if reason.code == NOT_RECEIVED else "only_here"
        raise replace(reason, at=at)
    transfer.save(update_fields=_SETTINGS)
    log.info("transfer.settings_changed", transfer=transfer.pk)


def why_disabled(transfer: DataTransfer, *, remote: RemoteObject | None) -> BadInput | None:
    """Why the transfer can not be activated; None if it can.

    remote: its schema as far as it is known; without one, only the mapping itself is checked.
    """
    lines = [line for line in transfer.mappings.all() if not line.paused_reason]
    if not lines:
        return BadInput(NOT_MAPPED)
    sent = {line.remote_field for line in lines if line.direction != Direction.INBOUND}
    if not sent and not flows.can_receive(transfer.connection.source):
        return BadInput(NOTHING_SENT)
    if transfer.only_there == OnlyThere.CREATE and (lacking := flows.not_received(transfer)):
        fields = ", ".join(spec.label or spec.key for spec in lacking)
        return BadInput(NOT_RECEIVED, {"fields": fields})
    if remote is not None and transfer.create_missing and sent:
        missing = unmapped_required(remote, mapped=sent)
        if missing:
            fields = ", ".join(field.label for field in missing)
            return BadInput(REQUIRED_MISSING, {"fields": fields})
    return None


def unmapped_required(remote: RemoteObject, *, mapped: set[str]) -> list[RemoteField]:
    """The fields without which the other side creates no record, as far as nothing is sent there.

    mapped: their fields to which one of ours flows.
    """
    return [
        field
        for field in remote.fields.values()
        if field.required and field.createable and field.name not in mapped
    ]


def activate_transfer(transfer: DataTransfer, *, remote: RemoteObject) -> None:
    """Let the transfer take part; raises BadInput with the reason why it cannot yet.

    For an active integration the caller goes on with `sync`, which captures from now on.
    """
    if reason := why_disabled(transfer, remote=remote):
        raise reason
    transfer.active = True
    transfer.save(update_fields=["active"])
    watching.look_again(transfer.connection_id)
    log.info("transfer.activated", transfer=transfer.pk)


def deactivate_transfer(transfer: DataTransfer) -> None:
    """Take the transfer out: nothing of it is captured or sent until it is activated again."""
    with barrier.exclusive(transfer.connection.project_id):
        Subscription.objects.filter(transfer=transfer.pk, active=True).update(active=False)
        DataTransfer.objects.filter(pk=transfer.pk).update(active=False)
    transfer.active = False
    watching.look_again(transfer.connection_id)
    log.info("transfer.deactivated", transfer=transfer.pk)


def remove_transfer(transfer: DataTransfer) -> None:
    """Forget the transfer, its mapping and its links; the records of both sides stay.

    Raises BadInput while it is active in an integration that runs.
    """
    running = Integration.objects.filter(connection=transfer.connection_id).exclude(
        state=IntegrationState.DISABLED
    )
    if transfer.active and running.exists():
        raise BadInput(ACTIVE, {"object": transfer.object})
    key = transfer.pk
    with transaction.atomic():
        Subscription.objects.filter(transfer=key).delete()
        transfer.delete()
    watching.look_again(transfer.connection_id)
    log.info("transfer.removed", transfer=key)
