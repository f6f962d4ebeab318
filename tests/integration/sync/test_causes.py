"""What was refused is shown, and tried again, by cause: the code and the field it blames."""

from __future__ import annotations

import pytest

from raccord.contacts.models import OutboxItem, OutboxState
from raccord.sync import replay, status
from tests.integration.sync.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_code_for_two_fields_is_two_causes(scene: Scene) -> None:
    scene.activate()
    scene.deliver_described()
    blamed = {"jane.smith@example.org": "first_name", "other@example.org": "last_name"}
    for email, field in blamed.items():
        contact = scene.contact(email=email)
        OutboxItem.objects.filter(contact=contact.pk).update(
            state=OutboxState.PARKED, reason="memory.too_long", parameters={"fields": field}
        )

    reasons = status.of_integration(scene.integration).parked

    assert [(reason.blamed, reason.count) for reason in reasons] == [
        ("first_name", 1),
        ("last_name", 1),
    ]
    labels = [scene_label(scene, field) for field in ("first_name", "last_name")]
    for reason, label in zip(reasons, labels, strict=True):
        assert label in reason.explanation.what
    tried = replay.replay(scene.integration, reason="memory.too_long", blamed="last_name")
    assert tried == 1
    left = OutboxItem.objects.get(state=OutboxState.PARKED)
    assert left.parameters == {"fields": "first_name"}


def scene_label(scene: Scene, field: str) -> str:
    """What the organization calls the field in front of people."""
    scene.transfer.refresh_from_db()
    described = scene.transfer.description
    assert described is not None
    fields = {each["name"]: each["label"] for each in described["fields"]}
    assert fields[field] != field
    return str(fields[field])
