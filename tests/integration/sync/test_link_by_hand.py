"""A person chooses which of several records a contact is."""

from __future__ import annotations

from uuid import uuid4

import pytest

from raccord.contacts.models import Contact
from raccord.engine.errors import BadInput
from raccord.engine.records import FirstLinkRule
from raccord.sync import link_by_hand
from raccord.sync.models import Link, LinkState
from tests.integration.sync.scene import Scene

ADDRESS = "jane.smith@example.org"
SOMEBODY = 1


@pytest.fixture
def twins(scene: Scene) -> list[str]:
    """Two records that share an address."""
    return [
        scene.org.create({"email": ADDRESS, "last_name": name}, by="x")[0]
        for name in ("Smith", "Smythe")
    ]


@pytest.fixture
def refused(scene: Scene, twins: list[str]) -> Contact:
    """The contact that either of the twins could be, parked for that reason."""
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    assert link_by_hand.is_ambiguous(scene.item(contact))
    return contact


def test_the_candidates_are_those_over_there_now(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    found = link_by_hand.candidates(scene.transfer, refused)
    assert [record.id for record in found] == sorted(twins)
    assert {record.values["last_name"] for record in found} == {"Smith", "Smythe"}
    scene.org.delete(twins[0], by="x")
    assert link_by_hand.candidates(scene.transfer, refused) == []


def test_the_chosen_record_is_linked_and_gets_what_differs(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    scene.transfer.first_link_rule = FirstLinkRule.OURS
    scene.transfer.save()
    link_by_hand.link_to(scene.transfer, refused, remote_id=twins[1], person=SOMEBODY)
    assert scene.item(refused).state == "due"
    scene.deliver()
    assert scene.items() == 0
    link = scene.link(refused)
    assert (link.remote_id, link.state) == (twins[1], LinkState.LINKED)
    there = {person.id: person.values for person in scene.people()}
    assert len(there) == 2
    assert there[twins[1]]["first_name"] == "Jane"
    assert there[twins[1]]["last_name"] == "Smith"
    assert there[twins[0]].get("first_name") is None


def test_a_later_change_goes_to_the_chosen_record_only(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    link_by_hand.link_to(scene.transfer, refused, remote_id=twins[0], person=SOMEBODY)
    scene.deliver()
    scene.edit(refused, company="New")
    scene.deliver()
    there = {person.id: person.values.get("company") for person in scene.people()}
    assert there[twins[0]] == "New"
    assert there[twins[1]] != "New"


def test_only_a_candidate_can_be_chosen(scene: Scene, refused: Contact) -> None:
    other, _ = scene.org.create({"email": "b@example.org", "last_name": "B"}, by="x")
    for remote_id in (other, "nobody", ""):
        with pytest.raises(BadInput, match=link_by_hand.NOT_A_CANDIDATE):
            link_by_hand.link_to(scene.transfer, refused, remote_id=remote_id, person=SOMEBODY)
    assert not Link.objects.exists()
    assert link_by_hand.is_ambiguous(scene.item(refused))


def test_a_record_of_another_contact_is_refused_and_nothing_changes(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    other = scene.contact("accents")
    Link.objects.create(
        transfer=scene.transfer, contact=other.pk, remote_id=twins[0], state=LinkState.LINKED
    )
    with pytest.raises(BadInput, match=link_by_hand.TAKEN):
        link_by_hand.link_to(scene.transfer, refused, remote_id=twins[0], person=SOMEBODY)
    assert not Link.objects.filter(contact=refused.pk).exists()
    assert link_by_hand.is_ambiguous(scene.item(refused))
    assert link_by_hand.linked_contacts(
        scene.transfer, link_by_hand.candidates(scene.transfer, refused)
    ) == {twins[0]: other.pk}


def test_who_comes_second_is_told_that_it_is_decided(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    link_by_hand.link_to(scene.transfer, refused, remote_id=twins[0], person=SOMEBODY)
    with pytest.raises(BadInput, match=link_by_hand.NOT_WAITING):
        link_by_hand.link_to(scene.transfer, refused, remote_id=twins[1], person=SOMEBODY)
    assert scene.link(refused).remote_id == twins[0]


def test_a_contact_that_does_not_wait_for_it_is_left_alone(
    scene: Scene, twins: list[str], refused: Contact
) -> None:
    scene.edit(refused, company="Changed meanwhile")  # due again: the flow looks by itself
    with pytest.raises(BadInput, match=link_by_hand.NOT_WAITING):
        link_by_hand.link_to(scene.transfer, refused, remote_id=twins[0], person=SOMEBODY)
    assert not Link.objects.exists()


def test_a_call_under_way_is_waited_for(scene: Scene, twins: list[str], refused: Contact) -> None:
    Link.objects.create(transfer=scene.transfer, contact=refused.pk, in_flight=uuid4())
    with pytest.raises(BadInput, match=link_by_hand.NOT_WAITING):
        link_by_hand.link_to(scene.transfer, refused, remote_id=twins[0], person=SOMEBODY)
    assert scene.link(refused).remote_id is None
