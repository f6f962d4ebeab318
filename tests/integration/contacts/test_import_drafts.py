"""A file as a person gives it and decides about it: what is found out, what comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from raccord.contacts import imports, projects
from raccord.contacts.imports.rejects import headings, rows
from raccord.contacts.messages import explain
from raccord.contacts.models import (
    Contact,
    ImportPart,
    ImportRun,
    Project,
    RunState,
)
from raccord.engine.records import FieldType
from tests import cast
from tests.integration.contacts.a_draft import (
    PROOF,
    QUEBEC,
    checked,
    decided,
    drafted,
    imported,
    problems,
    values,
)

pytestmark = pytest.mark.django_db

# --- what is found out --------------------------------------------------------------------------


@pytest.fixture
def quebec(project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(
        languages=["fr", "en"], time_zone="America/Montreal"
    )
    projects.add_field(project, key="amount", label="Montant", type=FieldType.DECIMAL)
    project.refresh_from_db()
    return project


def test_a_file_from_quebec_is_understood_without_a_word(quebec: Project) -> None:
    run = drafted(quebec, QUEBEC.encode("windows-1252"))
    found = imports.detect(run)
    assert found.options == imports.ImportOptions(
        encoding="windows-1252",
        delimiter=";",
        date_order=imports.DateOrder.DAY_FIRST,
        decimal_mark=imports.DecimalMark.COMMA,
        time_zone="America/Montreal",
        columns=(
            "email", "first_name", "last_name", "birthdate", "amount", "newsletter", None,
        ),
        names=("Courriel", "Prénom", "Nom", "Naissance", "Montant", "Infolettre", "Kiosque"),
    )  # fmt: skip
    assert [column.confidence for column in found.columns] == [
        "word", "word", "word", "word", "name", "word", None,
    ]  # fmt: skip
    assert found.columns[4].samples == ("1 234,50", "0,5")
    assert found.rows[1][1] == "Ève"
    assert {problem.at for problem in found.problems} == {"consent.source", "consent.statement"}
    assert ImportRun.objects.get().options == {}, "looking decides nothing"


def test_a_file_from_quebec_is_checked_and_then_imported(quebec: Project) -> None:
    cast.a_contact(quebec, "opted_out")
    run = imported(quebec, QUEBEC.encode("windows-1252"))
    assert (run.created, run.unchanged, run.rejected) == (2, 1, 2)
    assert values("zoe@example.org") == {
        "email": "zoe@example.org",
        "first_name": "Zoé",
        "last_name": "Lefèvre",
        "birthdate": "1999-12-31",
        "amount": "1234.50",
        "newsletter": "yes",
    }
    assert values("eve@example.org")["last_name"] == "D’Amours"
    assert values("leave.me@example.org")["newsletter"] == "no", "an import lifts no refusal"
    evidence = Contact.objects.get(key="zoe@example.org").evidence["newsletter"]
    assert evidence["source"] == PROOF.text
    assert evidence["by_person"] is False


def test_the_preview_tells_what_would_happen_field_by_field(quebec: Project) -> None:
    contact = cast.a_contact(quebec, "opted_out")
    preview = checked(decided(drafted(quebec, QUEBEC.encode("windows-1252"))))
    assert (preview.read, preview.created, preview.unchanged, preview.rejected) == (5, 2, 1, 2)
    first, _, refused_one, *rejected = preview.rows
    assert (first.line, first.outcome, first.contact) == (2, "created", None)
    assert [(c.field, c.before, c.after) for c in first.changes][:2] == [
        ("email", None, "zoe@example.org"),
        ("first_name", None, "Zoé"),
    ]
    assert (refused_one.outcome, refused_one.contact) == ("unchanged", contact.pk)
    assert [code for code, _ in refused_one.reasons] == ["raccord.consent.needs_person"]
    assert [(row.line, row.outcome) for row in rejected] == [(5, "rejected"), (6, "rejected")]
    assert [(r.code, r.column, r.count, r.lines[0][0]) for r in preview.reasons] == [
        ("raccord.value.email", "Courriel", 1, 5),
        ("raccord.value.date", "Naissance", 1, 6),
        ("raccord.consent.needs_person", "Infolettre", 1, 4),
    ]
    (consents,) = preview.consents
    assert (consents.field, consents.yes, consents.no, consents.refused) == ("newsletter", 1, 1, 1)


def test_another_delimiter_is_tried_without_being_kept(project: Project) -> None:
    run = drafted(project, "email;city\na@example.org;x\n")
    found = imports.detect(run)
    tried = imports.detect(run, replace(found.options, delimiter=",", columns=()))
    assert [column.name for column in tried.columns] == ["email;city"]
    assert [remark.code for remark in tried.remarks] == ["raccord.import.single_column"]
    assert imports.detect(run) == found


def test_an_encoding_that_does_not_fit_is_a_problem_beside_it(project: Project) -> None:
    run = drafted(project, "email,city\na@example.org,Évry\n")
    found = imports.detect(run)
    for encoding in ("utf-16-le", "klingon", "\x00"):
        tried = imports.detect(run, replace(found.options, encoding=encoding))
        assert tried.columns == ()
        assert [problem.at for problem in tried.problems] == ["encoding"]


def test_a_file_without_headings_goes_by_what_its_cells_look_like(project: Project) -> None:
    run = drafted(project, "Zoé,zoe@example.org,2001-02-28\nEve,eve@example.org,\n")
    found = imports.detect(run)
    assert not found.options.header
    assert found.options.columns == (None, "email", "birthdate")
    assert [column.name for column in found.columns] == ["A", "B", "C"]
    imported(project, "Zoé,zoe@example.org,2001-02-28\nEve,eve@example.org,\n")
    assert values("zoe@example.org")["birthdate"] == "2001-02-28"


def test_dates_that_can_be_read_both_ways_are_pointed_out(project: Project) -> None:
    run = drafted(project, "email,birthdate\na@example.org,01/02/2000\n")
    assert [r.code for r in imports.detect(run).remarks] == ["raccord.import.dates_open"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", bytes(range(256)) * 9])
def test_what_holds_no_table_is_refused_at_once(project: Project, content: bytes) -> None:
    run = drafted(project, content)
    assert run.state == RunState.FAILED
    assert explain(run.reason, run.parameters) != run.reason
    assert not ImportPart.objects.exists()


# --- what is decided ----------------------------------------------------------------------------


def test_a_column_that_is_left_out_is_not_imported(project: Project) -> None:
    imported(project, "email,city,notes\na@example.org,x,y\n", columns=("email", None, "notes"))
    assert values("a@example.org") == {"email": "a@example.org", "notes": "y"}


def test_two_columns_may_change_places(project: Project) -> None:
    imported(project, "email,city,notes\na@example.org,x,y\n", columns=("email", "notes", "city"))
    assert values("a@example.org") == {"email": "a@example.org", "notes": "x", "city": "y"}


def test_only_adding_rejects_those_who_are_known(project: Project) -> None:
    cast.a_contact(project)
    text = "email,city\njane.smith@example.org,Lyon\nnew@example.org,Metz\n"
    run = imported(project, text, mode=imports.Mode.ADD)
    assert (run.created, run.updated, run.rejected) == (1, 0, 1)
    assert run.rejects.get().code == "raccord.import.exists"
    assert "city" not in values("jane.smith@example.org")


def test_only_updating_rejects_those_who_are_not(project: Project) -> None:
    cast.a_contact(project)
    text = "email,city\njane.smith@example.org,Lyon\nnew@example.org,Metz\n"
    run = imported(project, text, mode=imports.Mode.UPDATE)
    assert (run.created, run.updated, run.rejected) == (0, 1, 1)
    assert run.rejects.get().code == "raccord.import.unknown_contact"
    assert Contact.objects.count() == 1


def test_an_empty_cell_clears_where_that_is_wanted_but_never_a_consent(project: Project) -> None:
    cast.a_contact(project, "plain", city="Paris")
    cast.a_contact(project, "opted_out")
    text = "email,city,newsletter\njane.smith@example.org,,\nleave.me@example.org,,\n"
    assert imported(project, text).unchanged == 2
    run = imported(project, text, blanks=imports.Blanks.CLEAR)
    assert (run.updated, run.unchanged) == (1, 1)
    assert "city" not in values("jane.smith@example.org")
    assert values("jane.smith@example.org")["newsletter"] == "yes"
    assert values("leave.me@example.org")["newsletter"] == "no"


def test_choices_go_by_their_labels_in_any_language(project: Project) -> None:
    projects.add_field(project, key="tier", label="Tier", type=FieldType.CHOICE, choices=["g", "s"])
    project.fields.filter(key="tier").update(
        choice_labels={"g": {"en": "Gold", "fr": "Or"}, "s": {"": "Silver"}}
    )
    text = "email,tier\na@example.org,Or\nb@example.org,gold\nc@example.org,s\nd@example.org,tin\n"
    run = imported(project, text)
    assert [values(f"{who}@example.org")["tier"] for who in "abc"] == ["g", "g", "s"]
    assert run.rejects.get().line == 5


def test_what_raccord_guarded_against_spreadsheets_comes_back_as_it_was(project: Project) -> None:
    imported(project, "email,notes\na@example.org,'=1+1\nb@example.org,'tis\n")
    assert values("a@example.org")["notes"] == "=1+1"
    assert values("b@example.org")["notes"] == "'tis"


def test_decisions_that_make_no_sense_are_refused_by_name(project: Project) -> None:
    run = drafted(project, "email,city\na@example.org,x\n")
    good = imports.detect(run).options
    assert problems(
        lambda: imports.set_options(run, replace(good, columns=("email", "nothing"), delimiter="x"))
    ) == [("delimiter", "delimiter"), ("columns.1", "no_such_field")]
    assert problems(lambda: imports.set_options(run, replace(good, columns=("email",)))) == [
        ("columns", "columns_changed")
    ]
    assert ImportRun.objects.get().options == {}


def test_decisions_may_be_incomplete_until_the_check(project: Project) -> None:
    run = drafted(project, "who,newsletter\na@example.org,yes\n")
    found = imports.detect(run).options
    imports.set_options(run, replace(found, columns=(None, "newsletter")))
    assert problems(lambda: imports.check(run)) == [
        ("columns", "key_not_assigned"),
        ("consent.source", "consent_source"),
        ("consent.statement", "consent_statement"),
    ]


def test_columns_are_chosen_anew_when_the_file_is_read_otherwise(project: Project) -> None:
    run = decided(drafted(project, "email,city;x\na@example.org,y;z\n"))
    options = imports.ImportOptions.from_json(run.options)
    run = imports.set_options(run, replace(options, delimiter=";"))
    assert imports.ImportOptions.from_json(run.options).columns == ()
    assert [column.name for column in imports.detect(run).columns] == ["email,city", "x"]


def test_another_encoding_after_a_check_is_read_anew(project: Project) -> None:
    text = "email,city\na@example.org,Évry\n".encode("mac-roman")
    run = decided(drafted(project, text), encoding="windows-1252")
    assert checked(run).rows[0].changes[1].after == "ƒvry"
    assert checked(decided(run, encoding="mac-roman")).rows[0].changes[1].after == "Évry"


def test_an_encoding_that_fails_further_down_gives_the_draft_back(project: Project) -> None:
    lines = "".join(f"p{number}@example.org,x\n" for number in range(150_000))
    text = f"email,city\n{lines}".encode() + b"last@example.org,\x81\n"
    run = imports.run_now(imports.check(decided(drafted(project, text), encoding="windows-1252")))
    assert (run.state, run.reason) == ("draft", "raccord.import.encoding")
    assert "150002" in explain(run.reason, run.parameters)
    run = decided(run, encoding="cp850")
    assert run.reason == ""


# --- what was rejected --------------------------------------------------------------------------


def test_rejected_lines_come_back_with_their_reasons_and_can_be_imported_again(
    quebec: Project,
) -> None:
    run = imported(quebec, QUEBEC.encode("windows-1252"))
    names = ["Courriel", "Prénom", "Nom", "Naissance", "Montant", "Infolettre", "Kiosque"]
    for language, about in (("en", ["Line", "Column", "Reason"]),):
        assert headings(run, language=language) == [*about, *names]
    table = list(rows(run, language="en"))
    assert [row[:2] for row in table] == [["5", "Courriel"], ["6", "Naissance"]]
    assert table[1][3:] == ["jean@example.org", "Jean", "", "32/01/2000", "", "", ""]
    table[1][6] = "31/01/2000"
    lines = [headings(run, language="en"), *table]
    again = drafted(quebec, "\n".join(",".join(f'"{cell}"' for cell in row) for row in lines))
    found = imports.detect(again).options
    assert found.columns[:4] == (None, None, None, "email")
    run = imports.run_now(imports.confirm(decided(again), unchecked=True))
    assert (run.created, run.rejected) == (1, 1)
    assert values("jean@example.org")["birthdate"] == "2000-01-31"


def test_what_is_no_record_comes_back_as_it_stands(project: Project) -> None:
    run = imported(project, 'email,city\na@example.org,"x\nb@example.org\nc@example.org,y\n')
    assert [row[3:] for row in rows(run, language="en")] == [
        ['a@example.org,"x'],
        ["b@example.org"],
    ]
