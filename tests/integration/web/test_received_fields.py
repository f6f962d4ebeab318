"""A field that another system keeps: shown on the contact's form, and never written by it."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts import changes, history, keepers, undo
from raccord.contacts.changes import ContactChange, Outcome
from raccord.contacts.keepers import KEPT_ELSEWHERE
from raccord.contacts.models import Contact, OutboxItem
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Direction
from raccord.sync.models import Link
from raccord.sync.received_fields import received_fields
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.web import wizard

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


def test_a_new_contact_waits_for_its_value(
    marketer: Client, scene: Scene, contact: Contact
) -> None:
    form = marketer.get(f"/projects/{scene.project.slug}/contacts/new/").context["form"]
    assert form.fields["company"].disabled
    assert scene.connection.name in str(form.fields["company"].help_text)
    assert not form.fields["email"].disabled


def test_an_import_proposes_not_to_take_it_and_says_why(
    marketer: Client, scene: Scene, contact: Contact
) -> None:
    content = b"email,company,first_name\njane.smith@example.org,Forged,Janet\n"
    run = wizard.upload(marketer, scene.project, content)
    address = wizard.posted(marketer, wizard.place(run, "reading"))
    page = marketer.get(address)
    lines = {line.column.name: line for line in page.context["form"].columns}
    assert lines["company"].control.value() in ("", None)
    assert scene.connection.name in lines["company"].kept
    assert lines["company"].kept in page.content.decode().replace("&amp;", "&")
    assert (lines["email"].control.value(), lines["email"].kept) == ("email", "")


def test_who_imports_it_all_the_same_is_told_line_by_line(scene: Scene, contact: Contact) -> None:
    (result,) = changes.apply_many(
        scene.project,
        [ContactChange({"email": contact.key, "company": "Forged", "first_name": "Janet"})],
        origin=cast.BY_MARKETER,
    )
    assert result.outcome is Outcome.UPDATED
    assert [problem.code for problem in result.problems] == [KEPT_ELSEWHERE]
    stored = Contact.objects.get(pk=contact.pk).values
    assert (stored["company"], stored["first_name"]) == ("Acme", "Janet")


def test_it_is_not_undone(scene: Scene, contact: Contact) -> None:
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.BOTH)
    scene.edit(contact, company="Other")
    entry = history.newest(contact)
    assert entry is not None
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.INBOUND)
    now = Contact.objects.get(pk=contact.pk).values
    kept = keepers.kept(scene.project.pk, [contact.pk])
    planned = undo.planned(entry, fields=ProjectFields.of(scene.project), now=now, kept=kept)
    assert planned.fields == ()
    assert [problem.code for problem in planned.problems] == [KEPT_ELSEWHERE]
