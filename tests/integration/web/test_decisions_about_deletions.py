"""Deletions and merges on the list of what waits for a decision, and on the contact's page."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Operation
from raccord.engine.rules import DeletionRule
from raccord.sync import activate
from raccord.sync.models import Link
from tests import cast
from tests.integration.sync.scene import Scene
from tests.integration.sync.to_decide import linked, receive, remote_id, take_in, two_way
from tests.integration.web.test_decisions import address, home, shown

pytestmark = pytest.mark.django_db(transaction=True)

WITHOUT_DELETIONS = (Operation.CREATED, Operation.UPDATED, Operation.CONSENT_CHANGED)


@pytest.fixture
def scene() -> Scene:
    made = two_way()
    made.transfer.our_deletion = made.transfer.their_deletion = DeletionRule.ASK
    made.transfer.save()
    activate.change_operations(made.integration, {made.transfer.pk: WITHOUT_DELETIONS})
    return made


def two(scene: Scene) -> list[Contact]:
    return [linked(scene), linked(scene, "accents")]


def items(*contacts: Contact) -> list[int]:
    named = [each.pk for each in contacts]
    return list(OutboxItem.objects.filter(contact__in=named).values_list("pk", flat=True))


def living() -> int:
    return Contact.objects.filter(deleted_at=None).count()


def deleted_there(scene: Scene, *contacts: Contact) -> None:
    for each in contacts:
        scene.org.delete(remote_id(scene, each))
    receive(scene)


def deleted_here(scene: Scene, *contacts: Contact) -> None:
    changes.delete(scene.project, [each.pk for each in contacts], origin=cast.BY_MARKETER)
    scene.deliver()


def test_one_contact_is_deleted_and_one_kept(scene: Scene, signed_in: Client) -> None:
    first, second = two(scene)
    deleted_there(scene, first, second)
    page = shown(signed_in, scene)
    assert page.count("data-deletion=") == 2
    assert "The record was deleted in" in page
    form = {"item": items(first), "answer": "delete"}
    answer = signed_in.post(address(scene, "deletion/"), form, follow=True)
    assert "1 contact was deleted." in answer.text
    signed_in.post(address(scene, "deletion/"), {"item": items(second), "answer": "keep"})
    take_in(scene)
    assert living() == 1
    assert "Nothing waits for a decision" in shown(signed_in, scene)
    late = signed_in.post(address(scene, "deletion/"), form, follow=True)
    assert "This was decided already" in late.text


def test_all_of_a_page_are_counted_before_they_are_deleted(scene: Scene, signed_in: Client) -> None:
    both = two(scene)
    deleted_here(scene, *both)
    page = shown(signed_in, scene)
    assert "2 contacts on this page were deleted here" in page
    form = {"item": items(*both), "answer": "delete"}
    asked = signed_in.post(address(scene, "deletion/"), form)
    assert "2 records are deleted in" in asked.text
    assert len(scene.people()) == 2
    told = signed_in.post(address(scene, "deletion/"), form | {"confirmed": "1"}, follow=True)
    assert "2 records are deleted now." in told.text
    take_in(scene)
    assert scene.people() == []


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"answer": "delete"},
        {"item": "x", "answer": "delete"},
        {"item": "9" * 30, "answer": "keep", "confirmed": "1"},
        {"item": "1", "answer": "drop everything"},
        {"item": ["1"] * 500, "answer": "delete", "confirmed": "1", "back": "\0"},
    ],
)
def test_an_answer_that_makes_no_sense_deletes_nothing(
    scene: Scene, signed_in: Client, form: dict[str, str]
) -> None:
    contact = linked(scene)
    deleted_there(scene, contact)
    for path in ("deletion/", "one-person/"):
        assert signed_in.post(address(scene, path), form).status_code in (200, 302)
    assert living() == 1


def test_an_item_of_another_project_is_not_answered(scene: Scene, signed_in: Client) -> None:
    contact = linked(scene)
    deleted_there(scene, contact)
    other = cast.a_project("Another")
    form = {"item": items(contact), "answer": "delete"}
    signed_in.post(f"/projects/{other.slug}/decisions/deletion/", form)
    assert living() == 1


def test_two_contacts_stand_side_by_side_and_one_is_kept(scene: Scene, signed_in: Client) -> None:
    first, second = two(scene)
    scene.org.merge(remote_id(scene, first), into=remote_id(scene, second))
    receive(scene)
    page = shown(signed_in, scene)
    assert page.count("data-candidate=") == 2
    assert "Two contacts, one record" in page
    (item,) = items(first)
    answer = signed_in.post(
        address(scene, "one-person/"), {"item": item, "keep": second.pk}, follow=True
    )
    assert "The contact stays and has the record" in answer.text
    take_in(scene)
    assert list(Contact.objects.filter(deleted_at=None)) == [second]
    assert "Nothing waits for a decision" in shown(signed_in, scene)


def test_the_contacts_page_says_what_became_of_the_record(scene: Scene, signed_in: Client) -> None:
    scene.transfer.their_deletion = DeletionRule.NOTHING
    scene.transfer.save()
    contact = linked(scene)
    deleted_there(scene, contact)
    address_here = f"{home(scene)}/contacts/{contact.pk}/"
    page = signed_in.get(address_here).text
    assert "Deleted there on" in page
    assert "Find or create a record" in page
    anew = f"{address_here}link/{scene.transfer.pk}/anew/"
    told = signed_in.post(anew, follow=True)
    assert "Raccord looks for the record, or creates one." in told.text
    scene.deliver()
    assert Link.objects.get(contact=contact.pk).state == "linked"
    again = signed_in.post(anew, follow=True)
    assert "The contact has a record there" in again.text
    assert len(scene.people()) == 1


def test_a_contact_deleted_on_both_sides_is_not_said_to_stay(
    scene: Scene, signed_in: Client
) -> None:
    contact = linked(scene)
    deleted_there(scene, contact)
    form = {"item": items(contact), "answer": "delete"}
    signed_in.post(address(scene, "deletion/"), form)
    take_in(scene)
    page = signed_in.get(f"{home(scene)}/contacts/{contact.pk}/").text
    assert "Deleted on both sides." in page
    assert "The contact stays here" not in page


def test_a_deletion_is_foretold_as_the_rule_has_it(scene: Scene, signed_in: Client) -> None:
    contact = linked(scene)
    pop_up = f"{home(scene)}/contacts/{contact.pk}/delete/"
    assert "you are asked whether it is deleted, too" in signed_in.get(pop_up).text
    scene.transfer.our_deletion = DeletionRule.NOTHING
    scene.transfer.save()
    assert "stays there, since deletions are not sent" in signed_in.get(pop_up).text
    activate.change_operations(scene.integration, {scene.transfer.pk: tuple(Operation)})
    assert "is deleted there as well" in signed_in.get(pop_up).text


def test_the_update_types_do_not_promise_a_deletion_that_is_asked_about(
    scene: Scene, signed_in: Client
) -> None:
    page = f"{home(scene)}/integrations/{scene.integration.pk}/"
    asked = "A person is asked each time whether the linked record over there is deleted, too."
    at_once = "The linked record over there is deleted, too."
    assert asked in signed_in.get(page).text
    scene.transfer.our_deletion = DeletionRule.NOTHING
    scene.transfer.save()
    text = signed_in.get(page).text
    assert at_once in text and asked not in text
