"""A change of the field mapping, or of a data transfer's settings, while contacts flow."""

from __future__ import annotations

import pytest

from raccord.connections import describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.connections.transfers import TransferSettings
from raccord.engine.records import (
    Operation,
)
from raccord.engine.rules import OnlyHere
from raccord.sync import activate
from raccord.sync.models import Backfill
from tests.integration.sync.scene import Scene, a_scene


def test_a_new_pair_reaches_the_contacts_that_are_linked_already(scene: Scene) -> None:
    scene.transfer.mappings.filter(remote_field="company").delete()
    scene.activate()
    scene.contact(company="Acme")
    scene.deliver()
    assert scene.people()[0].values.get("company") is None
    lines = [*mappings.stored_lines(scene.transfer), MappingLine("company", "company")]
    mappings.save_mappings(
        scene.transfer, lines, remote=describing.described(scene.transfer, fresh=True)
    )
    activate.mappings_changed(scene.transfer)
    scene.load()
    scene.deliver()
    assert scene.people()[0].values["company"] == "Acme"


def test_what_is_equal_already_is_not_sent_again(scene: Scene) -> None:
    scene.activate()
    scene.contact()
    scene.deliver()
    before = scene.people()[0].modified_at
    activate.mappings_changed(scene.transfer)
    scene.load()
    assert scene.deliver() == 1
    assert scene.people()[0].modified_at == before


def test_nothing_begins_while_nothing_is_captured(scene: Scene) -> None:
    activate.mappings_changed(scene.transfer)
    assert not Backfill.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_contacts_that_nobody_might_create_are_due_once_somebody_may() -> None:
    scene = a_scene(operations=tuple(Operation))
    scene.transfer.create_missing = False
    scene.transfer.save()
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    assert scene.item(contact).reason == "raccord.plan.create_off"
    activate.change_settings(scene.transfer, TransferSettings(only_here=OnlyHere.CREATE))
    scene.deliver()
    assert [person.values["email"] for person in scene.people()] == ["jane.smith@example.org"]
