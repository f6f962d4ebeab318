"""Several people and workers at one contact at the same moment: nothing lost, nothing doubled."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from django.db import connection

from raccord import cli
from raccord.contacts import barrier, changes
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.engine.records import Origin, OriginKind
from raccord.sync import activate, outbound, slots
from raccord.sync.models import Backfill, Link, LinkState
from tests import cast
from tests.integration.sync.meanwhile import Gate, all_at_once, meanwhile
from tests.integration.sync.scene import LONG_AGO, Scene
from tests.waiting import wait_until


def a_lease_later() -> None:
    """As if the leases of everything under way had ended."""
    OutboxItem.objects.filter(claim__isnull=False).update(lease_until=LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sync_link SET departed_at = departed_at - interval '6 minutes' "
            "WHERE in_flight IS NOT NULL"
        )
        cursor.execute("UPDATE sync_slot SET lease_until = '-infinity'")


def when_it_can_no_longer_arrive() -> None:
    """As if so much time had passed that an unanswered write can no longer take effect."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_link SET departed_at = departed_at - interval '11 minutes'")
    OutboxItem.objects.filter(state="due").update(due_at=LONG_AGO)


def test_edit_while_the_row_is_in_flight_is_sent_too(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    gate = Gate()
    scene.org.on_answer = gate
    with meanwhile(scene.deliver):
        gate.reached()
        scene.edit(contact, first_name="Janet")
        gate.open()
    # The same run went on with the newer version, or it still is due.
    scene.deliver()
    assert scene.person("jane.smith@example.org").values["first_name"] == "Janet"
    assert scene.items() == 0
    assert len(scene.people()) == 1


def test_lease_that_ends_under_a_slow_creation_makes_no_second_record(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    gate = Gate()
    scene.org.on_arrival = gate
    with meanwhile(scene.deliver):
        gate.reached()
        a_lease_later()
        assert scene.deliver() == 1  # somebody else takes over, sees nothing there, and waits
        assert len(scene.people()) == 0
        assert scene.item(contact).reason == "raccord.sync.not_answered"
        gate.open()
    assert len(scene.people()) == 1
    assert scene.link(contact).remote_id == scene.people()[0].id  # noted by the late answer
    scene.make_due()
    scene.deliver()
    assert scene.items() == 0
    assert len(scene.people()) == 1


def test_update_that_arrives_late_does_not_undo_a_newer_one(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    scene.edit(contact, first_name="Older")
    gate = Gate()
    scene.org.on_arrival = gate
    with meanwhile(scene.deliver):
        gate.reached()
        a_lease_later()
        scene.edit(contact, first_name="Newer")
        scene.deliver()
        # The older write may still arrive: nothing newer was sent after it.
        assert scene.person("jane.smith@example.org").values["first_name"] == "Jane"
        gate.open()
    scene.make_due()
    scene.deliver()
    assert scene.person("jane.smith@example.org").values["first_name"] == "Newer"
    assert scene.items() == 0


def test_refusal_of_consent_does_not_wait_for_an_answer_that_is_missing(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    scene.edit(contact, first_name="Janet")
    gate = Gate()
    scene.org.on_arrival = gate
    with meanwhile(scene.deliver):
        gate.reached()
        a_lease_later()
        scene.edit(contact, newsletter="no")
        scene.deliver()
        person = scene.person("jane.smith@example.org")
        assert person.values["opted_out"] is True
        assert person.values["first_name"] == "Jane"
        gate.open()
    scene.make_due()
    scene.deliver()
    assert scene.person("jane.smith@example.org").values["first_name"] == "Janet"
    assert scene.person("jane.smith@example.org").values["opted_out"] is True
    assert scene.items() == 0


def test_two_workers_never_send_the_same_contact(scene: Scene) -> None:
    scene.activate()
    rows = [
        changes.ContactChange({"email": f"p{n}@example.org", "last_name": f"P{n}"})
        for n in range(600)
    ]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    scene.deliver_described()
    written: list[str] = []
    create = scene.org.create

    def counted(*args: object, **kwargs: object) -> tuple[str, bool]:
        made = create(*args, **kwargs)  # type: ignore[arg-type]
        written.append(made[0])
        return made

    scene.org.create = counted  # type: ignore[method-assign]
    deliver: Callable[[], outbound.Run] = partial(outbound.deliver, scene.transfer.pk)
    all_at_once(deliver, deliver, deliver)
    scene.deliver()
    assert len(written) == len(set(written)) == 600
    assert Link.objects.filter(transfer=scene.transfer, state=LinkState.LINKED).count() == 600
    assert scene.items() == 0


def test_saving_and_delivering_the_same_contacts_at_once_ends_with_the_last_values(
    scene: Scene,
) -> None:
    scene.activate()
    scene.deliver_described()
    emails = [f"p{n}@example.org" for n in range(200)]
    for part in (emails[100:], emails[:100]):
        rows = [changes.ContactChange({"email": email, "last_name": "P"}) for email in part]
        changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    OutboxItem.objects.all().delete()

    def save() -> int:
        for turn in range(8):
            shuffled = random.Random(turn).sample(emails, len(emails))
            rows = [changes.ContactChange({"email": e, "notes": f"n{turn}"}) for e in shuffled]
            changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
        return 0

    def deliver() -> int:
        return sum(scene.deliver() for _ in range(12))

    all_at_once(save, save, deliver, deliver)
    scene.deliver()
    scene.make_due()
    scene.deliver()
    assert scene.items() == 0
    assert [person.values["notes"] for person in scene.people()] == ["n7"] * 200


def test_two_contacts_with_one_address_never_make_two_records(scene: Scene) -> None:
    """The unique key is not what people are looked up by over there."""
    from raccord.contacts import projects

    projects.set_unique_key(scene.project, ["email", "last_name"])
    scene.activate()
    first = scene.contact()
    second = scene.contact(last_name="Smith-Jones")
    assert first.pk != second.pk
    scene.deliver()
    scene.make_due()
    scene.deliver()
    assert len(scene.people()) == 1
    assert scene.link(first).state == LinkState.LINKED
    item = scene.item(second)
    assert (item.state, item.reason) == (OutboxState.PARKED, "raccord.sync.match_taken")


def test_two_workers_with_one_address_each_make_one_record_together(scene: Scene) -> None:
    """The second finds nobody either, since the first is still on its way."""
    from raccord.contacts import projects

    projects.set_unique_key(scene.project, ["email", "last_name"])
    scene.activate()
    scene.deliver_described()
    first = scene.contact()
    gate = Gate()
    scene.org.on_arrival = gate
    with meanwhile(scene.deliver):
        gate.reached()
        second = scene.contact(last_name="Smith-Jones")
        scene.deliver()
        assert scene.item(second).reason == "raccord.sync.spoken_for"
        gate.open()
    scene.make_due()
    scene.deliver()
    assert [person.id for person in scene.people()] == [scene.link(first).remote_id]
    assert scene.item(second).reason == "raccord.sync.match_taken"


def test_activation_while_somebody_saves_loses_nobody(scene: Scene) -> None:
    """A save that began before the activation is either enumerated or captured."""
    saving, save = Gate(), partial(scene.contact, "accents")

    def slow_save() -> None:
        with barrier.shared(scene.project.pk):
            save()
            saving()

    with meanwhile(slow_save):
        saving.reached()
        with meanwhile(lambda: activate.activate(scene.integration)) as activating:
            wait_until(lambda: _waits_for_a_lock() or None)
            assert not activating.done()  # it waits until the save is over
            assert not Backfill.objects.exists()
            saving.open()
    scene.contact("plain")
    scene.load()
    scene.deliver()
    assert {person.values["email"] for person in scene.people()} == {
        "zoe.lefevre@example.org",
        "jane.smith@example.org",
    }


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_slow_organization_does_not_take_every_worker(scene: Scene) -> None:
    scene.activate()
    scene.deliver_described()
    scene.contact()
    gate = Gate()
    scene.org.on_arrival = gate
    with meanwhile(scene.deliver):
        gate.reached()
        with ExitStack() as taken:
            for _ in range(slots.PER_CONNECTION - 1):
                assert taken.enter_context(slots.slot(scene.connection.pk)) is not None
            assert taken.enter_context(slots.slot(scene.connection.pk)) is None
        gate.open()


def test_one_worker_has_room_beside_a_connection_that_takes_all_it_may() -> None:
    at_once = cli.command_parsers()["worker"].get_default("concurrency")
    assert at_once - slots.PER_CONNECTION >= 2  # an import or first load, and the sweep


def test_item_that_kills_its_worker_is_claimed_alone_and_parked_in_the_end(scene: Scene) -> None:
    scene.activate()
    contacts = cast.the_cast(scene.project)
    poison = contacts["plain"]
    scene.deliver_described(deliver=False)
    OutboxItem.objects.filter(contact=poison.pk).update(claims=3)
    from raccord.engine.retry import GIVE_UP_AFTER
    from raccord.sync.claim import claim
    from raccord.sync.routes import open_route

    route = open_route(scene.transfer.pk)
    assert route is not None
    together = claim(route)
    assert together is not None
    assert poison.pk not in {item.contact for item in together.items}
    alone = claim(route)
    assert alone is not None
    assert [item.contact for item in alone.items] == [poison.pk]
    OutboxItem.objects.filter(contact=poison.pk).update(claims=GIVE_UP_AFTER, lease_until=LONG_AGO)
    assert claim(route) is None
    assert scene.item(poison).reason == "raccord.sync.interrupted"
