"""Hints that come while others are being ended: each waits for the other in turn, never both."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from raccord.sync import inbox, meeting
from raccord.sync.inbox import Hint, Stays
from raccord.sync.models import InboxItem, Link
from raccord.sync.opening import opened
from raccord.sync.statements import fetch
from tests.integration.sync.comparing_scene import agreed, two_way
from tests.integration.sync.meanwhile import Gate, meanwhile
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)

MOMENT = 0.5
_LOCK_LINK = "SELECT FROM sync_link WHERE id = %(link)s FOR UPDATE"


def told_of(scene: Scene, *records: str, begun: Gate) -> None:
    """As a message about these records takes their items, one after the other."""
    with transaction.atomic():
        inbox.put(scene.transfer.pk, [Hint(records[0])])
        begun()
        inbox.put(scene.transfer.pk, [Hint(each) for each in records[1:]])


def test_a_message_about_what_is_just_being_ended_waits_and_stops_nobody() -> None:
    """One of the two stays, the other is done: they are given back in the order of hints."""
    scene = a_scene()
    inbox.put(scene.transfer.pk, [Hint("a"), Hint("b")])
    taken = inbox.claim(scene.transfer.pk, limit=10)
    assert taken is not None
    first, second = taken.items
    gate = Gate()
    with meanwhile(lambda: told_of(scene, "a", "b", begun=gate)):
        gate.reached()
        with meanwhile(lambda: ended(taken, done=second, stays=first)):
            time.sleep(MOMENT)
            gate.open()
    # Both were told of again meanwhile: no verdict holds.
    assert list(InboxItem.objects.values_list("state", "claim")) == [("due", None)] * 2


def ended(taken: inbox.InboxClaim, *, done: inbox.Hinted, stays: inbox.Hinted) -> None:
    with transaction.atomic():
        inbox.end(taken, done=[done], stays=[Stays(stays, at=taken.now)])


def test_a_change_is_noted_on_links_in_the_order_in_which_they_are_settled() -> None:
    scene = two_way()
    agreed(scene, 2)
    first, second = Link.objects.order_by("contact")
    gate = Gate()

    def settling() -> None:
        with transaction.atomic():
            fetch(_LOCK_LINK, link=first.pk)
            gate()
            fetch(_LOCK_LINK, link=second.pk)

    def noting() -> None:
        with opened(scene.transfer.pk) as run, transaction.atomic():
            assert run is not None
            meeting.note_change(run.route, [(second.contact, None), (first.contact, None)])

    with meanwhile(settling):
        gate.reached()
        with meanwhile(noting):
            time.sleep(MOMENT)
            gate.open()
