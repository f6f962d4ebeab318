"""What an act on many contacts will do elsewhere, said before it is confirmed."""

from __future__ import annotations

import pytest

from raccord.connections.models import DataTransfer, Integration
from raccord.contacts import bulk
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import BulkAct, BulkRun
from raccord.engine.records import Direction, Operation
from raccord.sync import activate, effects
from raccord.sync.effects import Effect, Outcome
from raccord.web.bulk import effect_words
from tests import cast
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)

WITHOUT_DELETIONS = (Operation.CREATED, Operation.UPDATED, Operation.CONSENT_CHANGED)


def tick(scene: Scene, *operations: Operation) -> None:
    activate.change_operations(scene.integration, {scene.transfer.pk: operations})


def everybody(scene: Scene, act: BulkAct = BulkAct.EDIT) -> BulkRun:
    return bulk.choose(scene.project, ListQuery(), act=act, started_by=cast.MARKETER)


def linked(scene: Scene, *who: str) -> None:
    for each in who:
        scene.contact(each)
    scene.activate()
    scene.deliver()


def of_deletion(scene: Scene) -> Effect:
    (found,) = effects.of_deletion(everybody(scene, BulkAct.DELETE))
    return found


def of_edit(scene: Scene, *fields: str) -> Effect:
    (found,) = effects.of_edit(everybody(scene), fields)
    return found


def test_what_is_deleted_elsewhere_is_counted_and_is_what_is_deleted(scene: Scene) -> None:
    linked(scene, "plain", "accents")
    run = everybody(scene, BulkAct.DELETE)
    (effect,) = effects.of_deletion(run)
    assert (effect.connection, effect.outcome) == (scene.connection.name, Outcome.DELETED)
    assert (effect.linked, effect.not_linked) == (2, 0)
    (said,) = effect_words.of_deletion([effect])
    assert said.look == "danger"
    assert said.system == f"{scene.connection.name} · {effect.object}"
    assert said.sentences == ["2 linked records are deleted there as well."]
    bulk.confirm(run, seen=bulk.stamp(run))
    while bulk.work(run.pk):
        pass
    scene.deliver()
    assert scene.people() == []


def test_a_deletion_that_is_not_ticked_leaves_the_records(scene: Scene) -> None:
    linked(scene, "plain")
    activate.change_operations(scene.integration, {scene.transfer.pk: WITHOUT_DELETIONS})
    effect = of_deletion(scene)
    assert (effect.outcome, effect.linked) == (Outcome.NOT_TICKED, 1)
    assert "deletions are not sent" in effect_words.of_deletion([effect])[0].sentences[0]


def test_an_integration_that_is_off_is_told_only_where_records_are_linked(scene: Scene) -> None:
    scene.contact()
    assert effects.of_deletion(everybody(scene, BulkAct.DELETE)) == ()
    linked(scene, "accents")
    activate.deactivate(Integration.objects.get(pk=scene.integration.pk))
    assert of_deletion(scene).outcome is Outcome.OFF
    effect = of_edit(scene, "company")
    assert effect.outcome is Outcome.OFF
    assert effect_words.of_edit([effect])[0].look == "nothing"


def test_what_waits_for_a_suspended_integration_is_said_to_come_later(scene: Scene) -> None:
    linked(scene, "plain")
    Integration.objects.filter(pk=scene.integration.pk).update(state="suspended")
    effect = of_deletion(scene)
    assert (effect.outcome, effect.later) == (Outcome.DELETED, True)
    assert "is resumed" in effect_words.of_deletion([effect])[0].sentences[1]
    (receiver,) = effects.receivers(scene.project)
    assert receiver.later


def test_an_edit_reaches_only_fields_that_are_mapped(scene: Scene) -> None:
    linked(scene, "plain")
    scene.contact("accents")
    assert of_edit(scene, "city").outcome is Outcome.NOT_MAPPED
    effect = of_edit(scene, "city", "company")
    assert (effect.outcome, effect.linked, effect.not_linked, effect.creates) == (
        Outcome.UPDATED,
        1,
        1,
        True,
    )
    updated, created = effect_words.of_edit([effect])[0].sentences
    assert "1 linked record is updated there." in updated
    assert "created if it is not found" in created


def test_who_is_not_linked_stays_so_where_nobody_is_created(scene: Scene) -> None:
    linked(scene, "plain")
    scene.contact("accents")
    operations = (Operation.UPDATED,)
    activate.change_operations(scene.integration, {scene.transfer.pk: operations})
    effect = of_edit(scene, "company")
    assert not effect.creates
    assert "not created there" in effect_words.of_edit([effect])[0].sentences[1]


def test_a_consent_is_an_operation_of_its_own(scene: Scene) -> None:
    linked(scene, "plain")
    activate.change_operations(scene.integration, {scene.transfer.pk: (Operation.UPDATED,)})
    assert of_edit(scene, "newsletter").outcome is Outcome.NOT_TICKED
    assert of_edit(scene, "newsletter", "company").outcome is Outcome.UPDATED


def test_a_field_that_only_flows_in_is_not_sent() -> None:
    scene = a_scene(directions=Direction.INBOUND)
    linked(scene, "plain")
    assert of_edit(scene, "company").outcome is Outcome.NOT_MAPPED
    # A refusal is told whatever the direction.
    assert of_edit(scene, "newsletter").outcome is Outcome.UPDATED


def test_only_where_something_flows_is_somebody_named(scene: Scene) -> None:
    assert effects.receivers(scene.project) == ()
    scene.activate()
    (receiver,) = effects.receivers(scene.project)
    assert receiver.connection == scene.connection.name
    assert (receiver.creates, receiver.updates, receiver.later) == (True, True, False)
    tick(scene, Operation.CONSENT_CHANGED, Operation.DELETED)
    (receiver,) = effects.receivers(scene.project)
    assert (receiver.creates, receiver.updates) == (False, False)
    tick(scene, Operation.DELETED)
    assert effects.receivers(scene.project) == ()


def test_who_is_not_to_be_created_there_is_not_said_to_be(scene: Scene) -> None:
    scene.activate()
    DataTransfer.objects.filter(pk=scene.transfer.pk).update(create_missing=False)
    (receiver,) = effects.receivers(scene.project)
    assert (receiver.creates, receiver.updates) == (False, True)


def test_who_has_a_record_of_another_type_is_not_said_to_get_a_second_one(scene: Scene) -> None:
    """A person who was a Contact there was announced as a new Lead, which nobody ever saw."""
    second = DataTransfer.objects.create(
        connection=scene.connection, object="lead", active=True, position=1
    )
    scene.transfer.mappings.model.objects.create(
        transfer=second, field=scene.project.fields.get(key="email"), remote_field="email"
    )
    linked(scene, "plain")
    ticked = dict.fromkeys((scene.transfer.pk, second.pk), WITHOUT_DELETIONS)
    activate.change_operations(scene.integration, ticked)
    scene.contact("accents")

    first, other = effects.of_edit(everybody(scene), ["email"])

    assert (first.linked, first.not_linked) == (1, 1)
    assert (other.linked, other.not_linked) == (0, 1)
