"""Lists as files: what is in them, what is refused, and that they can be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from raccord.contacts import changes, exports, imports, projects
from raccord.contacts.exports import ExportOptions, InvalidExport, gathering, starting
from raccord.contacts.exports.options import Delimiter, FileFormat, Wording
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import Contact, ExportPart, ExportRun, Project
from raccord.engine.records import FieldType
from tests import cast

pytestmark = pytest.mark.django_db

CSV, XLSX = FileFormat.CSV, FileFormat.XLSX


class TwoSystems:
    """Stands for the sync layer, which knows where contacts are found elsewhere."""

    def systems(self, project: Project) -> Mapping[int, str]:
        return {7: "Sales · Contact"}

    def addresses(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        return {(7, min(contacts)): "https://example.org/1"} if 7 in transfers else {}

    def refusals(
        self, transfers: Collection[int], contacts: Collection[int]
    ) -> Mapping[tuple[int, int], str]:
        return {(7, min(contacts)): "=It is too long."} if 7 in transfers else {}


def started(
    project: Project, *columns: str, query: ListQuery | None = None, **more: Any
) -> ExportRun:
    given: dict[str, Any] = {
        "format": CSV,
        "name": "People",
        "started_by": cast.MARKETER,
        "language": "en",
        "time_zone": "America/Toronto",
        "counterparts": TwoSystems(),
    }
    return exports.start(project, query or ListQuery(), columns=columns, **(given | more))


def worked(run: ExportRun) -> ExportRun:
    while exports.work(run.pk, counterparts=TwoSystems()):
        pass
    run.refresh_from_db()
    return run


def content(run: ExportRun) -> bytes:
    assert exports.has_file(run), (run.state, run.reason)
    found = b"".join(exports.pieces(run))
    assert len(found) == run.size
    return found


def table(run: ExportRun, delimiter: str = ",") -> list[list[str]]:
    text = content(worked(run)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def sheet(run: ExportRun) -> list[list[Any]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(content(worked(run))))
    return found.get_sheet_by_index(0).to_python()


def test_a_filtered_list_with_chosen_columns(project: Project) -> None:
    contacts = cast.the_cast(project)
    changes.delete(project, [contacts["emoji"].pk], origin=cast.BY_MARKETER)
    smiths = Condition("last_name", Operator.IS, ("Smith", "Alone", "Fête 👩‍👩‍👧"))
    run = started(
        project, "newsletter", "email", "newsletter", query=ListQuery(conditions=(smiths,))
    )
    assert table(run) == [
        ["Newsletter", "E-mail"],
        ["Yes", "jane.smith@example.org"],
        ["No", "leave.me@example.org"],
    ]
    assert (run.state, run.written, run.total) == ("done", 2, 2)
    assert run.expires_at is not None
    assert timedelta(days=6.9) < run.expires_at - timezone.now() < timedelta(days=7.1)


def test_an_empty_list_is_a_file_with_headings(project: Project) -> None:
    assert table(started(project, "email")) == [["E-mail"]]
    assert sheet(started(project, "email", format=XLSX)) == [["E-mail"]]


@pytest.mark.parametrize("delimiter", Delimiter)
@pytest.mark.parametrize("wording", Wording)
def test_what_went_out_comes_back_and_changes_nobody(
    project: Project, delimiter: Delimiter, wording: Wording
) -> None:
    project.languages = ["en", "fr"]
    project.save()
    kinds = {"score": FieldType.DECIMAL, "age": FieldType.INTEGER, "vip": FieldType.BOOLEAN}
    for key, kind in kinds.items():
        projects.add_field(project, key=key, label=key.title(), type=kind)
    projects.add_field(
        project, key="tags", label="Tags", type=FieldType.MULTIPLE_CHOICE, choices=("x", "y")
    )
    projects.add_field(project, key="seen", label="Seen", type=FieldType.DATETIME)
    cast.the_cast(project)
    cast.a_contact(
        project,
        email="all@example.org",
        notes='\'=already guarded\n+1-2, "quoted";=and so on',
        phone="+1 514 555-0100",
        mobile="+1-514-555-0100",
        score="-12.50",
        age="-3",
        vip="true",
        tags="y;x",
        seen="2026-07-01T10:00:00+02:00",
    )
    fields = list(project.fields.values_list("key", flat=True))
    options = ExportOptions(wording, wording, delimiter)
    run = worked(started(project, *fields, options=options))
    file = content(run)
    if delimiter is Delimiter.COMMA:
        again = imports.run_now(imports.start(project, io.BytesIO(file), file_name="x.csv"))
        assert [reject.code for reject in again.rejects.all()] == []
        assert (again.state, again.read, again.unchanged) == ("done", 13, 13)
    other = cast.a_project("Other")
    for field in project.fields.filter(key__in=["score", "age", "vip", "tags", "seen"]):
        projects.add_field(
            other,
            key=field.key,
            label=field.label,
            type=FieldType(field.type),
            choices=tuple(field.choices),
        )
    if delimiter is Delimiter.COMMA:
        imports.run_now(imports.start(other, io.BytesIO(file), file_name="x.csv"))
        mine = {one.key: one.values for one in Contact.objects.filter(project=project)}
        theirs = {one.key: one.values for one in Contact.objects.filter(project=other)}
        assert theirs.keys() == mine.keys()
        assert theirs["all@example.org"]["notes"] == mine["all@example.org"]["notes"]
        assert theirs["sum@example.org"] == mine["sum@example.org"]


def test_no_cell_of_a_csv_file_runs_in_a_spreadsheet(project: Project) -> None:
    cast.a_contact(project, "formula", company="@SUM(A1)", title="-2+3", city="\t=1", phone="+1-2")
    project.fields.filter(key="company").update(label="=HYPERLINK(1)")
    header, row = table(started(project, "last_name", "company", "title", "city", "phone"))
    assert header == ["Last name", "'=HYPERLINK(1)", "Title", "City", "Phone"]
    assert row == ["'=SUM(A1:A9)", "'@SUM(A1)", "'-2+3", "'=1", "'+1-2"]


def test_a_workbook_holds_numbers_days_and_texts_as_what_they_are(project: Project) -> None:
    for key, kind in {
        "age": FieldType.INTEGER,
        "score": FieldType.DECIMAL,
        "seen": FieldType.DATETIME,
        "long": FieldType.INTEGER,
        "exact": FieldType.DECIMAL,
    }.items():
        projects.add_field(project, key=key, label=key, type=kind)
    cast.a_contact(
        project,
        "formula",
        age="41",
        score="12.5",
        birthdate="2000-02-29",
        seen="2026-11-22T02:30:00+00:00",
        company="https://example.org",
        city="00123",
        long="123456789012345678",
        exact="0.12345678901234567",
        newsletter="yes",
    )
    cast.a_contact(project, birthdate="1899-12-31", email="old@example.org")
    columns = ["last_name", "age", "score", "birthdate", "seen", "company", "city"]
    columns += ["long", "exact", "newsletter", "@created"]
    header, first, second = sheet(started(project, *columns, format=XLSX))
    assert header[:2] == ["Last name", "age"]
    assert first[:10] == [
        "=SUM(A1:A9)",
        41.0,
        12.5,
        date(2000, 2, 29),
        datetime.fromisoformat("2026-11-21T21:30:00"),
        "https://example.org",
        "00123",
        "123456789012345678",
        "0.12345678901234567",
        "Yes",
    ]
    assert isinstance(first[10], datetime)
    assert second[3] == "1899-12-31", "before 1900 no spreadsheet knows a day"


def test_what_every_contact_has_can_be_a_column(project: Project) -> None:
    contact = cast.a_contact(project)
    cast.a_contact(project, "accents")
    header, first, second = table(started(project, "@id", "@created", "@changed", "@link:7"))
    assert header == ["Raccord id", "Created", "Changed", "Address in Sales · Contact"]
    assert first[0] == str(contact.uid)
    assert datetime.fromisoformat(first[1]) == contact.created_at.replace(microsecond=0)
    assert (first[3], second[3]) == ("https://example.org/1", "")


def test_headings_lead_an_import_to_the_right_field(project: Project) -> None:
    project.fields.filter(key="company").update(label="Last name")
    project.fields.filter(key="city").update(label="Email", labels={"fr": "Ville"})
    project.fields.filter(key="title").update(label="Created")
    run = started(project, "last_name", "company", "city", "email", "title", "@created")
    # Two fields of one label; a label that is another field's key; one that is no field at all.
    assert table(run) == [["Last name", "company", "city", "E-mail", "Created", "(created)"]]
    assert table(started(project, "city", "email", language="fr")) == [["Ville", "E-mail"]]
    keys = ExportOptions(headings=Wording.KEYS)
    assert table(started(project, "city", "email", options=keys)) == [["city", "email"]]


def test_yes_and_no_are_said_in_the_readers_language(project: Project) -> None:
    cast.a_contact(project)
    assert table(started(project, "newsletter", language="fr"))[1] == ["Oui"]


@pytest.mark.parametrize(
    ("columns", "more", "problems"),
    [
        ([], {}, {("columns", "raccord.export.no_columns")}),
        (["email", "nothing"], {}, {("columns", "raccord.export.unknown_column")}),
        (["@link:8"], {}, {("columns", "raccord.export.unknown_column")}),
        (["email"], {"name": "  "}, {("name", "raccord.export.name")}),
        (["email"], {"name": "x" * 101}, {("name", "raccord.export.name")}),
        (["email"], {"name": "a\x1bb"}, {("name", "raccord.export.name")}),
        (
            ["nothing"],
            {"name": ""},
            {("columns", "raccord.export.unknown_column"), ("name", "raccord.export.name")},
        ),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(
    project: Project,
    columns: list[str],
    more: dict[str, Any],
    problems: set[tuple[str, str]],
) -> None:
    with pytest.raises(InvalidExport) as refused:
        started(project, *columns, **more)
    assert {(each.at, each.code) for each in refused.value.problems} == problems
    assert not ExportRun.objects.exists()


def test_a_list_that_cannot_be_answered_is_refused(project: Project) -> None:
    with pytest.raises(InvalidList):
        started(project, "email", query=ListQuery(conditions=(Condition("x", Operator.EMPTY),)))


def test_a_sheet_is_not_cut_off(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.the_cast(project)
    monkeypatch.setattr(starting, "MOST_ROWS", 11)
    with pytest.raises(InvalidExport) as refused:
        started(project, "email", format=XLSX)
    assert refused.value.problems[0].code == "raccord.export.too_many_rows"
    assert len(table(started(project, "email"))) == 13


def test_a_list_that_takes_long_to_count_is_counted_while_it_is_gathered(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "PATIENCE", 0.001)
    monkeypatch.setattr("raccord.contacts.exports.workbook.MOST_ROWS", 11)
    many = [changes.ContactChange({"email": f"p{number}@example.org"}) for number in range(4_000)]
    changes.apply_many(project, many, origin=cast.BY_MARKETER)
    slow = Condition("email", Operator.CONTAINS, ("@example",))
    run = worked(started(project, "email", format=XLSX, query=ListQuery(conditions=(slow,))))
    assert (run.state, run.reason) == ("failed", "raccord.export.too_many_rows")


def test_a_list_that_grows_past_a_sheet_meanwhile_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.contacts.exports.workbook.MOST_ROWS", 11)
    run = started(project, "email", format=XLSX)
    cast.the_cast(project)
    run = worked(run)
    assert (run.state, run.reason) == ("failed", "raccord.export.too_many_rows")
    assert exports.drop_expired() == 0, "nothing was kept of it"


def test_nobody_fills_the_database_by_clicking(project: Project) -> None:
    for _ in range(10):
        started(project, "email")
    with pytest.raises(InvalidExport) as refused:
        started(project, "email")
    assert refused.value.problems[0].code == "raccord.export.too_many"


def test_a_column_that_goes_away_meanwhile_stops_the_export(project: Project) -> None:
    cast.a_contact(project)
    run = started(project, "email", "city")
    project.fields.filter(key="city").update(retired_at=timezone.now())
    run = worked(run)
    assert (run.state, run.reason) == ("failed", "raccord.export.unknown_column")
    assert not exports.has_file(run)


def test_ticked_contacts_only(project: Project) -> None:
    contacts = cast.the_cast(project)
    foreign = cast.a_contact(cast.a_project("Other"))
    ids = (contacts["plain"].pk, contacts["emoji"].pk, foreign.pk)
    assert table(started(project, "email", query=ListQuery(ids=ids)))[1:] == [
        ["jane.smith@example.org"],
        ["party@example.org"],
    ]


def test_long_texts_do_not_fill_the_memory(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk ends with the characters it may hold, and the file is whole all the same."""
    monkeypatch.setattr(gathering, "LARGEST_CHUNK", 1_000)
    for number in range(5):
        cast.a_contact(project, email=f"p{number}@example.org", notes="x" * 600)
    run = started(project, "email", "notes")
    assert exports.work(run.pk, seconds=-1) is True
    run.refresh_from_db()
    assert run.written == 2
    assert [row[0] for row in table(run)[1:]] == [f"p{number}@example.org" for number in range(5)]


def test_cancelled_exports_leave_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "CHUNK", 5)
    cast.the_cast(project)
    for kind in FileFormat:
        run = started(project, "email", format=kind)
        assert exports.work(run.pk, seconds=-1) is True
        assert ExportPart.objects.filter(run=run).exists()
        assert exports.cancel(run) is True
        assert exports.cancel(run) is False
        assert exports.work(run.pk) is False
        assert (run.state, exports.has_file(run)) == ("cancelled", False)
    assert not ExportPart.objects.exists()


def test_files_are_dropped_when_they_are_old_or_asked_to(project: Project) -> None:
    cast.a_contact(project)
    old, asked, kept = (worked(started(project, "email")) for _ in range(3))
    ExportRun.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    old.refresh_from_db()
    assert not exports.has_file(old)
    assert exports.drop_expired() == 1
    assert exports.delete_file(asked) is True
    assert exports.delete_file(asked) is False
    assert not exports.has_file(asked)
    assert set(ExportPart.objects.values_list("run", flat=True)) == {kept.pk}
    assert ExportRun.objects.count() == 3
