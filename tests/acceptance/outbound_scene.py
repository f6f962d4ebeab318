"""A project of the cast, connected to a simulated org over real HTTP, and how to look at both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from raccord.connections import describing, editing, mappings, transfers
from raccord.connections.mappings import MappingLine
from raccord.connections.models import Connection, DataTransfer, Integration
from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.engine.records import Operation
from raccord.sync import activate, backfill, outbound
from raccord.sync.models import Backfill, Link
from salesforce_simulator.server import Simulator
from tests import cast
from tests.integration.connections.scene import SEED, a_connection, an_application_grant

EVERYTHING = frozenset(Operation)


@dataclass
class Scene:
    project: Project
    simulator: Simulator
    connection: Connection
    transfer: DataTransfer
    integration: Integration

    def contact(self, who: str = "plain", **values: object) -> Contact:
        return cast.a_contact(self.project, who, **values)

    def edit(self, contact: Contact, **values: object) -> None:
        changes.edit(self.project, contact.pk, values, origin=cast.BY_MARKETER)

    def activate(self) -> None:
        activate.activate(self.integration)
        for row in Backfill.objects.filter(finished_at=None):
            backfill.work(row.pk)

    def deliver(self, transfer: DataTransfer | None = None) -> int:
        return outbound.deliver((transfer or self.transfer).pk).claimed

    def deliver_all(self) -> None:
        """Run after run, as if time passed between them, until nothing is due any more."""
        for _ in range(20):
            self.time_passes()
            self.deliver()
            if not OutboxItem.objects.filter(state="due").exists():
                return
        raise AssertionError("items are due for ever")

    def time_passes(self) -> None:
        """As if ten minutes had passed: waits are over, leases have ended."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contacts_outboxitem SET due_at = due_at - interval '1 hour', "
                "lease_until = lease_until - interval '1 hour'"
            )
            cursor.execute("UPDATE sync_link SET departed_at = departed_at - interval '11 minutes'")
            cursor.execute("UPDATE sync_slot SET lease_until = lease_until - interval '1 hour'")
            cursor.execute(
                "UPDATE connections_connection SET paused_until = paused_until - interval '1 day'"
            )

    def records(self, object_name: str = "Contact") -> list[dict[str, Any]]:
        return [dict(row) for row in self.simulator.representative().records(object_name)]

    def record(self, contact: Contact) -> dict[str, Any]:
        link = Link.objects.get(transfer=self.transfer, contact=contact.pk)
        (found,) = [row for row in self.records() if row["Id"] == link.remote_id]
        return found

    def count(self) -> int:
        return OutboxItem.objects.count()


def a_simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A running org, which the application is told of."""
    with Simulator(seed=SEED) as running:
        settings.SIMULATOR_URL = running.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        monkeypatch.setenv("RACCORD_SIMULATOR_URL", running.url)
        yield running


def a_scene(simulator: Simulator, *, object_names: tuple[str, ...] = ("Contact",)) -> Scene:
    """The usual fields mapped, every operation ticked; not active yet."""
    project = cast.a_project()
    linked = a_connection(project, an_application_grant())
    made = [_a_transfer(linked, name) for name in object_names]
    integration = editing.create_integration(linked)
    activate.change_operations(integration, dict.fromkeys((t.pk for t in made), EVERYTHING))
    return Scene(project, simulator, linked, made[0], integration)


def _a_transfer(linked: Connection, object_name: str) -> DataTransfer:
    transfer = transfers.add_transfer(linked, object_name=object_name)
    remote = describing.described(transfer)
    lines = [MappingLine("last_name", "LastName")]
    if object_name == "Lead":
        lines.append(MappingLine("company", "Company"))
    lines += mappings.propose(transfer, remote=remote, taken=lines)
    mappings.save_mappings(transfer, lines, remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    return transfer
