"""`raccord import`: a file into a project, as the command is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from raccord.contacts.models import (
    Contact,
    Project,
)
from tests import cast

pytestmark = pytest.mark.django_db


def values(project: Project, key: str) -> dict[str, object]:
    return dict(Contact.objects.get(project=project, key=key).values)


def test_the_command_imports_and_lists_what_it_rejected(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email,city\na@example.org,x\nnobody,y\n")
    call_command("import", str(path), "--project", project.slug)
    told = capsys.readouterr()
    assert "2 lines read: 1 created, 0 updated, 0 unchanged, 1 rejected." in told.out
    assert "Line 3, email: “E-mail” is not an e-mail address." in told.out
    assert "100 %" in told.err
    path.write_text("city\nx\n")
    with pytest.raises(CommandError, match="E-mail"):
        call_command("import", str(path), "--project", project.slug)
    with pytest.raises(CommandError, match="cast"):
        call_command("import", str(path), "--project", "nowhere")


def test_the_command_reads_files_as_it_is_told(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.a_contact(project, city="Paris")
    path = tmp_path / "gens.csv"
    path.write_text(
        "Courriel|City|Naissance|Newsletter|Kiosque\n"
        "jane.smith@example.org||31/12/1999|oui|7\nnew@example.org|x|||\n"
    )
    told = ["--map", "Courriel=email", "--map", "naissance=birthdate", "--skip", "KIOSQUE"]
    told += ["--mode", "update", "--blanks", "clear", "--date-order", "day_first"]
    told += ["--delimiter", "|", "--consent-source", "Fair", "--consent-statement", "Signed"]
    call_command("import", str(path), "--project", project.slug, *told)
    out = capsys.readouterr().out
    assert "2 lines read: 0 created, 1 updated, 0 unchanged, 1 rejected." in out
    assert "only updates" in out
    stored = values(project, "jane.smith@example.org")
    assert (stored["birthdate"], stored.get("city")) == ("1999-12-31", None)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["--map", "Shoe=email"], "no column"),
        (["--map", "city=shoe_size"], "city"),
        (["--map", "city"], "COLUMN=FIELD"),
        (["--map", "city=email"], "city"),
        (["--skip", "email"], "E-mail"),
        (["--delimiter", "::"], "separates"),
        (["--time-zone", "Mars"], "time zone"),
        (["--encoding", "klingon"], "klingon"),
        (["--sheet", "A"], "no workbook"),
    ],
)
def test_the_command_refuses_what_does_not_fit_the_file(
    project: Project, tmp_path: Path, told: list[str], said: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email,city\na@example.org,x\n")
    with pytest.raises(CommandError, match=said):
        call_command("import", str(path), "--project", project.slug, *told)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "where these consents were given"),
        (["--consent-source", "Fair"], "agreed to"),
        (["--consent-source", " ", "--consent-statement", "Signed"], "given"),
    ],
)
def test_consents_that_came_by_command_could_not_be_proven(
    project: Project, tmp_path: Path, told: list[str], said: str
) -> None:
    """The wizard asked for their source and statement, and the command took them without."""
    path = tmp_path / "people.csv"
    path.write_text("email,newsletter\na@example.org,yes\n")
    arguments = ["import", str(path), "--project", project.slug]
    with pytest.raises(CommandError, match=f"{said}.*--consent-source, --consent-statement"):
        call_command(*arguments, *told)
    assert not Contact.objects.exists()
    call_command(*arguments, "--skip", "newsletter")
    assert values(project, "a@example.org") == {"email": "a@example.org"}
