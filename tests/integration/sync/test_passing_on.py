"""What a reading brought goes the shortest way: past the inbox, and without a second look."""

from __future__ import annotations

from typing import Any

import pytest

from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.errors import Failure
from raccord.engine.plan import plan
from raccord.engine.records import OnlyThere
from raccord.sync import inbound, inbox, made_of_theirs, poll
from raccord.sync.inbox import Hint
from raccord.sync.models import InboxItem, Link, Reading
from tests.integration.sync.scene import LONG_AGO, Scene
from tests.integration.sync.test_inbound import linked, receive, two_way, values

pytestmark = pytest.mark.django_db(transaction=True)


def read(scene: Scene) -> poll.Read:
    Reading.objects.update(due_at=LONG_AGO)
    return poll.read_changes(scene.transfer.pk)


def a_person(scene: Scene, **values: object) -> str:
    """A colleague of theirs creates a record; its id."""
    given = {"email": "n@example.org", "last_name": "One", **values}
    record, _ = scene.org.create(given, by="colleague")  # type: ignore[arg-type]
    return record


def test_a_change_of_somebody_known_has_the_contact_looked_at_at_once() -> None:
    scene = two_way()
    contact = linked(scene)
    scene.org.edit(scene.link(contact).remote_id or "", {"company": "Acme"})
    assert read(scene).news == 1
    assert not InboxItem.objects.exists()
    item = OutboxItem.objects.get()
    assert (item.contact, item.operations) == (contact.pk, [])
    assert scene.link(contact).as_known_until is not None
    scene.deliver()
    assert values(contact)["company"] == "Acme"


def test_what_waits_in_the_inbox_is_not_overtaken() -> None:
    scene = two_way()
    contact = linked(scene)
    record = scene.link(contact).remote_id or ""
    scene.org.edit(record, {"company": "Acme"})
    inbox.put(scene.transfer.pk, [Hint(record)])
    read(scene)
    assert InboxItem.objects.get().version == 2
    assert not OutboxItem.objects.exists()


def test_a_broken_pair_is_left_to_inbound() -> None:
    scene = two_way()
    contact = linked(scene)
    record = scene.link(contact).remote_id or ""
    scene.org.delete(record)
    receive(scene)
    assert scene.link(contact).state == "gone"
    scene.org.undelete(record)
    read(scene)
    assert InboxItem.objects.get().remote_id == record
    assert scene.link(contact).state == "gone"


def test_a_contact_made_of_a_record_agrees_with_it_without_a_look() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    person = a_person(scene, first_name="New")
    scene.activate()
    read(scene)
    inbound.take_in(scene.transfer.pk)
    link = Link.objects.get()
    assert link.remote_id == person
    assert not OutboxItem.objects.exists()
    assert link.base["first_name"][0] == "New"
    assert receive(scene).news == 0, "its own record is no news"


def test_it_agrees_in_the_same_way_as_a_look_would_find() -> None:
    """The base that is noted at once is the one that a look notes."""
    bases: list[Any] = []
    for looks in (False, True):
        scene = two_way(only_there=OnlyThere.CREATE)
        a_person(scene, company=" Acme ", opted_out=True)
        scene.activate()
        with pytest.MonkeyPatch.context() as patch:
            if looks:
                patch.setattr(made_of_theirs, "bases", lambda *_: {})
            receive(scene)
        bases.append(Link.objects.get(transfer=scene.transfer).base)
    assert bases[0] == bases[1]
    assert bases[0]["newsletter"][0] == "no"


def test_a_plan_that_fails_leaves_the_pair_to_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    a_person(scene)
    scene.activate()

    def failing(*given: Any) -> Any:
        raise Failure("raccord.test")

    monkeypatch.setattr(made_of_theirs, "plan", failing)
    read(scene)
    inbound.take_in(scene.transfer.pk)
    assert OutboxItem.objects.count() == 1
    assert Link.objects.get().base == {}
    monkeypatch.setattr(made_of_theirs, "plan", plan)
    scene.deliver()
    assert Link.objects.get().base["last_name"][0] == "One"


def test_a_record_that_changed_since_it_was_seen_is_heard_of_again() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    person = a_person(scene)
    scene.activate()
    read(scene)
    inbound.take_in(scene.transfer.pk)
    scene.org.edit(person, {"last_name": "Two"})
    receive(scene)
    assert Contact.objects.get(pk=Link.objects.get().contact).values["last_name"] == "Two"
