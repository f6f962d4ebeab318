"""The budget of calls on the real flow: what can wait yields, a withdrawn consent never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.connections.models import Connection
from raccord.contacts.models import OutboxItem
from raccord.engine.records import OnlyThere, Priority
from raccord.sync import inbound, poll
from raccord.sync.models import Reading
from raccord.sync.reconcile import comparing
from raccord.sync.reconcile.models import ReconcileState
from tests.integration.sync.comparing_scene import agreed, begin, go_on, two_way
from tests.integration.sync.scene import LONG_AGO, Scene

pytestmark = pytest.mark.django_db(transaction=True)


def used(*, ours: int, everybodys: int | None = None, allowed: int = 1_000) -> None:
    """What is known of the calls of today; our share is half of those allowed."""
    now = timezone.now()
    Connection.objects.update(
        calls=ours,
        calls_on=now.date(),
        their_calls=ours if everybodys is None else everybodys,
        their_calls_allowed=allowed,
        their_calls_at=now,
    )


def test_answers_tell_what_is_allowed_and_used(scene: Scene) -> None:
    scene.activate()
    scene.contact()
    scene.deliver()
    connection = Connection.objects.get(pk=scene.connection.pk)
    assert (connection.their_calls_allowed or 0) > 0
    assert connection.their_calls is not None
    assert connection.their_calls_at is not None


def test_the_first_load_waits_while_live_changes_go(scene: Scene) -> None:
    before = scene.contact(email="before@example.org")
    scene.activate()
    live = scene.contact(email="live@example.org")
    used(ours=400)  # 80 % of our 500
    assert scene.deliver() == 1
    assert [item.contact for item in OutboxItem.objects.all()] == [before.pk]
    assert scene.link(live).remote_id
    used(ours=399)
    assert scene.deliver() == 1


def test_when_the_share_is_spent_only_withdrawn_consents_go(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact(newsletter="yes")
    scene.deliver()
    used(ours=500)
    scene.edit(contact, first_name="Changed")
    other = scene.contact(email="other@example.org")
    assert scene.deliver() == 0
    OutboxItem.objects.filter(contact=other.pk).update(priority=Priority.CONSENT_TIGHTENED)
    assert scene.deliver() == 1


def test_what_others_used_counts_and_is_believed_for_an_hour(scene: Scene) -> None:
    scene.activate()
    scene.contact()
    used(ours=10, everybodys=900)  # the last tenth is theirs
    assert scene.deliver() == 0
    Connection.objects.update(their_calls_at=timezone.now() - timedelta(minutes=61))
    assert scene.deliver() == 1


def test_yesterdays_calls_do_not_count(scene: Scene) -> None:
    scene.activate()
    scene.contact()
    used(ours=500, everybodys=0)
    Connection.objects.update(calls_on=timezone.now().date() - timedelta(days=1))
    assert scene.deliver() == 1


def test_a_spent_budget_stops_reading_too_and_nothing_is_missed(
    transactional_db: None,
) -> None:
    scene = two_way()
    (contact,) = agreed(scene, 1)
    scene.org.edit(scene.link(contact).remote_id or "", {"first_name": "Theirs"})
    Reading.objects.update(due_at=LONG_AGO)
    used(ours=500)
    assert poll.read_changes(scene.transfer.pk).records == 0
    used(ours=0)
    assert poll.read_changes(scene.transfer.pk).news == 1
    used(ours=500)
    assert scene.deliver() == 0
    used(ours=0)
    assert scene.deliver() == 1
    contact.refresh_from_db()
    assert contact.values["first_name"] == "Theirs"


def test_hints_of_new_people_wait_too(transactional_db: None) -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    scene.activate()
    scene.org.create({"email": "new@example.org", "last_name": "New"}, by="colleague")
    used(ours=0)
    Reading.objects.update(due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    used(ours=500)
    assert inbound.take_in(scene.transfer.pk).claimed == 0
    used(ours=0)
    assert inbound.take_in(scene.transfer.pk).claimed == 1


def test_a_comparison_yields_first(transactional_db: None) -> None:
    scene = two_way()
    agreed(scene, 3)
    run = begin(scene)
    used(ours=400)
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == (ReconcileState.RUNNING, 0)
    used(ours=0)
    assert go_on(scene, run).state == ReconcileState.DONE


def test_changes_are_still_collected_while_it_is_spent(scene: Scene) -> None:
    scene.activate()
    used(ours=500)
    scene.contact()
    assert OutboxItem.objects.count() == 1
