"""A project that is connected to an in-process organization, ready to be activated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from raccord.connections import describing, vault
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    DataTransfer,
    FieldMapping,
    Integration,
)
from raccord.connectors.memory.organization import Organization, Person, organization
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.engine.records import Direction, Operation
from raccord.sync import activate, backfill, outbound
from raccord.sync.models import Backfill, Link
from tests import cast

MAPPED = {
    "email": "email",
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "birthdate": "birthdate",
    "notes": "notes",
    "newsletter": "opted_out",
}

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

_names = count(1)


@dataclass
class Scene:
    """Our side and theirs, and how to let the flow run."""

    project: Project
    org: Organization
    connection: Connection
    transfer: DataTransfer
    integration: Integration

    def activate(self, *, load: bool = True) -> None:
        activate.activate(self.integration)
        if load:
            self.load()

    def load(self) -> None:
        """Let the first loads run to their end."""
        for row in Backfill.objects.filter(finished_at=None):
            backfill.work(row.pk)

    def deliver(self) -> int:
        """One run; how many items it claimed."""
        return outbound.deliver(self.transfer.pk).claimed

    def deliver_described(self, *, deliver: bool = False) -> None:
        """Have the schema read beforehand, so that a test counts only its own calls."""
        describing.described(self.transfer, fresh=True)
        if deliver:
            self.deliver()

    def shortened_meanwhile(self, field: str) -> None:
        """As if their field had held more when its description was read, a minute ago."""
        self.deliver_described()
        described = self.transfer.description
        assert described is not None
        for each in described["fields"]:
            if each["name"] == field:
                each["max_length"] = 255
        self.transfer.save()

    def contact(self, who: str = "plain", **values: object) -> Contact:
        return cast.a_contact(self.project, who, **values)

    def people(self) -> list[Person]:
        """Who is in the organization, without the deleted."""
        return [person for person in self.org.people.values() if not person.deleted]

    def person(self, email: str) -> Person:
        (found,) = [person for person in self.people() if person.values["email"] == email]
        return found

    def link(self, contact: Contact) -> Link:
        return Link.objects.get(transfer=self.transfer, contact=contact.pk)

    def item(self, contact: Contact) -> OutboxItem:
        return OutboxItem.objects.get(subscription__transfer=self.transfer.pk, contact=contact.pk)

    def items(self) -> int:
        return OutboxItem.objects.filter(subscription__transfer=self.transfer.pk).count()

    def make_due(self) -> None:
        """As if the time had come that the waiting items wait for."""
        OutboxItem.objects.filter(state="due").update(due_at=LONG_AGO)

    def edit(self, contact: Contact, **values: object) -> None:
        from raccord.contacts import changes

        changes.edit(self.project, contact.pk, values, origin=cast.BY_MARKETER)


def a_scene(
    *, operations: tuple[Operation, ...] = tuple(Operation), directions: Direction | None = None
) -> Scene:
    """A project of the cast's fields, connected to an empty organization of its own."""
    name = f"org{next(_names)}"
    project = cast.a_project(f"Project of {name}")
    authorization = Authorization.objects.create(
        source="memory",
        name=name,
        login_url=f"memory://{name}",
        instance_url=f"memory://{name}",
        access_token_sealed=vault.seal("token"),
        state=AuthorizationState.ACTIVE,
        organization=name,
        user="raccord",
    )
    connection = Connection.objects.create(
        project=project, source="memory", name=name, authorization=authorization, organization=name
    )
    transfer = DataTransfer.objects.create(connection=connection, object="person", active=True)
    for position, (key, remote) in enumerate(MAPPED.items()):
        FieldMapping.objects.create(
            transfer=transfer,
            field=project.fields.get(key=key),
            remote_field=remote,
            direction=directions or Direction.OUTBOUND,
            transform="consent_to_opt_out" if key == "newsletter" else "",
            position=position,
        )
    integration = Integration.objects.create(connection=connection)
    activate.change_operations(integration, {transfer.pk: operations})
    return Scene(project, organization(name), connection, transfer, integration)
