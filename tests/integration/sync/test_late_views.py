"""What was seen before a worker stood still is written nowhere once somebody else went on."""

from __future__ import annotations

import pytest

from raccord.connectors.memory.organization import OUR_USER
from raccord.engine.records import Rule
from raccord.sync.agree import agree
from raccord.sync.models import Delivery, Link
from tests.integration.sync.comparing_scene import agreed, settle, two_way
from tests.integration.sync.test_two_at_work import a_lease_later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("people", [1, 3])
def test_a_view_that_was_overtaken_is_not_written_here_and_sent_back_over_their_last_edit(
    monkeypatch: pytest.MonkeyPatch, people: int
) -> None:
    """They edit; a worker reads it and stands still beyond its lease; they edit back, and another
    worker finds both sides as they were. Only they edited: nothing may be written to them."""
    scene = two_way(rule=Rule.OURS)
    contact, *others = agreed(scene, people)
    remote = scene.link(contact).remote_id or ""
    stood_still = list[int]()

    def standing_still(*given: object) -> object:
        if not stood_still:
            stood_still.append(1)
            scene.org.edit(remote, {"company": "Firm 0"})
            a_lease_later()
            settle(scene)
        return agree(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("raccord.sync.outbound.agree", standing_still)
    scene.org.edit(remote, {"company": "For a moment"})
    for each in others:
        scene.org.edit(scene.link(each).remote_id or "", {"company": "For good"})
    settle(scene)
    settle(scene)
    assert stood_still
    contact.refresh_from_db()
    assert (contact.values["company"], scene.org.people[remote].values["company"]) == (
        "Firm 0",
        "Firm 0",
    )
    for each in others:
        each.refresh_from_db()
        assert each.values["company"] == "For good"
    assert scene.org.people[remote].modified_by != OUR_USER
    assert scene.items() == 0
    assert not Link.objects.exclude(in_flight=None).exists()
    assert Delivery.objects.filter(contact=contact.pk, what="taken").count() == 0
