"""Importing through the screens: the upload, the list, progress, rejected lines, empty files.

The steps between the upload and the result are told in `test_import_wizard.py`.
"""

import csv
import io
from collections.abc import Iterable
from typing import cast as typed

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from python_calamine import CalamineWorkbook

from raccord.contacts import imports
from raccord.contacts.models import Contact, ImportRun, Project, RunState
from raccord.web.imports import forms
from tests import cast

CSV = "email,last_name\nok@example.org,Fine\nbroken,=1+1\nok@example.org,Again\n"


def started(project: Project, content: str = CSV, name: str = "people.csv") -> ImportRun:
    """An import that waits for a worker."""
    file = io.BytesIO(content.encode())
    return imports.start(project, file, file_name=name, started_by=cast.MARKETER)


def page_of(run: ImportRun, end: str = "") -> str:
    return f"/projects/{run.project.slug}/imports/{run.pk}/{end}"


def test_its_page_follows_an_import(signed_in: Client, project: Project) -> None:
    run = started(project)
    assert 'hx-trigger="every 1s"' in signed_in.get(page_of(run)).content.decode()
    imports.work(run.pk)
    by_htmx = {"HX-Request": "true", "HX-Target": "progress"}
    part = signed_in.get(page_of(run), headers=by_htmx)
    text = part.content.decode()
    assert "<html" not in text
    assert "hx-trigger" not in text.split(">", 1)[0]
    assert Contact.objects.get().key == "ok@example.org"
    assert [reject.line for reject in part.context["page"]] == [3, 4]


def test_rejected_lines_come_as_a_file_without_formulas(
    signed_in: Client, project: Project
) -> None:
    run = started(project)
    imports.work(run.pk)
    header, *lines = csv.reader(io.StringIO(_streamed(signed_in, page_of(run, "rejected.csv"))))
    assert header == ["Line", "Column", "Reason", "email", "last_name"]
    assert [line[0] for line in lines] == ["3", "4"]
    assert lines[0][1] == "email"
    assert lines[0][3:] == ["broken", "'=1+1"]
    assert lines[1][3:] == ["ok@example.org", "Again"]
    assert all(line[2] for line in lines)


def test_rejected_lines_come_as_a_workbook_too(signed_in: Client, project: Project) -> None:
    run = started(project)
    imports.work(run.pk)
    content = signed_in.get(page_of(run, "rejected.xlsx")).getvalue()
    header, *lines = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert header == ["Line", "Column", "Reason", "email", "last_name"]
    assert [line[3:] for line in lines] == [["broken", "=1+1"], ["ok@example.org", "Again"]]


@pytest.mark.parametrize("name", ["rejected.csv", "rejected.xlsx"])
def test_the_rejected_lines_are_imported_again_once_corrected(
    signed_in: Client, project: Project, name: str
) -> None:
    run = started(project, "email,last_name\nbroken,Late\n")
    imports.work(run.pk)
    answer = signed_in.get(page_of(run, name))
    content = b"".join(typed(Iterable[bytes], answer)) if answer.streaming else answer.content
    again = imports.draft(project, io.BytesIO(content), file_name=name, started_by=cast.MARKETER)
    assert [column.field for column in imports.detect(again).columns] == [
        None,
        None,
        None,
        "email",
        "last_name",
    ]


def test_a_run_without_rejected_lines_has_a_file_of_headings(
    signed_in: Client, project: Project
) -> None:
    run = started(project, "email\nok@example.org\n")
    imports.work(run.pk)
    lines = list(csv.reader(io.StringIO(_streamed(signed_in, page_of(run, "rejected.csv")))))
    assert len(lines) == 1


def test_a_file_without_the_key_is_refused_in_words(signed_in: Client, project: Project) -> None:
    run = started(project, "last_name\nNobody\n")
    text = signed_in.get(page_of(run)).content.decode()
    assert "The file was not taken" in text
    assert "Nothing was changed." in text
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(SimpleUploadedFile("empty.csv", b""), id="empty"),
        pytest.param("", id="none"),
        pytest.param(SimpleUploadedFile("blank.csv", b"\n\n  \n"), id="blank"),
        pytest.param(
            SimpleUploadedFile("broken.xlsx", b"PK\x03\x04 and then nothing"), id="damaged"
        ),
        pytest.param(SimpleUploadedFile("photo.png", bytes(range(256)) * 64), id="no table"),
    ],
)
def test_what_is_no_table_is_told_beside_the_field(
    signed_in: Client, project: Project, file: object
) -> None:
    answer = signed_in.post(f"/projects/{project.slug}/imports/new/", {"file": file})
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not ImportRun.objects.exists()


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    signed_in: Client, project: Project
) -> None:
    place = f"/projects/{project.slug}/imports/new/"
    length = str(forms.LARGEST_FILE * 2)
    answer = signed_in.post(place, b"", content_type="text/csv", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "This is too large" in answer.content.decode()


def test_a_file_just_over_the_limit_is_told_beside_the_field(
    signed_in: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 10)
    file = SimpleUploadedFile("big.csv", b"email\n" + b"x" * 20)
    answer = signed_in.post(f"/projects/{project.slug}/imports/new/", {"file": file})
    assert answer.status_code == 422
    assert "larger than" in answer.context["form"].errors["file"][0]


def test_the_list_shows_past_imports(signed_in: Client, project: Project) -> None:
    place = f"/projects/{project.slug}/imports/"
    assert "No imports yet" in signed_in.get(place).content.decode()
    run = started(project, name="spring <b>.csv")
    imports.work(run.pk)
    listed = signed_in.get(place).content.decode()
    assert "spring &lt;b&gt;.csv" in listed
    assert "Done, with rejected lines" in listed
    assert cast.MARKETER in listed


@pytest.mark.parametrize("state", RunState)
def test_every_state_has_its_word_and_its_page(
    signed_in: Client, project: Project, state: RunState
) -> None:
    run = started(project)
    ImportRun.objects.filter(pk=run.pk).update(state=state, reason="raccord.import.empty")
    listed = signed_in.get(f"/projects/{project.slug}/imports/")
    assert 'class="badge' in listed.content.decode()
    assert signed_in.get(page_of(run), follow=True).status_code == 200


def test_files_of_another_project_are_not_here(signed_in: Client, project: Project) -> None:
    run = started(project)
    cast.a_project("Other")
    for end in ("", "cancel/", "rejected.csv", "rejected.xlsx"):
        assert signed_in.get(f"/projects/other/imports/{run.pk}/{end}").status_code == 404
    assert signed_in.post(f"/projects/other/imports/{run.pk}/cancel/").status_code == 404
    run.refresh_from_db()
    assert run.state == RunState.WAITING


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_file_names_every_field_and_is_understood(
    signed_in: Client, project: Project, kind: str
) -> None:
    project.fields.filter(key="title").update(label="Company")
    answer = signed_in.get(f"/projects/{project.slug}/imports/new/empty.{kind}")
    file = io.BytesIO(answer.content)
    run = imports.draft(project, file, file_name=f"empty.{kind}", started_by=cast.MARKETER)
    columns = imports.detect(run).columns
    assert [column.field for column in columns] == [spec.key for spec in project.specs()]
    assert "First name" in [column.name for column in columns]


def _streamed(client: Client, address: str) -> str:
    answer = typed(StreamingHttpResponse, client.get(address))
    return b"".join(typed(Iterable[bytes], answer.streaming_content)).decode("utf-8-sig")
