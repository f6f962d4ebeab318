"""The wizard of an import, step by step, as a browser without JavaScript walks through it."""

import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xlsxwriter import Workbook

from raccord.connections.models import Integration
from raccord.contacts import imports
from raccord.contacts.imports import DateOrder, Mode
from raccord.contacts.models import Contact, ImportRun, Project, RunState
from raccord.engine.records import Operation
from raccord.sync import activate
from tests import cast
from tests.integration.sync.scene import a_scene
from tests.integration.web.wizard import (
    CSV,
    checked,
    confirmed,
    place,
    posted,
    text_of,
    upload,
)

QUEBEC = (
    "Courriel;Prénom;Né le;Infolettre\n"
    "zoe@example.org;Zoé;31/12/1999;oui\n"
    "luc@example.org;Luc;04/03/2001;\n"
)


def test_from_the_file_to_the_result(signed_in: Client, project: Project) -> None:
    jane = cast.a_contact(project)
    run = checked(signed_in, project, CSV.encode())

    told = text_of(signed_in, place(run, "preview"))
    assert "The file has 3 lines" in told
    assert "New contacts 1" in told
    assert "Updated 1" in told
    assert "Rejected 1" in told
    assert "Smith" in told
    assert "Smythe" in told
    assert "Import 2 contacts" in told
    assert Contact.objects.count() == 1, "nothing is written before it is confirmed"

    assert confirmed(signed_in, run) == place(run)
    assert "will be read in a moment" in text_of(signed_in, place(run))
    imports.work(run.pk)
    told = text_of(signed_in, place(run))
    assert "except for 1 line" in told
    jane.refresh_from_db()
    assert jane.values["last_name"] == "Smythe"
    assert set(Contact.objects.values_list("key", flat=True)) == {
        "new@example.org",
        "jane.smith@example.org",
    }


def test_a_file_from_quebec_is_recognised_and_needs_a_proof(
    signed_in: Client, project: Project
) -> None:
    run = upload(signed_in, project, QUEBEC.encode("cp1252"))
    form = signed_in.get(place(run, "reading")).context["form"]
    assert form["delimiter"].value() == "semicolon"
    assert form["date_order"].value() == "day_first"
    posted(signed_in, place(run, "reading"))

    chosen = signed_in.get(place(run, "columns")).context["form"]
    assert chosen["column-0"].value() == "email"
    assert chosen["column-1"].value() == "first_name"
    columns = {"column-2": "birthdate", "column-3": "newsletter"}
    data = {"column-0": "email", "column-1": "first_name", **columns, "next": "1"}
    refused = signed_in.post(place(run, "columns"), data)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"source", "statement"}
    data |= {"source": "Salon de Montréal", "statement": "Cochée sur le formulaire papier"}
    answer = signed_in.post(place(run, "columns"), data)
    assert answer.headers["Location"] == place(run, "rules")

    posted(signed_in, place(run, "rules"))
    imports.work(run.pk)
    assert "Newsletter: 1 person is opted in." in text_of(signed_in, place(run, "preview"))
    confirmed(signed_in, run)
    imports.work(run.pk)
    zoe = Contact.objects.get(key="zoe@example.org")
    assert zoe.values["first_name"] == "Zoé"
    assert zoe.values["birthdate"] == "1999-12-31"


def test_a_workbook_goes_the_same_way(signed_in: Client, project: Project) -> None:
    content = io.BytesIO()
    with Workbook(content) as workbook:
        workbook.add_worksheet("Notes").write_row(0, 0, ["Made in spring"])
        sheet = workbook.add_worksheet("People")
        sheet.write_row(0, 0, ["E-mail", "Company"])
        sheet.write_row(1, 0, ["excel@example.org", "Sheets Ltd"])
    run = upload(signed_in, project, content.getvalue(), "people.xlsx")
    form = signed_in.get(place(run, "reading")).context["form"]
    assert [name for name, _ in form.fields["sheet"].choices] == ["Notes", "People"]
    assert "encoding" not in form.fields
    posted(signed_in, place(run, "reading"), sheet="People")
    posted(signed_in, place(run, "columns"))
    posted(signed_in, place(run, "rules"))
    imports.work(run.pk)
    confirmed(signed_in, run)
    imports.work(run.pk)
    assert Contact.objects.get().values["company"] == "Sheets Ltd"


