"""Workbooks become contacts like text does; hostile ones hurt nobody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from raccord.contacts import imports, projects
from raccord.contacts.imports import workbook
from raccord.contacts.imports.rejects import rows
from raccord.contacts.messages import explain
from raccord.contacts.models import Contact, ImportPart, ImportRun, Project, RunState, StoredForm
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldType
from tests import cast

pytestmark = pytest.mark.django_db

Rows = Sequence[Sequence[object]]
PEOPLE: Rows = [
    ["E-mail", "Date of birth", "Phone", "Newsletter", "Notes", "Points", "Seen"],
    ["a@example.org", date(2000, 2, 29), 5145550100, True, "one\ntwo", 1234.5, "x"],
    ["broken", date(1999, 12, 31), "", False, "", 7.0, ""],
    [],
    ["b@example.org", "31/12/1999", "+1 514 555-0100", "non", "=1+1", "1 234,5", ""],
]


def a_workbook(sheets: dict[str, Rows], *, hidden: Sequence[str] = (), first: int = 0) -> bytes:
    """first: rows and columns that are left empty before the table."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    ) as book:
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(first + number, first, row)
        for name in hidden:
            found = book.get_worksheet_by_name(name)
            assert found is not None
            found.hide()
    return file.getvalue()


@pytest.fixture
def project(db: None) -> Project:
    project = cast.a_project()
    projects.add_field(project, key="points", label="Points", type=FieldType.DECIMAL)
    projects.add_field(project, key="seen", label="Seen", type=FieldType.DATETIME)
    return project


def drafted(project: Project, content: bytes, *, name: str = "people.xlsx") -> ImportRun:
    return imports.draft(project, io.BytesIO(content), file_name=name, started_by=cast.MARKETER)


def imported(project: Project, content: bytes, **changed: object) -> ImportRun:
    run = drafted(project, content)
    proof = imports.ConsentProof("Fair", "Signed")
    options = replace(imports.detect(run).options, consent=proof, **changed)  # type: ignore[arg-type]
    run = imports.run_now(imports.check(imports.set_options(run, options)))
    assert run.state == RunState.READY, explain(run.reason, run.parameters)
    run = imports.run_now(imports.confirm(run))
    assert run.state == RunState.DONE
    assert not ImportPart.objects.exists()
    return run


def values(key: str) -> dict[str, object]:
    return dict(Contact.objects.get(key=key).values)


def refused(project: Project, content: bytes, *, name: str = "people.xlsx") -> str:
    run = drafted(project, content, name=name)
    assert run.state == RunState.FAILED, "it was taken"
    assert not ImportPart.objects.exists()
    assert explain(run.reason, run.parameters) != run.reason
    short = imports.start(project, io.BytesIO(content), file_name=name)
    assert short.state == RunState.FAILED
    assert not ImportPart.objects.exists()
    return run.reason.removeprefix("raccord.import.")


# --- taken --------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 3])
def test_typed_cells_become_values_and_lines_are_the_rows_of_the_sheet(
    project: Project, first: int
) -> None:
    content = a_workbook({"People": PEOPLE}, first=first)
    run = imported(
        project,
        content,
        date_order=imports.DateOrder.DAY_FIRST,
        decimal_mark=imports.DecimalMark.COMMA,
        columns=("email", "birthdate", "phone", "newsletter", "notes", "points", None),
    )
    assert (run.format, run.created, run.rejected) == ("xlsx", 2, 1)
    assert values("a@example.org") == {
        "email": "a@example.org",
        "birthdate": "2000-02-29",
        "phone": "5145550100",
        "newsletter": "yes",
        "notes": "one\ntwo",
        "points": "1234.5",
    }
    assert values("b@example.org") == {
        "email": "b@example.org",
        "birthdate": "1999-12-31",
        "phone": "+1 514 555-0100",
        "newsletter": "no",
        "notes": "=1+1",
        "points": "1234.5",
    }
    assert [(r.line, r.column) for r in run.rejects.all()] == [(first + 3, "E-mail")]
    assert next(rows(run, language="en"))[3:] == [
        "broken", "1999-12-31", "", "no", "", "7", "",
    ]  # fmt: skip


