"""The other side's clock is measured at every answer, and what is not measured proves nothing."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from raccord.connections import clocks as noted
from raccord.engine.clocks import Offset
from raccord.engine.records import Priority
from raccord.sync import clocks, newest
from raccord.sync.models import Clock
from raccord.sync.steps import Claimed, Sighting
from tests.integration.sync.scene import Scene
from tests.unit.engine.cast import subject

SECOND = timedelta(seconds=1)


def told(scene: Scene) -> Offset:
    known = clocks.offset(scene.connection.pk)
    assert known is not None
    return known


def tell(scene: Scene, low: timedelta, high: timedelta) -> None:
    """As if an answer had told this."""
    noted.note(scene.connection.pk, Offset(low, high))
    clocks.store()


def test_any_run_measures_it(scene: Scene) -> None:
    scene.activate()
    true_time = scene.org.clock
    scene.org.clock = lambda: true_time() + timedelta(hours=2)
    scene.contact()
    scene.deliver()
    assert timedelta(hours=1, minutes=59) < told(scene).low <= timedelta(hours=2)
    assert timedelta(hours=2) <= told(scene).high < timedelta(hours=2, minutes=1)


def test_answers_narrow_it_and_a_clock_put_right_begins_anew(scene: Scene) -> None:
    tell(scene, 100 * SECOND, 110 * SECOND)
    tell(scene, 105 * SECOND, 120 * SECOND)
    assert told(scene).low > 104 * SECOND
    assert told(scene).high < 111 * SECOND
    assert clocks.far_off(scene.connection.pk) == told(scene).low
    tell(scene, -SECOND, SECOND)
    assert told(scene).low < timedelta() < told(scene).high
    assert clocks.far_off(scene.connection.pk) is None


def test_what_was_measured_long_ago_is_not_narrowed_but_replaced(scene: Scene) -> None:
    tell(scene, 100 * SECOND, 110 * SECOND)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_clock SET measured_since = now() - interval '2 hours'")
    tell(scene, 100 * SECOND, 130 * SECOND)
    assert told(scene).high > 129 * SECOND


def test_of_a_connection_that_is_gone_nothing_is_kept(scene: Scene) -> None:
    noted.note(0, Offset(SECOND, SECOND))
    clocks.store()
    assert not Clock.objects.exists()


def test_a_clock_that_nobody_measured_proves_nothing(scene: Scene) -> None:
    contact = scene.contact()
    claimed = Claimed(1, contact.pk, 1, frozenset(), Priority.LIVE, 0)
    sighting = Sighting(claimed, subject({}, contact=contact.pk), None, started=1)
    newest.with_times([sighting], connection=scene.connection.pk)
    assert sighting.subject.ours_changed == {}
    tell(scene, SECOND, 2 * SECOND)
    newest.with_times([sighting], connection=scene.connection.pk)
    assert "email" in sighting.subject.ours_changed
