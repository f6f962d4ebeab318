"""A field that another system keeps: shown on the contact's form, and never written by it."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Direction
from raccord.sync.models import Link
from raccord.sync.received_fields import received_fields
from tests import cast
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    """Company and consent come from there, the rest is sent there."""
    scene = a_scene()
    scene.transfer.mappings.filter(remote_field__in=["company", "opted_out"]).update(
        direction=Direction.INBOUND
    )
    return scene


@pytest.fixture
def contact(scene: Scene) -> Contact:
    """Linked and in agreement."""
    contact = scene.contact("plain", company="Acme")
    scene.activate()
    scene.deliver()
    return Contact.objects.get(pk=contact.pk)


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def address(scene: Scene, contact: Contact) -> str:
    return f"/projects/{scene.project.slug}/contacts/{contact.pk}/edit/"


def test_it_is_shown_as_theirs_and_not_taken(
    marketer: Client, scene: Scene, contact: Contact
) -> None:
    form = marketer.get(address(scene, contact)).context["form"]
    assert form.fields["company"].disabled
    assert "Comes from" in str(form.fields["company"].help_text)
    assert not form.fields["first_name"].disabled
    posted = {f"initial-{key}": form[key].value() or "" for key in form.fields}
    posted |= {key: form[key].value() or "" for key in form.fields}
    posted |= {"company": "Forged", "initial-company": "Else", "first_name": "Janet"}
    assert marketer.post(address(scene, contact), posted).status_code == 302
    stored = Contact.objects.get(pk=contact.pk).values
    assert (stored["company"], stored["first_name"]) == ("Acme", "Janet")


def test_a_consent_is_always_ours_to_refuse(scene: Scene, contact: Contact) -> None:
    assert set(received_fields(contact)) == {"company"}


def test_who_has_no_record_there_is_edited_freely(scene: Scene, contact: Contact) -> None:
    Link.objects.all().delete()
    OutboxItem.objects.all().delete()
    assert received_fields(contact) == {}


def test_nothing_is_kept_there_while_nothing_comes(scene: Scene, contact: Contact) -> None:
    scene.transfer.mappings.filter(remote_field="company").update(paused_reason="x")
    assert received_fields(contact) == {}
    scene.transfer.mappings.update(paused_reason="")
    assert set(received_fields(contact)) == {"company"}
    type(scene.integration).objects.update(state="disabled")
    assert received_fields(contact) == {}
