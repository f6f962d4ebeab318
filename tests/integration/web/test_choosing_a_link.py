"""The screens on which a person chooses which of several records a contact is."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts.models import Contact
from tests.integration.sync.scene import Scene, a_scene

ADDRESS = "jane.smith@example.org"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


@pytest.fixture
def twins(scene: Scene) -> list[str]:
    return [
        scene.org.create({"email": ADDRESS, "last_name": name}, by="x")[0]
        for name in ("Smith", "Smythe")
    ]


@pytest.fixture
def refused(scene: Scene, twins: list[str]) -> Contact:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    return contact


def _address(scene: Scene, contact: Contact) -> str:
    return f"/projects/{scene.project.slug}/contacts/{contact.pk}/link/{scene.transfer.pk}/"


def test_a_refused_contact_leads_to_the_choice(
    scene: Scene, refused: Contact, signed_in: Client
) -> None:
    choice = _address(scene, refused)
    home = f"/projects/{scene.project.slug}"
    assert f'href="{choice}"' in signed_in.get(f"{home}/contacts/{refused.pk}/").text
    page = signed_in.get(f"{home}/integrations/{scene.integration.pk}/refusals/")
    assert f'href="{choice}"' in page.text


def test_a_contact_that_is_not_ambiguous_offers_no_choice(
    scene: Scene, refused: Contact, signed_in: Client
) -> None:
    other = scene.contact("accents")
    scene.deliver()
    page = signed_in.get(f"/projects/{scene.project.slug}/contacts/{other.pk}/")
    assert "/link/" not in page.text


def test_the_candidates_are_shown_and_the_chosen_one_is_linked(
    scene: Scene, twins: list[str], refused: Contact, signed_in: Client
) -> None:
    address = _address(scene, refused)
    page = signed_in.get(address)
    assert all(f'value="{twin}"' in page.text for twin in twins)
    assert "Smythe" in page.text and ADDRESS in page.text
    answer = signed_in.post(address, {"record": twins[1]}, follow=True)
    assert "The contact is linked." in answer.text
    scene.deliver()
    assert scene.link(refused).remote_id == twins[1]


def test_a_choice_that_came_too_late_changes_nothing_and_says_so(
    scene: Scene, twins: list[str], refused: Contact, signed_in: Client
) -> None:
    address = _address(scene, refused)
    signed_in.post(address, {"record": twins[0]})
    late = signed_in.post(address, {"record": twins[1]})
    assert late.status_code == 422
    assert "no longer waits" in late.text
    assert scene.link(refused).remote_id == twins[0]


def test_a_record_that_another_contact_has_is_shown_as_theirs(
    scene: Scene, twins: list[str], refused: Contact, signed_in: Client
) -> None:
    other = scene.contact("accents")
    scene.deliver()
    mine = scene.link(other)
    mine.remote_id = twins[0]
    mine.save()
    page = signed_in.get(_address(scene, refused))
    assert "Linked to another contact" in page.text
    assert f'value="{twins[0]}"' not in page.text


def test_nothing_left_to_choose_is_said(
    scene: Scene, twins: list[str], refused: Contact, signed_in: Client
) -> None:
    scene.org.delete(twins[0], by="x")
    assert "nothing to choose any more" in signed_in.get(_address(scene, refused)).text


def test_another_project_has_no_part_in_it(
    scene: Scene, refused: Contact, signed_in: Client
) -> None:
    other = a_scene()
    stranger = f"/projects/{other.project.slug}/contacts/{refused.pk}/link/{scene.transfer.pk}/"
    assert signed_in.get(stranger).status_code == 404
    mixed = f"/projects/{scene.project.slug}/contacts/{refused.pk}/link/{other.transfer.pk}/"
    assert signed_in.get(mixed).status_code == 404
