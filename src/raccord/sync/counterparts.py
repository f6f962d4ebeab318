"""Where contacts are found in other systems: what an export writes beside them.

Answers for `raccord.contacts.exports.Counterparts`, which knows no links.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from raccord.connections.models import DataTransfer
from raccord.connections.transfers import data_types
from raccord.contacts.models import Project
from raccord.sync.models import Link, LinkState


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


REMOTE_RECORDS = RemoteRecords()


def type_label(transfer: DataTransfer) -> str:
    """What people call the data type over there; its name if its connector is gone."""
    known = {each.object: each.label for each in data_types(transfer.connection)}
    return known.get(transfer.object, transfer.object)
