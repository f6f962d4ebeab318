"""An erased person leaves no trace here, is dealt with over there as chosen, and stays away."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from raccord.contacts import changes, exports, imports
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.imports import ImportOptions
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Contact, ExportPart, ExportRun, ImportReject, ImportRun
from raccord.engine.errors import BadInput
from raccord.engine.records import OnlyThere
from raccord.installation.models import Elsewhere, ErasedTrait, Erasure
from raccord.sync import sweep
from raccord.sync.erasure import finishing, requests
from raccord.sync.models import Link
from tests import cast
from tests.integration.sync.scene import Scene
from tests.integration.sync.test_inbound import linked, receive, two_way

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "zoe.quixote@example.org"
HOLDS = """
SELECT count(*) FROM "{table}" AS row WHERE EXISTS (
    SELECT FROM unnest(%s::text[]) AS word WHERE position(lower(word) IN lower(row::text)) > 0
)
"""


@pytest.fixture(autouse=True)
def nothing_of_others() -> None:
    """Tables that only ever grow keep what other tests wrote."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE contacts_changelogentry, sync_delivery")


def test_every_trace_is_removed_and_the_proof_names_nobody() -> None:
    scene, contact = known_person()
    changes.edit(scene.project, contact.pk, {"company": "Zoe Ltd"}, origin=cast.BY_MARKETER)
    scene.deliver()
    record = scene.link(contact).remote_id or ""
    assert rows_with(EMAIL, record, "Quixote")

    erasure = requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)

    assert rows_with(EMAIL, record, "Quixote") == {}
    assert erasure.finished_at
    assert {"contacts", "changes", "links", "deliveries"} <= erasure.removed.keys()
    assert erasure.asked_by == cast.BY_MARKETER.actor
    assert scene.person(EMAIL)  # left as it is
    assert Erasure.objects.count() == 1


def test_nobody_is_fetched_again_unless_somebody_chooses_so() -> None:
    scene, contact = known_person()
    record = scene.link(contact).remote_id or ""
    erasure = requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)

    scene.org.edit(record, {"company": "Again"})
    receive(scene)
    assert Contact.objects.filter(project=scene.project).count() == 0
    # Neither by a new record of the same address.
    scene.org.create({"email": EMAIL.upper(), "last_name": "Quixote"}, by="colleague")
    receive(scene)
    assert Contact.objects.filter(project=scene.project).count() == 0

    requests.take_in_again(erasure)
    assert not ErasedTrait.objects.exists()
    scene.org.edit(record, {"company": "Chosen"})
    receive(scene)
    assert Contact.objects.get(project=scene.project).values["email"] == EMAIL


def test_others_are_taken_in_as_before() -> None:
    scene, contact = known_person()
    requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)
    scene.org.create({"email": "other@example.org", "last_name": "Other"}, by="colleague")
    receive(scene)
    assert [each.key for each in Contact.objects.all()] == ["other@example.org"]


def test_the_record_is_deleted_there_first_whatever_the_rules_say() -> None:
    scene, contact = known_person()
    erasure = requests.ask(contact, elsewhere=Elsewhere.DELETE, origin=cast.BY_MARKETER)
    assert erasure.finished_at is None
    assert requests.waits_for(erasure) == [scene.connection.name]
    with pytest.raises(BadInput):
        requests.ask(Contact.objects.get(), elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)

    scene.deliver()
    assert scene.people() == []
    sweep.sweep()

    erasure.refresh_from_db()
    assert erasure.finished_at
    assert rows_with(EMAIL) == {}
    receive(scene)
    assert not Contact.objects.exists()


def test_who_waits_for_the_other_side_in_vain_is_erased_here() -> None:
    scene, contact = known_person()
    erasure = requests.ask(contact, elsewhere=Elsewhere.DELETE, origin=cast.BY_MARKETER)
    finishing.finish_waiting()
    erasure.refresh_from_db()
    assert erasure.finished_at is None

    assert requests.leave_there(erasure).finished_at
    assert rows_with(EMAIL) == {}
    assert scene.person(EMAIL)
    with pytest.raises(BadInput):
        requests.leave_there(erasure)


def test_a_call_that_is_under_way_holds_it_up_and_a_dead_one_does_not() -> None:
    _scene, contact = known_person()
    Link.objects.update(in_flight="00000000-0000-4000-8000-000000000000", departed_at=Now())
    erasure = requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)
    assert erasure.finished_at is None
    Link.objects.update(departed_at=Now() - timedelta(hours=1))
    finishing.finish_waiting()
    erasure.refresh_from_db()
    assert erasure.finished_at