def test_an_answer_is_shown_on_the_rows_at_once(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, b"email|city\na@example.org|Rome\n")
    data = {"delimiter": "comma", "date_order": "year_first", "decimal_mark": "point"}
    by_htmx = {"HX-Request": "true", "HX-Target": "reading"}
    part = signed_in.post(place(run, "reading"), {**data, "header": "on"}, headers=by_htmx)
    assert "<html" not in part.content.decode()
    assert [column.name for column in part.context["found"].columns] == ["email|city"]
    data["delimiter"] = "bar"
    part = signed_in.post(place(run, "reading"), data, headers=by_htmx)
    assert part.context["found"].rows[0] == ("email", "city")
    kept = signed_in.get(place(run, "reading"))
    assert kept.context["form"]["delimiter"].value() == "bar"
    assert kept.context["form"]["header"].value() is False


def test_what_the_key_needs_is_said_at_once(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, b"email,last_name\na@example.org,A\n")
    by_htmx = {"HX-Request": "true", "HX-Target": "columns"}
    part = signed_in.post(place(run, "columns"), {"column-1": "last_name"}, headers=by_htmx)
    assert part.status_code == 200
    assert [problem.at for problem in part.context["problems"]] == ["columns"]
    assert "Still without a column: E-mail." in part.content.decode()
    twice = {"column-0": "email", "column-1": "email", "next": "1"}
    refused = signed_in.post(place(run, "columns"), twice)
    assert refused.status_code == 422
    assert "column-1" in refused.context["form"].errors


def test_only_adding_leaves_known_contacts_alone(signed_in: Client, project: Project) -> None:
    jane = cast.a_contact(project)
    run = upload(signed_in, project, CSV.encode())
    posted(signed_in, place(run, "reading"))
    posted(signed_in, place(run, "columns"))
    posted(signed_in, place(run, "rules"), mode="add")
    imports.work(run.pk)
    assert "Import 1 contact" in text_of(signed_in, place(run, "preview"))
    confirmed(signed_in, run)
    imports.work(run.pk)
    jane.refresh_from_db()
    assert jane.values["last_name"] == "Smith"


def test_blanks_overwrite_only_where_a_person_wants_it(signed_in: Client, project: Project) -> None:
    jane = cast.a_contact(project, city="Évry")
    for keep, city in (("on", "Évry"), ("", None)):
        run = upload(signed_in, project, b"email,city\njane.smith@example.org,\n")
        posted(signed_in, place(run, "reading"))
        posted(signed_in, place(run, "columns"))
        answers = {"mode": "both", "keep": keep} if keep else {"mode": "both"}
        signed_in.post(place(run, "rules"), answers)
        imports.work(run.pk)
        confirmed(signed_in, run)
        imports.work(run.pk)
        jane.refresh_from_db()
        assert jane.values.get("city") == city


def test_a_changed_answer_makes_the_check_worthless(signed_in: Client, project: Project) -> None:
    run = checked(signed_in, project, CSV.encode())
    stale = signed_in.get(place(run, "preview")).context["found"].token
    posted(signed_in, place(run, "columns"))
    run.refresh_from_db()
    assert run.state == RunState.READY, "the same answers once more change nothing"
    posted(signed_in, place(run, "columns"), **{"column-2": ""})
    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    posted(signed_in, place(run, "rules"))
    run.refresh_from_db()
    assert run.state == RunState.CHECKING
    answer = signed_in.post(place(run, "preview"), {"seen": stale}, follow=True)
    assert answer.status_code == 200
    imports.work(run.pk)
    signed_in.post(place(run, "preview"), {"seen": stale})
    run.refresh_from_db()
    assert run.state == RunState.READY
    assert not Contact.objects.exists()


def test_a_draft_waits_among_the_imports_and_goes_on_where_it_was(
    signed_in: Client, project: Project
) -> None:
    run = upload(signed_in, project, CSV.encode(), "half way.csv")
    listed = f"/projects/{project.slug}/imports/"
    told = text_of(signed_in, listed)
    assert "half way.csv" in told
    assert "Being set up" in told
    assert signed_in.get(place(run)).headers["Location"] == place(run, "reading")
    posted(signed_in, place(run, "reading"))
    assert signed_in.get(place(run)).headers["Location"] == place(run, "columns")
    posted(signed_in, place(run, "columns"))
    assert signed_in.get(place(run)).headers["Location"] == place(run, "rules")
    posted(signed_in, place(run, "rules"))
    assert signed_in.get(place(run)).headers["Location"] == place(run, "preview")


