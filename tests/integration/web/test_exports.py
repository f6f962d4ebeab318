"""Exports through the screens: from the selection on the list to the downloaded file."""

from __future__ import annotations

import csv
import io
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from raccord.accounts.models import User
from raccord.contacts import exports
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.lists import views
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Contact, ExportRun, Project
from raccord.web.exports.runs import disposition
from tests import cast

FORM = {
    "name": "People",
    "format": "csv",
    "which": "list",
    "headings": "labels",
    "choices": "labels",
    "delimiter": ",",
}


@pytest.fixture
def everybody(project: Project) -> dict[str, Contact]:
    return cast.the_cast(project)


@pytest.fixture
def place(project: Project) -> str:
    return reverse("export-create", args=[project.slug])


def exported(client: Client, place: str, **data: object) -> ExportRun:
    answer = client.post(place, FORM | data)
    assert answer.status_code == 302, answer.context["form"].errors
    run = ExportRun.objects.latest("pk")
    assert answer.headers["Location"] == reverse("export", args=[run.project.slug, run.pk])
    while exports.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def downloaded(client: Client, run: ExportRun) -> list[list[str]]:
    answer = client.get(reverse("export-file", args=[run.project.slug, run.pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_from_the_ticked_contacts_to_their_file(
    signed_in: Client, project: Project, place: str, everybody: dict[str, Contact]
) -> None:
    ids = [everybody["plain"].pk, everybody["formula"].pk]
    asked = signed_in.post(place, {"ids": ids, "q": "", "columns": "email,last_name"})
    text = asked.content.decode()
    assert asked.status_code == 200
    assert "2 contacts" in text
    assert "As on the list: E-mail, Last name" in text
    assert not ExportRun.objects.exists(), "nothing is written before the form is sent"
    hidden = [(name, value) for name, value in asked.context["parameters"] if name == "ids"]
    assert hidden == [("ids", str(one)) for one in ids]
    run = exported(signed_in, place, ids=ids, columns="email,last_name", also=["@id"])
    assert downloaded(signed_in, run) == [
        ["E-mail", "Last name", "Raccord id"],
        ["jane.smith@example.org", "Smith", str(everybody["plain"].uid)],
        ["sum@example.org", "'=SUM(A1:A9)", str(everybody["formula"].uid)],
    ]


@pytest.mark.usefixtures("everybody")
def test_a_whole_filtered_list_with_all_fields(
    signed_in: Client, project: Project, place: str
) -> None:
    listed = {"all": "1", "f": "newsletter:is:no"}
    run = exported(signed_in, place, **listed, which="all", headings="keys", choices="keys")
    header, row = downloaded(signed_in, run)
    assert header == list(project.fields.values_list("key", flat=True))
    assert row[header.index("newsletter")] == "no"


@pytest.mark.usefixtures("everybody")
def test_a_saved_view_is_exported_under_its_name(
    signed_in: Client, project: Project, place: str
) -> None:
    person = User.objects.get(email=cast.MARKETER)
    view = views.save(
        project, person, name="Smiths", query=ListQuery(text="smith"), columns=["last_name"]
    )
    form = signed_in.get(place, {"view": view.pk}).context["form"]
    assert form["name"].value() == f"Smiths {timezone.localdate().isoformat()}"
    run = exported(signed_in, place, all="1", view=view.pk)
    assert downloaded(signed_in, run) == [["Last name"], ["Smith"]]


def test_what_is_usual_differs_by_language(signed_in: Client, place: str) -> None:
    assert signed_in.get(place).context["form"]["delimiter"].value() == ","
    french = signed_in.get(place, headers={"Accept-Language": "fr"})
    assert french.context["form"]["delimiter"].value() == ";"


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"format": "docx"}, "format"),
        ({"which": "none"}, "which"),
        ({"also": ["@link:999"]}, "also"),
        ({"also": ["email"]}, "also"),
        ({"headings": "x"}, "headings"),
        ({"delimiter": "|"}, "delimiter"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_nothing_is_written(
    signed_in: Client, place: str, wrong: dict[str, object], field: str
) -> None:
    answer = signed_in.post(place, FORM | {"all": "1", "q": "smith"} | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ("q", "smith") in answer.context["parameters"], "the selection is not lost"
    assert not ExportRun.objects.exists()


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "No contact is chosen"),
        ({"ids": "; DROP TABLE"}, "could not be read"),
        ({"all": "1", "f": "gone:is:x"}, "Nothing was done"),
    ],
)
def test_a_selection_that_is_not_clear_leads_back_to_the_list(
    signed_in: Client, place: str, data: dict[str, object], said: str
) -> None:
    answer = signed_in.post(place, FORM | data, follow=True)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not ExportRun.objects.exists()


