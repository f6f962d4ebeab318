"""Where the changes of an import go afterwards: said before a person confirms it."""

from __future__ import annotations

from dataclasses import dataclass

from raccord.connections.models import DataTransfer, IntegrationState
from raccord.contacts.models import Project, Subscription
from raccord.engine.records import Operation
from raccord.sync.counterparts import type_label


@dataclass(frozen=True, slots=True)
class Receiver:
    """One data type of a connection that hears of new or changed contacts.

    object: what people call the data type over there.
    suspended: changes are kept for it, and sent once its integration goes on.
    """

    connection: str
    object: str
    operations: frozenset[Operation]
    suspended: bool

    @property
    def hears_of_new(self) -> bool:
        return Operation.CREATED in self.operations

    @property
    def hears_of_changes(self) -> bool:
        return Operation.UPDATED in self.operations

    @property
    def hears_of_consents_only(self) -> bool:
        return self.operations == {Operation.CONSENT_CHANGED}


def receivers(project: Project) -> list[Receiver]:
    """Everyone whose ticked operations include something that an import does."""
    told = {
        subscription.transfer: frozenset(map(Operation, subscription.operations))
        - {Operation.DELETED}
        for subscription in Subscription.objects.filter(project=project, active=True)
    }
    transfers = (
        DataTransfer.objects.filter(connection__project=project, pk__in=told)
        .select_related("connection__integration")
        .order_by("connection__name", "position", "pk")
    )
    return [
        Receiver(
            connection=transfer.connection.name,
            object=type_label(transfer),
            operations=told[transfer.pk],
            suspended=transfer.connection.integration.state == IntegrationState.SUSPENDED,
        )
        for transfer in transfers
        if told[transfer.pk]
    ]
