"""Importing through the screens: upload, progress, result, rejected lines."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from raccord.contacts import imports
from raccord.contacts.models import Contact, ImportRun, Project
from raccord.web.imports import forms
from tests import cast

CSV = "email,last_name\nok@example.org,Fine\nbroken,=1+1\nok@example.org,Again\n"


def upload(client: Client, project: Project, content: bytes, name: str = "people.csv") -> ImportRun:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    answer = client.post(f"/projects/{project.slug}/imports/new/", {"file": file, "encoding": ""})
    run = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == f"/projects/{project.slug}/imports/{run.pk}/"
    return run


def test_a_file_is_stored_then_imported_and_its_page_follows(
    signed_in: Client, project: Project
) -> None:
    run = upload(signed_in, project, CSV.encode())
    page = f"/projects/{project.slug}/imports/{run.pk}/"
    assert run.started_by == cast.MARKETER
    assert 'hx-trigger="every 1s"' in signed_in.get(page).content.decode()
    imports.work(run.pk)
    part = signed_in.get(page, headers={"HX-Request": "true", "HX-Target": "progress"})
    text = part.content.decode()
    assert "<html" not in text
    assert "hx-trigger" not in text.split(">", 1)[0]
    assert Contact.objects.get().key == "ok@example.org"
    assert [reject.line for reject in part.context["page"]] == [3, 4]


def test_rejected_lines_come_as_a_file_without_formulas(
    signed_in: Client, project: Project
) -> None:
    run = upload(signed_in, project, CSV.encode())
    imports.work(run.pk)
    answer = signed_in.get(f"/projects/{project.slug}/imports/{run.pk}/rejected.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, *lines = csv.reader(io.StringIO(text))
    assert header == ["Line", "Column", "Reason", "Content"]
    assert [line[0] for line in lines] == ["3", "4"]
    assert lines[0][1] == "email"
    assert all(line[2] for line in lines)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_a_file_without_the_key_is_refused_in_words(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, b"last_name\nNobody\n")
    text = signed_in.get(f"/projects/{project.slug}/imports/{run.pk}/").content.decode()
    assert "The file was not taken" in text
    assert "Nothing was changed." in text
    assert not Contact.objects.exists()


def test_an_empty_or_missing_file_is_told_beside_the_field(
    signed_in: Client, project: Project
) -> None:
    place = f"/projects/{project.slug}/imports/new/"
    for file in (SimpleUploadedFile("empty.csv", b""), ""):
        answer = signed_in.post(place, {"file": file})
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
    upload(signed_in, project, CSV.encode(), name="spring <b>.csv")
    assert "spring &lt;b&gt;.csv" in signed_in.get(place).content.decode()


def test_imports_of_another_project_are_not_here(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, CSV.encode())
    cast.a_project("Other")
    assert signed_in.get(f"/projects/other/imports/{run.pk}/").status_code == 404
    assert signed_in.get(f"/projects/other/imports/{run.pk}/rejected.csv").status_code == 404


def test_the_empty_file_names_every_column_and_is_understood(
    signed_in: Client, project: Project
) -> None:
    place = f"/projects/{project.slug}/imports/new/columns.csv"
    header = signed_in.get(place).content.decode("utf-8-sig").strip()
    assert header.split(",") == [spec.key for spec in project.specs()]
    filled = f"{header}\na@example.org{',' * header.count(',')}\n"
    run = upload(signed_in, project, filled.encode("utf-8-sig"))
    imports.work(run.pk)
    assert Contact.objects.get().key == "a@example.org"