def test_too_many_at_a_time_are_told_above_the_form(
    signed_in: Client, place: str, everybody: dict[str, Contact]
) -> None:
    data = FORM | {"ids": [everybody["plain"].pk]}
    for _ in range(10):
        assert signed_in.post(place, data).status_code == 302
    answer = signed_in.post(place, data)
    assert answer.status_code == 422
    assert "Ten exports" in answer.content.decode()


@pytest.mark.usefixtures("everybody")
def test_its_page_follows_until_the_file_is_there_and_after_it_is_gone(
    signed_in: Client, project: Project, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.contacts.exports.gathering.CHUNK", 5)
    signed_in.post(place, FORM | {"all": "1", "format": "xlsx"})
    run = ExportRun.objects.get()
    page = reverse("export", args=[project.slug, run.pk])
    file = reverse("export-file", args=[project.slug, run.pk])
    asks = {"HX-Request": "true", "HX-Target": "progress"}
    exports.work(run.pk, seconds=-1)
    part = signed_in.get(page, headers=asks).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 1s"' in part
    assert 'aria-valuenow="20"' in part, "five of twelve rows, and packing is the second half"
    assert signed_in.get(file).status_code == 404
    while exports.work(run.pk):
        pass
    assert file in signed_in.get(page).content.decode()
    answer = signed_in.get(file)
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    index = reverse("exports", args=[project.slug])
    gone = signed_in.post(reverse("export-delete", args=[project.slug, run.pk]), follow=True)
    assert "The file was deleted." in gone.content.decode()
    assert "File deleted" in signed_in.get(index).content.decode()
    assert signed_in.get(file).status_code == 404
    assert "Export the list again" in signed_in.get(page).content.decode()


def test_cancelling_says_whether_there_was_anything_to_cancel(
    signed_in: Client, project: Project, place: str, everybody: dict[str, Contact]
) -> None:
    signed_in.post(place, FORM | {"ids": [everybody["plain"].pk]})
    run = ExportRun.objects.get()
    address = reverse("export-cancel", args=[project.slug, run.pk])
    assert "was cancelled" in signed_in.post(address, follow=True).content.decode()
    assert "over already" in signed_in.post(address, follow=True).content.decode()
    assert exports.work(run.pk) is False


def test_only_people_of_the_project_get_the_file(
    signed_in: Client, project: Project, place: str, everybody: dict[str, Contact]
) -> None:
    run = exported(signed_in, place, ids=[everybody["plain"].pk])
    other = cast.a_project("Other")
    for name in ("export", "export-file"):
        assert signed_in.get(reverse(name, args=[other.slug, run.pk])).status_code == 404
    for name in ("export-cancel", "export-delete"):
        assert signed_in.post(reverse(name, args=[other.slug, run.pk])).status_code == 404
        assert signed_in.get(reverse(name, args=[project.slug, run.pk])).status_code == 405
    stranger = Client().get(reverse("export-file", args=[project.slug, run.pk]))
    assert stranger.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("People", "People.csv"),
        ("Été 2026", "Été 2026.csv"),
        ('a"; filename="evil.exe', "a-; filename=-evil.exe.csv"),
        ("../../etc/passwd", "-..-etc-passwd.csv"),
        ("a\r\nSet-Cookie: x=1", "a-Set-Cookie- x=1.csv"),
        ("...", "export.csv"),
        ("CON|<>?*\\:", "CON-.csv"),
        ("ليلى 🎉", "ليلى 🎉.csv"),
    ],
)
def test_a_hostile_name_is_but_a_name(name: str, expected: str) -> None:
    header = disposition(name, FileFormat.CSV)
    assert "\r" not in header
    assert "\n" not in header
    parsed = EmailMessage()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"
    assert parsed.get_filename() == expected