def test_imports_and_exports_forget_the_person_and_keep_the_others() -> None:
    scene, contact = known_person()
    text = f"email;company\n{EMAIL};a\nbroken;b\n{EMAIL};twice\n"
    run = imports.start(
        scene.project, io.BytesIO(text.encode()), file_name="f.csv", options=ImportOptions()
    )
    imports.work(run.pk)
    ImportReject.objects.create(run=run, line=9, code="x", content=f"{EMAIL.upper()};c")
    ImportRun.objects.update(preview={"samples": [EMAIL]})
    before = ImportReject.objects.exclude(content__icontains=EMAIL).count()
    export = exports.start(
        scene.project,
        ListQuery(),
        columns=["email"],
        format=FileFormat.CSV,
        name="everybody",
        started_by="",
        language="en",
        time_zone="UTC",
    )
    exports.work(export.pk)
    assert ExportPart.objects.exists()

    requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)

    assert ImportReject.objects.count() == before
    assert not ExportPart.objects.exists()
    assert not exports.has_file(ExportRun.objects.get())
    assert rows_with(EMAIL) == {}


def test_what_is_left_of_a_deleted_contact_can_be_erased() -> None:
    scene, contact = known_person()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    contact.refresh_from_db()
    requests.ask(contact, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)
    assert rows_with(EMAIL) == {}
    assert scene.person(EMAIL)


# The screens and the command


def test_it_is_confirmed_on_the_contact_s_page_and_proven_afterwards(client: Client) -> None:
    scene, contact = known_person()
    client.force_login(cast.a_marketer())
    path = f"/projects/{scene.project.slug}/contacts/{contact.pk}/erase/"
    assert "Erase for good" in client.get(path.replace("erase/", "")).content.decode()
    assert "Leave the person’s records" in client.get(path).content.decode()
    for wrong in ({}, {"elsewhere": "leave"}, {"elsewhere": "else\0where", "sure": "on"}):
        assert client.post(path, wrong).status_code == 422
    assert Contact.objects.filter(deleted_at=None).count() == 1

    page = client.post(path, {"elsewhere": "delete", "sure": "on"}, follow=True).content.decode()
    assert "being erased" in page
    assert f"Waiting for the deletion in: {scene.connection.name}" in page
    erasure = Erasure.objects.get()
    listed = f"/projects/{scene.project.slug}/erasures/"
    client.post(f"{listed}{erasure.pk}/leave/")
    page = client.get(listed).content.decode()
    assert erasure.digest[:16] in page
    assert EMAIL not in page
    assert client.get(path).status_code == 404
    client.post(f"{listed}{erasure.pk}/again/")
    assert "May come back" in client.get(listed).content.decode()
    other = cast.a_project("Another")
    assert client.post(f"/projects/{other.slug}/erasures/{erasure.pk}/again/").status_code == 404


def test_the_command_finds_by_key_or_number_and_prints_the_proof(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scene, contact = known_person()
    for wrong in ("nobody@example.org", "0", "9" * 30, "\0", ""):
        with pytest.raises(CommandError, match="no such contact"):
            call_command("erase", scene.project.slug, wrong, yes=True)
    with pytest.raises(CommandError, match="no project"):
        call_command("erase", "nowhere", EMAIL, yes=True)
    with pytest.raises(CommandError):
        call_command("erase", scene.project.slug, EMAIL)
    capsys.readouterr()
    call_command("erase", scene.project.slug, EMAIL.upper(), by="ticket 7", yes=True)
    proof = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert proof["asked_by"] == "ticket 7"
    assert proof["removed"]["contacts"] == 1
    assert EMAIL not in json.dumps(proof)
    assert not Contact.objects.filter(pk=contact.pk).exists()


def test_history_is_kept_as_long_as_the_setting_says(settings: Settings) -> None:
    scene, contact = known_person()
    insert = (
        "INSERT INTO contacts_changelogentry (at, project_id, contact_id, operation, origin) "
        "VALUES (now() - interval '100 days', %s, %s, 'updated', 'person')"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [scene.project.pk, contact.pk])
    sweep.sweep()
    assert old_entries() == 1
    settings.HISTORY_DAYS = 120
    sweep.sweep()
    assert old_entries() == 1
    settings.HISTORY_DAYS = 60
    sweep.sweep()
    assert old_entries() == 0


def old_entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM contacts_changelogentry WHERE at < now() - interval '90 days'"
        )
        return int(cursor.fetchone()[0])


def known_person() -> tuple[Scene, Contact]:
    """Somebody who is linked, in a project that takes in whoever is known over there only."""
    scene = two_way(only_there=OnlyThere.CREATE)
    contact = linked(scene, email=EMAIL, last_name="Quixote")
    return scene, contact


def rows_with(*words: str) -> dict[str, int]:
    """Table -> rows of the whole database in which one of the words occurs."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(HOLDS.format(table=table), [list(words)])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found
