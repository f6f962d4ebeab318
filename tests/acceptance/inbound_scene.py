"""A scene in which everything flows both ways, and how to receive what happened over there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from raccord.connections.models import FieldMapping
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, OnlyThere, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Reading
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import Scene, a_scene, a_simulator
from tests.integration.sync.scene import LONG_AGO


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    yield from a_simulator(settings, monkeypatch)


@pytest.fixture
def scene(simulator: Simulator) -> Scene:
    made = a_scene(simulator)
    FieldMapping.objects.update(direction=Direction.BOTH, rule=Rule.THEIRS)
    made.transfer.only_there = OnlyThere.CREATE
    made.transfer.save()
    return made


def receive(scene: Scene) -> poll.Read:
    """One reading and all that follows from it."""
    Reading.objects.update(due_at=LONG_AGO)
    read = poll.read_changes(scene.transfer.pk)
    due: QuerySet[InboxItem] = InboxItem.objects.filter(state="due")
    due.update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.deliver_all()
    return read


def stored(contact: Contact) -> dict[str, Any]:
    values: dict[str, Any] = Contact.objects.get(pk=contact.pk).values
    return values


def linked(scene: Scene) -> Contact:
    contact = scene.contact()
    scene.activate()
    scene.deliver()
    receive(scene)
    return contact
