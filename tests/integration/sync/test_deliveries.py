"""Counting deliveries: with the answer they belong to, summed up without losing any."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from raccord.sync import deliveries, status
from raccord.sync.models import DeliveryCount
from tests.integration.sync.scene import Scene


def test_what_was_taken_and_what_was_refused_is_counted_as_it_is_settled(scene: Scene) -> None:
    scene.activate()
    scene.contact("plain")
    scene.contact("accents")
    scene.contact("opted_out", first_name="x" * 60)  # longer than theirs may be
    scene.deliver()
    now = timezone.now()
    (day,) = deliveries.by_day(scene.project, since=now - timedelta(days=1))
    assert day.connection == scene.connection.pk
    assert day.delivered == len(scene.people())
    (transfer,) = status.of_integration(scene.integration).transfers
    assert transfer.delivered_today == day.delivered
    assert day.delivered + day.refused == 3


def test_a_look_that_sends_(scene: Scene) -> None:
    contact = scene.contact()
    scene.deliver()
    before = DeliveryCount.objects.count()
    scene.edit(contact, city="Lyon")  # not mapped
    scene.deliver()
    assert DeliveryCount.objects.count() == before


def test_summing_up_keeps_every_delivery(scene: Scene) -> None:
    start = timezone.now() - timedelta(hours=2)
    for seconds in range(0, 3000, 100):
        DeliveryCount.objects.create(
            transfer=scene.transfer, at=start + timedelta(seconds=seconds), delivered=2, refused=1
        )
    deliveries.sum_up()
    rows = list(DeliveryCount.objects.values_list("delivered", "refused", "at"))
    assert sum(row[0] for row in rows) == 60
    assert sum(row[1] for row in rows) == 30
    assert len(rows) <= 5
    assert all(row[2].minute % 15 == 0 for row in rows)