def test_a_draft_is_discarded_after_a_question(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, CSV.encode())
    assert "Discard this import?" in signed_in.get(place(run, "cancel")).content.decode()
    answer = signed_in.post(place(run, "cancel"), follow=True)
    assert "discarded" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert not run.parts.exists()
    again = signed_in.post(place(run, "cancel"))
    assert again.headers["Location"] == place(run)


def test_stopping_says_what_was_done(signed_in: Client, project: Project) -> None:
    run = checked(signed_in, project, CSV.encode())
    confirmed(signed_in, run)
    ImportRun.objects.filter(pk=run.pk).update(created=7)
    told = signed_in.get(place(run, "cancel")).content.decode()
    assert "7 contacts have already been added or updated" in told
    signed_in.post(place(run, "cancel"))
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    told = text_of(signed_in, place(run))
    assert "Stopped" in told
    assert "What it had done by then stays" in told


@pytest.mark.django_db(transaction=True)
def test_the_preview_says_who_hears_of_it(signed_in: Client) -> None:
    scene = a_scene()
    run = checked(signed_in, scene.project, CSV.encode())
    assert "Nothing is sent anywhere" in text_of(signed_in, place(run, "preview"))
    scene.activate(load=False)
    new, changed, consents = Operation.CREATED, Operation.UPDATED, Operation.CONSENT_CHANGED
    for operations, told in (
        ((new, changed), "new contacts and changes are sent there."),
        ((new,), "new contacts are sent there, changes are not."),
        ((changed,), "changes of linked contacts are sent there, nobody is created."),
        ((consents,), "only changed consents are sent there."),
        ((Operation.DELETED,), "Nothing is sent anywhere"),
    ):
        activate.change_operations(scene.integration, {scene.transfer.pk: operations})
        assert told in text_of(signed_in, place(run, "preview"))
    activate.change_operations(scene.integration, {scene.transfer.pk: (new,)})
    Integration.objects.filter(pk=scene.integration.pk).update(state="suspended")
    assert "until its integration is resumed" in text_of(signed_in, place(run, "preview"))


def test_a_file_with_nothing_to_write_offers_no_import(signed_in: Client, project: Project) -> None:
    cast.a_contact(project)
    run = checked(signed_in, project, b"email,last_name\njane.smith@example.org,Smith\n")
    told = text_of(signed_in, place(run, "preview"))
    assert "There is nothing to import" in told
    assert 'name="seen"' not in signed_in.get(place(run, "preview")).content.decode()


def test_a_project_without_a_key_says_what_to_do_first(signed_in: Client, project: Project) -> None:
    project.fields.update(key_position=None)
    answer = signed_in.get(f"/projects/{project.slug}/imports/new/")
    assert "Choose what identifies a contact first" in answer.content.decode()


def test_corrected_lines_are_read_like_the_file_they_stood_in(
    signed_in: Client, project: Project
) -> None:
    """1 February came back as 2 January, where only the first file told which is the day."""
    first = upload(signed_in, project, b"email,birthdate\na@example.org,31/12/1990\n")
    options = imports.detect(first).options
    assert options.date_order == DateOrder.DAY_FIRST
    imports.set_options(first, replace(options, mode=Mode.UPDATE))
    address = f"/projects/{project.slug}/imports/new/?after={first.pk}"
    assert first.file_name in signed_in.get(address).content.decode()

    file = SimpleUploadedFile("rejected.csv", b"email,birthdate\nb@example.org,01/02/1990\n")
    signed_in.post(address, {"file": file})

    kept = imports.detect(ImportRun.objects.latest("pk")).options
    assert (kept.date_order, kept.mode) == (DateOrder.DAY_FIRST, Mode.UPDATE)


@pytest.mark.parametrize("after", ["", "x", "0", "9" * 30, "-1", "1.5"])
def test_an_import_that_nothing_came_back_from_is_any_import(
    signed_in: Client, project: Project, after: str
) -> None:
    answer = signed_in.get(f"/projects/{project.slug}/imports/new/?after={after}")
    assert (answer.status_code, answer.context["corrected"]) == (200, None)
