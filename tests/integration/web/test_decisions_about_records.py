"""Records that nobody could be told to stand for, on the list of what waits for a decision."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts import changes
from raccord.contacts.models import Contact
from raccord.sync.models import InboxItem, Link
from tests import cast
from tests.integration.sync.scene import Scene
from tests.integration.sync.to_decide import company, receive, take_in, two_way
from tests.integration.web.test_decisions import address, home, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return two_way()


@pytest.fixture
def twins(scene: Scene) -> list[Contact]:
    """Two contacts of one name, and a record that could be either."""
    scene.transfer.match_fields = [["last_name", "last_name"]]
    scene.transfer.save()
    contacts = [scene.contact("plain", email=f"{name}@example.org") for name in ("ann", "amy")]
    scene.org.create({"last_name": "Smith", "company": "Acme"}, by="colleague")
    scene.activate(load=False)
    receive(scene)
    return contacts


def test_a_record_stands_beside_whom_it_could_be_and_is_linked(
    scene: Scene, twins: list[Contact], signed_in: Client
) -> None:
    page = shown(signed_in, scene)
    assert all(f'data-candidate="{contact.pk}"' in page for contact in twins)
    assert "Several contacts could be this record" in page
    assert "Acme" in page
    form = {"item": InboxItem.objects.get().pk, "contact": twins[1].pk}
    answer = signed_in.post(address(scene, "record/"), form, follow=True)
    assert "The record is linked to the contact." in answer.text
    take_in(scene)
    assert company(twins[1]) == "Acme"
    late = signed_in.post(address(scene, "record/"), form, follow=True)
    assert "no longer waits" in late.text
    assert Link.objects.filter(transfer=scene.transfer).count() == 1


def test_it_is_kept_apart_and_can_be_asked_about_again(
    scene: Scene, twins: list[Contact], signed_in: Client
) -> None:
    item = InboxItem.objects.get().pk
    signed_in.post(address(scene, "record/"), {"item": item, "apart": "1"})
    assert "Nothing waits for a decision" in shown(signed_in, scene)
    kept = shown(signed_in, scene, "?kind=kept_apart")
    assert "Somebody decided that this record is none of the contacts." in kept
    signed_in.post(address(scene, "record/"), {"item": item, "again": "1"})
    take_in(scene)
    assert "Several contacts could be this record" in shown(signed_in, scene)


def test_a_deleted_contact_is_restored_from_here(scene: Scene, signed_in: Client) -> None:
    contact = scene.contact()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.org.create({"email": contact.values["email"], "last_name": "Smith"})
    scene.activate(load=False)
    receive(scene)
    assert "Restore and link" in shown(signed_in, scene)
    form = {"item": InboxItem.objects.get().pk, "contact": contact.pk}
    signed_in.post(address(scene, "record/"), form)
    assert Contact.objects.get(pk=contact.pk).deleted_at is None


def test_a_record_that_could_not_be_taken_says_which_field_is_to_blame(
    scene: Scene, signed_in: Client
) -> None:
    scene.org.create({"last_name": "Nobody"})
    scene.activate()
    receive(scene)
    assert "“E-mail” is empty." in shown(signed_in, scene)


def test_a_contact_that_several_records_could_be_leads_to_the_choice(
    scene: Scene, signed_in: Client
) -> None:
    for name in ("Smith", "Smythe"):
        scene.org.create({"email": "jane.smith@example.org", "last_name": name}, by="x")
    scene.activate(load=False)
    contact = scene.contact()
    scene.deliver()
    choice = f"{home(scene)}/contacts/{contact.pk}/link/{scene.transfer.pk}/"
    assert f'href="{choice}"' in shown(signed_in, scene)