def test_moments_are_in_the_time_zone_of_the_project(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(time_zone="America/Montreal")
    project.refresh_from_db()
    # The format of the cell shows the day only; what it holds counts. Workbooks know no zones.
    seen = datetime(2024, 12, 31, 14, 5, 9)  # noqa: DTZ001
    content = a_workbook({"A": [["email", "seen"], ["a@example.org", seen]]})
    imported(project, content)
    assert values("a@example.org")["seen"] == "2024-12-31T19:05:09+00:00"


def test_the_first_visible_sheet_with_anything_in_it_is_proposed(project: Project) -> None:
    content = a_workbook(
        {"Empty": [], "Secret": PEOPLE, "People": PEOPLE, "Others": [["email"], ["c@example.org"]]},
        hidden=["Secret"],
    )
    run = drafted(project, content)
    found = imports.detect(run)
    assert (found.options.sheet, found.options.columns[0]) == ("People", "email")
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [
        ("Empty", False),
        ("Secret", True),
        ("People", False),
        ("Others", False),
    ]


def test_another_sheet_can_be_chosen_and_chosen_again(project: Project) -> None:
    content = a_workbook({"A": [["email", "city"]], "Élèves": [["email"], ["c@example.org"]]})
    run = drafted(project, content)
    options = imports.detect(run).options
    tried = imports.detect(run, replace(options, sheet="Élèves", columns=()))
    assert tried.rows == (("c@example.org",),)
    run = imports.set_options(run, tried.options)
    assert imports.detect(run).options.sheet == "Élèves"
    imports.set_options(run, replace(options, columns=()))
    run = imports.run_now(imports.check(imports.set_options(run, options)))
    assert run.preview["read"] == 0
    run = imports.run_now(imports.check(imports.set_options(run, tried.options)))
    assert run.preview["created"] == 1


@pytest.mark.parametrize("sheet", ["No", "A\x00", "\ud800", "x" * 1000])
def test_a_sheet_that_is_not_there_is_refused_beside_its_choice(
    project: Project, sheet: str
) -> None:
    run = drafted(project, a_workbook({"A": [["email"]]}))
    found = imports.detect(run, imports.ImportOptions(sheet=sheet))
    assert [(p.at, p.code) for p in found.problems] == [("sheet", "raccord.import.workbook_sheet")]
    assert [known.name for known in found.sheets] == ["A"], "to choose from"


def test_the_short_way_takes_workbooks_too(project: Project) -> None:
    content = a_workbook({"A": [["Courriel", "Kiosque"], ["a@example.org", 7]]})
    columns = {"courriel": "email", "Kiosque": None}
    run = imports.start(project, io.BytesIO(content), file_name="x.xlsx", columns=columns)
    assert imports.run_now(run).created == 1


def test_a_workbook_is_known_by_what_it_is_not_by_its_name(project: Project) -> None:
    content = a_workbook({"A": [["email"], ["a@example.org"]]})
    assert drafted(project, content, name="people.csv").format == "xlsx"
    assert drafted(project, b"email\na@example.org\n", name="people.xlsx").format == "csv"


# --- hostile ------------------------------------------------------------------------------------


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    """The workbook with other parts in it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in source.namelist():
            packed.writestr(name, changed.get(name, source.read(name)))
        for name in changed.keys() - set(source.namelist()):
            packed.writestr(name, changed[name])
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FAR_AWAY = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    b'main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576">'
    b"<v>1</v></c></row></sheetData></worksheet>"
)


def test_damaged_files_are_refused(project: Project) -> None:
    good = a_workbook({"A": [["email"], ["a@example.org"]]})
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as packed:
        packed.writestr("letter.txt", "Dear")
    damaged = {
        "cut": good[: len(good) // 2],
        "a zip of something else": plain_zip.getvalue(),
        "a beginning alone": b"PK\x03\x04",
        "an old workbook's beginning alone": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
        "a sheet that is no XML": repacked(good, {SHEET: b"<worksheet><sheetData><row r='1'><c"}),
        "a word document": repacked(plain_zip.getvalue(), {"word/document.xml": b"<x/>"}),
    }
    for what, content in damaged.items():
        assert refused(project, content) in ("workbook_damaged", "workbook_empty"), what


def test_an_empty_workbook_is_refused(project: Project) -> None:
    assert refused(project, a_workbook({"A": [], "B": []})) == "workbook_empty"


def test_an_encrypted_workbook_is_refused(project: Project) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
    content = container + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    assert refused(project, content) == "workbook_password"


def test_a_small_file_that_says_it_unpacks_to_much_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    content = repacked(a_workbook({"A": [["email"]]}), {"xl/media/bomb": bytes(2_000_000)})
    assert len(content) < 20_000
    assert refused(project, content) == "workbook_too_large"


def test_a_file_with_countless_parts_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_PARTS", 20)
    content = repacked(a_workbook({"A": [["email"]]}), {f"part{n}": b"" for n in range(30)})
    assert refused(project, content) == "workbook_too_large"


def test_two_cells_far_apart_cannot_take_all_memory(project: Project) -> None:
    """A reader that lays the sheet out as a table would need hundreds of gigabytes."""
    content = repacked(a_workbook({"A": [["email"]]}), {SHEET: FAR_AWAY})
    assert len(content) < 10_000
    assert refused(project, content) == "workbook_too_large"


def test_one_long_text_in_all_cells_does_not_fill_the_database(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_TEXT", 100_000)
    content = a_workbook({"A": [["email", "notes"], *[["a@example.org", "x" * 5_000]] * 100]})
    assert len(content) < 20_000
    run = drafted(project, content)
    run = imports.run_now(imports.check(imports.set_options(run, imports.detect(run).options)))
    assert (run.state, run.reason) == ("draft", "raccord.import.workbook_too_large")
    assert not run.parts.filter(form=StoredForm.READ).exists()


@pytest.mark.parametrize(("rows", "columns"), [(150, 50), (300, 600)])
def test_one_long_text_in_all_cells_does_not_fill_the_page_that_shows_a_beginning(
    project: Project, rows: int, columns: int
) -> None:
    """A file of 20 kB became a beginning of 75 MB, read and kept by the process of the pages."""
    names = ["email", *(f"c{number}" for number in range(columns - 1))]
    content = a_workbook({"A": [names, *[["x" * 10_000] * columns] * rows]})
    run = drafted(project, content)
    assert run.state == RunState.DRAFT
    head = run.parts.get(form=StoredForm.HEAD)
    assert len(head.content) < 3_000_000
    assert len(imports.detect(run).columns) == min(columns, 501), "more than a person is asked"


def test_the_reader_of_workbooks_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert set(workbook._environment()) <= {"LD_LIBRARY_PATH", "PATH"}


def test_a_reader_that_gives_up_halfway_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits may stop waiting; the process that reads is over then."""
    path = tmp_path / "large.xlsx"
    path.write_bytes(a_workbook({"A": [[f"{n}" * 20] * 9 for n in range(20_000)]}))
    monkeypatch.setattr(workbook, "LONGEST_PATIENCE", 0.0)

    def tired() -> None:
        raise BadInput("raccord.import.not_now")

    with pytest.raises(BadInput, match="not_now"):
        list(workbook.rows(path, sheet="A", waiting=tired))
