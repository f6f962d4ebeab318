"""A person says whom a record stands for: linked, kept apart, restored, or looked at again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction
from raccord.sync import decisions, meet_by_hand, meeting
from raccord.sync.agree import agree
from raccord.sync.asking import ask
from raccord.sync.claim import claim
from raccord.sync.decide import decide
from raccord.sync.decisions import Kind, Wanted
from raccord.sync.inbox import INTERRUPTED
from raccord.sync.look import look
from raccord.sync.models import InboxItem, Link
from raccord.sync.routes import open_route
from raccord.sync.steps import Fate
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.to_decide import both_change, linked, receive, take_in, two_way

pytestmark = pytest.mark.django_db(transaction=True)

BY = cast.BY_MARKETER


@pytest.fixture
def scene() -> Scene:
    return two_way()


def waiting(scene: Scene) -> list[InboxItem]:
    return list(meet_by_hand.waiting(scene.transfer).order_by("pk"))


@pytest.fixture
def twins(scene: Scene) -> list[Contact]:
    """Two contacts of one name, and a record that could be either; people are known by name."""
    scene.transfer.match_fields = [["last_name", "last_name"]]
    scene.transfer.save()
    contacts = [scene.contact("plain", email=f"{name}@example.org") for name in ("ann", "amy")]
    scene.org.create({"last_name": "Smith", "company": "Acme"}, by="colleague")
    scene.activate(load=False)
    receive(scene)
    assert [item.reason for item in waiting(scene)] == [meeting.SEVERAL_CONTACTS]
    return contacts


def link(scene: Scene, contact: int) -> None:
    (item,) = waiting(scene)
    meet_by_hand.link_to(scene.transfer, item, contact=contact, origin=BY)


def test_the_record_is_shown_beside_whom_it_could_be(scene: Scene, twins: list[Contact]) -> None:
    (item,) = waiting(scene)
    (stranger,) = meet_by_hand.strangers(
        scene.transfer, [item], ask(scene.transfer, [item.remote_id])
    )
    assert stranger.person is not None
    assert stranger.person.contacts == tuple(contact.pk for contact in twins)
    assert stranger.person.values["company"] == "Acme"


def test_the_chosen_contact_is_linked_and_looked_at(scene: Scene, twins: list[Contact]) -> None:
    link(scene, twins[1].pk)
    assert waiting(scene) == []
    take_in(scene)
    assert Contact.objects.get(pk=twins[1].pk).values["company"] == "Acme"
    assert scene.link(twins[1]).state == "linked"
    assert not Link.objects.filter(contact=twins[0].pk).exists()
    assert scene.items() == 0


def test_only_a_candidate_can_be_chosen(scene: Scene, twins: list[Contact]) -> None:
    other = scene.contact("accents")
    stranger = a_scene().contact("plain")
    for contact in (other.pk, stranger.pk, 0, 10**18):
        with pytest.raises(BadInput, match=meet_by_hand.NOT_A_CANDIDATE):
            link(scene, contact)
    assert not Link.objects.filter(transfer=scene.transfer).exists()
    assert len(waiting(scene)) == 1


def test_a_contact_that_was_linked_meanwhile_is_refused(scene: Scene, twins: list[Contact]) -> None:
    Link.objects.create(
        transfer=scene.transfer, contact=twins[0].pk, remote_id="another", state="linked"
    )
    with pytest.raises(BadInput, match=meet_by_hand.CONTACT_TAKEN):
        link(scene, twins[0].pk)
    assert len(waiting(scene)) == 1


def test_a_record_that_was_linked_meanwhile_is_refused(scene: Scene, twins: list[Contact]) -> None:
    (item,) = waiting(scene)
    Link.objects.create(
        transfer=scene.transfer, contact=twins[0].pk, remote_id=item.remote_id, state="linked"
    )
    with pytest.raises(BadInput, match=meet_by_hand.RECORD_TAKEN):
        link(scene, twins[1].pk)


def test_the_second_click_is_told_that_it_is_decided(scene: Scene, twins: list[Contact]) -> None:
    (item,) = waiting(scene)
    link(scene, twins[0].pk)
    with pytest.raises(BadInput, match=meet_by_hand.CONTACT_TAKEN):
        meet_by_hand.link_to(scene.transfer, item, contact=twins[0].pk, origin=BY)
    with pytest.raises(BadInput, match=meet_by_hand.NOT_WAITING):
        meet_by_hand.keep_apart(scene.transfer, item)
    with pytest.raises(BadInput, match=meet_by_hand.NOT_WAITING):
        meet_by_hand.try_again(scene.transfer, item)


def test_of_two_people_at_once_one_links(scene: Scene, twins: list[Contact]) -> None:
    (item,) = waiting(scene)

    def one(contact: int) -> bool:
        try:
            meet_by_hand.link_to(scene.transfer, item, contact=contact, origin=BY)
        except BadInput:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(one, [contact.pk for contact in twins]))
    assert sorted(done) == [False, True]
    link_ = Link.objects.get(transfer=scene.transfer)
    assert link_.contact == twins[done.index(True)].pk


def test_a_record_that_has_gone_meanwhile_is_linked_to_nobody(
    scene: Scene, twins: list[Contact]
) -> None:
    (item,) = waiting(scene)
    scene.org.delete(item.remote_id)
    with pytest.raises(BadInput, match=meet_by_hand.RECORD_GONE):
        link(scene, twins[0].pk)
    assert not Link.objects.filter(transfer=scene.transfer).exists()
    meet_by_hand.try_again(scene.transfer, item)
    take_in(scene)
    assert not InboxItem.objects.exists()


def test_a_record_that_is_kept_apart_is_not_asked_about_again(
    scene: Scene, twins: list[Contact]
) -> None:
    (item,) = waiting(scene)
    meet_by_hand.keep_apart(scene.transfer, item)
    scene.org.edit(item.remote_id, {"company": "Other"})
    receive(scene)
    assert InboxItem.objects.get().state == "apart"
    assert decisions.count(scene.project) == 0
    meet_by_hand.try_again(scene.transfer, item)
    take_in(scene)
    assert [each.reason for each in waiting(scene)] == [meeting.SEVERAL_CONTACTS]


def test_nor_is_it_taken_for_somebody_when_our_side_is_sent(
    scene: Scene, twins: list[Contact]
) -> None:
    (item,) = waiting(scene)
    meet_by_hand.keep_apart(scene.transfer, item)
    scene.edit(twins[0], city="Lyon")
    scene.deliver()
    assert scene.link(twins[0]).remote_id != item.remote_id
    assert len(scene.people()) == 2


def test_one_that_was_linked_after_all_follows_its_contact_again(
    scene: Scene, twins: list[Contact]
) -> None:
    (item,) = waiting(scene)
    meet_by_hand.keep_apart(scene.transfer, item)
    Link.objects.create(
        transfer=scene.transfer, contact=twins[0].pk, remote_id=item.remote_id, state="linked"
    )
    scene.org.edit(item.remote_id, {"company": "Other"})
    receive(scene)
    assert Contact.objects.get(pk=twins[0].pk).values["company"] == "Other"
    assert not InboxItem.objects.exists()


def test_a_deleted_contact_is_restored_and_linked(scene: Scene) -> None:
    contact = scene.contact()
    changes.delete(scene.project, [contact.pk], origin=BY)
    scene.org.create({"email": contact.values["email"], "last_name": "Smith", "company": "Acme"})
    scene.activate(load=False)
    receive(scene)
    link(scene, contact.pk)
    take_in(scene)
    now = Contact.objects.get(pk=contact.pk)
    assert now.deleted_at is None
    assert now.values["company"] == "Acme"
    assert waiting(scene) == []


def test_a_record_that_can_be_held_by_now_is_taken(scene: Scene) -> None:
    person, _ = scene.org.create({"last_name": "Nobody"})
    scene.activate()
    receive(scene)
    (item,) = waiting(scene)
    scene.org.edit(person, {"email": "somebody@example.org"})
    meet_by_hand.try_again(scene.transfer, item)
    take_in(scene)
    assert Contact.objects.get(project=scene.project).values["email"] == "somebody@example.org"


def test_everything_that_waits_is_listed_and_counted_once(
    scene: Scene, twins: list[Contact]
) -> None:
    record = waiting(scene)[0]
    both_change(scene, contact := linked(scene, "accents"))
    InboxItem.objects.create(
        transfer=scene.transfer, remote_id="x1", state="parked", reason=INTERRUPTED
    )
    InboxItem.objects.create(transfer=scene.transfer, remote_id="x2", state="apart")
    other = two_way()
    InboxItem.objects.create(transfer=other.transfer, remote_id="x3", state="parked")

    def kinds(wanted: Wanted) -> list[Kind]:
        return [each.kind for each in decisions.some(scene.project, wanted, limit=50)]

    everything = [Kind.CONFLICT, Kind.NOT_TAKEN, Kind.SEVERAL_CONTACTS]
    assert kinds(Wanted()) == everything
    assert decisions.count(scene.project) == 3
    assert kinds(Wanted(kind=Kind.KEPT_APART)) == [Kind.KEPT_APART]
    assert kinds(Wanted(kind=Kind.CONFLICT, contact=contact.pk)) == [Kind.CONFLICT]
    assert kinds(Wanted(contact=twins[0].pk)) == [Kind.SEVERAL_CONTACTS]
    assert kinds(Wanted(transfer=other.transfer.pk)) == []
    (found,) = decisions.some(scene.project, Wanted(kind=Kind.SEVERAL_CONTACTS), limit=50)
    assert found.item == record.pk
    assert decisions.some(scene.project, offset=3, limit=50) == []


def test_what_a_person_linked_while_a_worker_was_looking_stays(
    scene: Scene, twins: list[Contact]
) -> None:
    """The worker saw somebody else who could be the contact, before the person chose."""
    chosen = twins[1]
    scene.transfer.match_fields = [["email", "email"], ["last_name", "last_name"]]
    scene.transfer.save()
    scene.org.create({"email": chosen.values["email"], "last_name": "Smith"}, by="colleague")
    scene.transfer.mappings.update(direction=Direction.INBOUND)
    OutboxItem.objects.exclude(contact=chosen.pk).delete()
    scene.edit(chosen, notes="Look")
    route = open_route(scene.transfer.pk)
    assert route is not None
    taken = claim(route)
    assert taken is not None
    looked = look(route, taken)
    link(scene, chosen.pk)
    remote_id = scene.link(chosen).remote_id
    decided = decide(route, taken, looked.sightings)
    assert [each.remote_id for each in decided.agreements] != [remote_id]
    (verdict,) = agree(route, taken, decided.agreements)
    assert verdict.fate is Fate.AGAIN
    assert scene.link(chosen).remote_id == remote_id
