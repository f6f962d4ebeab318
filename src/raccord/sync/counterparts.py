"""Where contacts are found in other systems: what an export writes beside them.

Answers for `raccord.contacts.exports.Counterparts`, which knows no links.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from raccord.connections.models import DataTransfer
from raccord.connections.transfers import data_types
from raccord.contacts.models import OutboxItem, OutboxState, Project
from raccord.sync.models import Link, LinkState
from raccord.sync.status import InWords


class RemoteRecords:
    """The linked records of a project's data transfers."""

    def systems(self, project: Project) -> Mapping[int, str]:
        """The project's data transfers by id, each as "connection · data type"."""
        transfers = DataTransfer.objects.filter(connection__project=project)
        ordered = transfers.select_related("connection").order_by("connection__name", "position")
        return {one.pk: f"{one.connection.name} · {type_label(one)}" for one in ordered}

    def addresses(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        """(data transfer, contact) -> the record's address; its id where there is no address."""
        links = Link.objects.filter(
            transfer__in=transfers, contact__in=contacts, state=LinkState.LINKED
        )
        found = links.values_list(
            "transfer", "contact", "remote_id", "transfer__connection__authorization__instance_url"
        )
        return {
            (transfer, contact): f"{instance}/{remote}" if instance else str(remote)
            for transfer, contact, remote, instance in found
        }

    def refusals(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        """(data transfer, contact) -> why it was refused, what helps, and their own words."""
        found = DataTransfer.objects.filter(pk__in=transfers).select_related("connection")
        said = {each.pk: InWords(each.connection) for each in found}
        items = OutboxItem.objects.filter(
            subscription__transfer__in=transfers, contact__in=contacts, state=OutboxState.PARKED
        )
        return {
            (transfer, item.contact): _refusal(item, said[transfer])
            for item in items.select_related("subscription")
            if (transfer := item.subscription.transfer) in said
        }


def _refusal(item: OutboxItem, said: InWords) -> str:
    words = said.of(item.reason, item.parameters)
    theirs = f" ({item.reason}: {item.detail})" if item.detail else f" ({item.reason})"
    return f"{words.what} {words.todo}".strip() + theirs


REMOTE_RECORDS = RemoteRecords()


def type_label(transfer: DataTransfer) -> str:
    """What people call the data type over there; its name if its connector is gone."""
    known = {each.object: each.label for each in data_types(transfer.connection)}
    return known.get(transfer.object, transfer.object)
