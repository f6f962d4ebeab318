"""Two data types of a simulated org, both ways, and people there who delete, merge and convert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from raccord.connections.models import DataTransfer, FieldMapping
from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem, OutboxState
from raccord.engine.records import Direction, OnlyThere, Operation, Rule
from raccord.engine.rules import DeletionRule
from raccord.sync import activate, inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from salesforce_simulator.representative import Representative
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.sync.scene import LONG_AGO

WITHOUT_DELETIONS = (Operation.CREATED, Operation.UPDATED, Operation.CONSENT_CHANGED)


@dataclass
class Parting:
    """The scene, its data transfers by object, and a colleague over there."""

    scene: Scene
    transfers: dict[str, DataTransfer]
    jo: Representative

    def contact(self, who: str = "plain", **values: object) -> Contact:
        """A contact that is linked and agrees with its record."""
        made = self.scene.contact(who, **values)
        self.settle()
        return made

    def link(self, contact: Contact, object_name: str = "Contact") -> Link:
        return Link.objects.get(transfer=self.transfers[object_name], contact=contact.pk)

    def record(self, contact: Contact, object_name: str = "Contact") -> str:
        return self.link(contact, object_name).remote_id or ""

    def delete(self, *contacts: Contact) -> None:
        """The marketer deletes contacts here."""
        ids = [each.pk for each in contacts]
        changes.delete(self.scene.project, ids, origin=cast.BY_MARKETER)
        self.settle()

    def restore(self, contact: Contact) -> None:
        changes.restore(self.scene.project, contact.pk, origin=cast.BY_MARKETER)
        self.settle()

    def settle(self) -> None:
        """All readings, hints and deliveries, until nothing is due."""
        for _ in range(2):
            for transfer in self.transfers.values():
                Reading.objects.update(due_at=LONG_AGO)
                poll.read_changes(transfer.pk)
                self.take_in(transfer)
            self.deliver()

    def take_in(self, transfer: DataTransfer) -> None:
        InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
        inbound.take_in(transfer.pk)

    def deliver(self) -> None:
        for _ in range(20):
            self.scene.time_passes()
            for transfer in self.transfers.values():
                self.scene.deliver(transfer)
            if not OutboxItem.objects.filter(state=OutboxState.DUE).exists():
                return
        raise AssertionError("items are due for ever")

    def living(self, object_name: str = "Contact") -> list[str]:
        """The addresses of the records over there, sorted."""
        return sorted(str(row.get("Email")) for row in self.scene.records(object_name))

    def question(self, contact: Contact) -> OutboxItem | None:
        """What waits for a person about a contact."""
        return OutboxItem.objects.filter(contact=contact.pk, state=OutboxState.PARKED).first()

    def deletions_sent(self) -> list[str]:
        calls: list[Any] = self.scene.simulator.calls.all()
        return [call.path for call in calls if call.method == "DELETE"]


def a_parting(
    simulator: Simulator,
    *,
    objects: tuple[str, ...] = ("Contact",),
    ours: DeletionRule = DeletionRule.NOTHING,
    theirs: DeletionRule = DeletionRule.NOTHING,
    only_there: OnlyThere = OnlyThere.LINK,
    operations: tuple[Operation, ...] = WITHOUT_DELETIONS,
) -> Parting:
    """Active, everything both ways; deletions are not sent unless asked for."""
    scene = a_scene(simulator, object_names=objects)
    FieldMapping.objects.update(direction=Direction.BOTH, rule=Rule.THEIRS)
    DataTransfer.objects.update(our_deletion=ours, their_deletion=theirs, only_there=only_there)
    transfers = {each.object: each for each in DataTransfer.objects.all()}
    ticked = dict.fromkeys((each.pk for each in transfers.values()), operations)
    activate.change_operations(scene.integration, ticked)
    scene.transfer.refresh_from_db()
    scene.activate()
    made = Parting(scene, transfers, simulator.representative())
    made.settle()
    return made
