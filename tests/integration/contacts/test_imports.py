"""A CSV file becomes contacts: what is taken, what is refused, and with which words."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from raccord.contacts import imports, projects
from raccord.contacts.imports import chunks, csv_lines
from raccord.contacts.messages import explain
from raccord.contacts.models import (
    Contact,
    ImportKey,
    ImportPart,
    ImportRun,
    OutboxItem,
    Project,
    RunState,
)
from raccord.engine.records import FieldType
from tests import cast

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[3] / "examples/contacts.csv"
UNCLOSED = "import.unclosed_quote"


def imported(project: Project, content: str | bytes, *, encoding: str = "") -> ImportRun:
    """Import to the end; what must hold of every run is checked here."""
    raw = content.encode() if isinstance(content, str) else content
    run = imports.start(project, io.BytesIO(raw), file_name="x.csv", encoding=encoding)
    if run.state != RunState.FAILED:
        run = imports.run_now(run)
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    assert run.rejects.filter(taken=False).count() == run.rejected
    assert (run.claim, run.lease_until) == (None, None)
    assert run.finished_at is not None
    assert not ImportPart.objects.exists()
    assert not ImportKey.objects.exists()
    return run


def refused(project: Project, content: str | bytes, *, encoding: str = "") -> str:
    """The reason why a whole file was refused; nothing was written."""
    run = imported(project, content, encoding=encoding)
    assert run.state == RunState.FAILED, "the file was taken"
    assert (run.read, Contact.objects.count()) == (0, 0)
    sentence = explain(run.reason, run.parameters)
    assert sentence != run.reason
    assert "%(" not in sentence
    return sentence


def rejected(run: ImportRun) -> list[tuple[int, str, str]]:
    for reject in run.rejects.all():
        sentence = explain(reject.code, reject.parameters)
        assert sentence != reject.code
        assert "%(" not in sentence
    return [(r.line, r.column, r.code.removeprefix("raccord.")) for r in run.rejects.all()]


def values(project: Project, key: str) -> dict[str, object]:
    return dict(Contact.objects.get(project=project, key=key).values)


def keys(project: Project) -> set[str]:
    return set(Contact.objects.filter(project=project).values_list("key", flat=True))


# --- files that are taken -----------------------------------------------------------------------


def test_the_example_file_is_taken_but_for_its_broken_lines(project: Project) -> None:
    cast.a_subscription(project)
    run = imports.run_now(imports.start(project, EXAMPLE, file_name=EXAMPLE.name))
    assert (run.state, run.encoding, run.size) == ("done", "utf-8", run.position)
    assert run.created == Contact.objects.count() == OutboxItem.objects.count() >= 1000
    assert run.read == run.created + run.rejected
    assert {code for _, _, code in rejected(run)} >= {
        "value.email",
        "value.required",
        "value.date",
        "value.consent",
        "import.too_few_cells",
        "import.too_many_cells",
        "import.repeated_key",
    }
    again = imports.run_now(imports.start(project, EXAMPLE, file_name=EXAMPLE.name))
    assert (again.unchanged, again.created, again.updated) == (run.created, 0, 0)


def test_text_that_merely_looks_odd_is_kept_as_it_is(project: Project) -> None:
    imported(
        project,
        "email,last_name,notes\n"
        'a@example.org,=1+1,"He said ""no"",\nthen left"\n'
        'b@example.org,🎉 عمر,5" pipe\n'
        'c@example.org,  van Spaces ,"ACME" Ltd\n'
        'd@example.org, "Quoted, too" ,x\n',
    )
    assert values(project, "a@example.org") == {
        "email": "a@example.org",
        "last_name": "=1+1",
        "notes": 'He said "no",\nthen left',
    }
    assert values(project, "b@example.org")["last_name"] == "🎉 عمر"
    assert values(project, "b@example.org")["notes"] == '5" pipe'
    assert values(project, "c@example.org")["last_name"] == "van Spaces"
    assert values(project, "c@example.org")["notes"] == '"ACME" Ltd'
    assert values(project, "d@example.org")["last_name"] == "Quoted, too"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_breaks_are_recognised(
    project: Project, delimiter: str, line_break: str
) -> None:
    lines = [["email", "city"], ["a@example.org", "Lyon"], ["b@example.org", "Metz"]]
    imported(project, line_break.join(map(delimiter.join, lines)))
    assert values(project, "b@example.org")["city"] == "Metz"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "utf-32"]
)
def test_unicode_encodings_are_recognised(project: Project, encoding: str) -> None:
    text = "email,city\na@example.org,Évry 🎉\n"
    codec = encoding.removesuffix("-bom")
    content = ("\ufeff" + text if encoding.endswith("-bom") else text).encode(codec)
    imported(project, content)
    assert values(project, "a@example.org")["city"] == "Évry 🎉"


def test_an_encoding_that_is_named_is_used(project: Project) -> None:
    content = "email;city\na@example.org;Évry €\n".encode("windows-1252")
    imported(project, content, encoding="windows-1252")
    assert values(project, "a@example.org")["city"] == "Évry €"


def test_columns_go_by_key_or_label_in_any_order_and_case(project: Project) -> None:
    projects.add_field(project, key="prenom", label="Prénom d'usage", type=FieldType.TEXT)
    imported(project, "PRENOM D'USAGE,Date of Birth,E-MAIL\nZoé,2000-02-29,a@example.org\n")
    assert values(project, "a@example.org") == {
        "email": "a@example.org",
        "prenom": "Zoé",
        "birthdate": "2000-02-29",
    }


def test_an_empty_cell_clears_nothing_and_an_existing_contact_is_updated(project: Project) -> None:
    contact = cast.a_contact(project, city="Paris")
    run = imported(project, "email,city,company\nJANE.SMITH@example.org,,Acme\n")
    assert (run.created, run.updated) == (0, 1)
    assert values(project, contact.key) == {**contact.values, "company": "Acme"}


def test_a_last_line_without_a_line_break_counts(project: Project) -> None:
    assert imported(project, "email\na@example.org\nb@example.org").created == 2


def test_a_blank_line_is_no_record(project: Project) -> None:
    run = imported(project, "\nemail,city\n\na@example.org,x\n   \n,\n")
    assert (run.read, run.created) == (2, 1)
    assert rejected(run) == [(6, "email", "value.required")]


def test_a_file_of_a_header_alone_is_taken(project: Project) -> None:
    run = imported(project, "email,city\n")
    assert (run.state, run.read) == ("done", 0)


# --- lines that are rejected --------------------------------------------------------------------


def test_bad_values_reject_their_line_and_name_the_column(project: Project) -> None:
    run = imported(
        project,
        "E-mail,Date of birth,newsletter\n"
        "a@example.org,2001-02-29,yes\n"
        "not an address,,\n"
        "b@example.org,,perhaps\n"
        "c@example.org,2001-02-28,yes\n"
        ",2001-02-28,\n",
    )
    assert rejected(run) == [
        (2, "Date of birth", "value.date"),
        (3, "E-mail", "value.email"),
        (4, "newsletter", "value.consent"),
        (6, "E-mail", "value.required"),
    ]
    assert keys(project) == {"c@example.org"}


def test_ragged_lines_are_rejected(project: Project) -> None:
    run = imported(project, "email,city\na@example.org\nb@example.org,x,y\nc@example.org,z\n")
    assert rejected(run) == [(2, "", "import.too_few_cells"), (3, "", "import.too_many_cells")]


def test_of_repeated_keys_the_first_valid_line_wins(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the first one came chunks earlier, and not when the first one was rejected."""
    monkeypatch.setattr(chunks, "MOST_CONTACTS", 2)
    run = imported(
        project,
        "email,city,birthdate\n"
        "a@example.org,first,never\n"
        "a@example.org,second,\n"
        "A@example.org,third,\n"
        "b@example.org,x,\n"
        "a@EXAMPLE.org,fourth,\n",
    )
    assert rejected(run) == [
        (2, "birthdate", "value.date"),
        (4, "email", "import.repeated_key"),
        (6, "email", "import.repeated_key"),
    ]
    assert [r.parameters for r in run.rejects.all()[1:]] == [{"line": "3"}, {"line": "3"}]
    assert values(project, "a@example.org")["city"] == "second"


def test_a_line_over_one_megabyte_is_rejected_and_the_others_go_on(project: Project) -> None:
    long = "x" * (csv_lines.LONGEST_LINE + 1)
    run = imported(project, f"email,notes\na@example.org,{long}\nb@example.org,y\n")
    assert rejected(run) == [(2, "", "import.line_too_long")]
    assert keys(project) == {"b@example.org"}


def test_a_long_line_that_is_no_longer_than_allowed_is_read(project: Project) -> None:
    run = imported(project, f"email,notes\na@example.org,{'x' * 900_000}\nb@example.org,y\n")
    assert rejected(run) == [(2, "notes", "value.too_long")]


def test_an_unclosed_quote_rejects_its_line_only(project: Project) -> None:
    run = imported(project, 'email,city\na@example.org,"Lyon\nb@example.org,Metz\nc@example.org,x')
    assert rejected(run) == [(2, "", UNCLOSED)]
    assert keys(project) == {"b@example.org", "c@example.org"}


def test_an_unclosed_quote_that_meets_another_one_swallows_nothing(project: Project) -> None:
    run = imported(
        project,
        'email,city\na@example.org,"Lyon\nb@example.org,Metz\nc@example.org,"Nancy"\n'
        'd@example.org,"Quimper\nest\nloin"\n',
    )
    assert rejected(run) == [(2, "", UNCLOSED)]
    assert keys(project) == {"b@example.org", "c@example.org", "d@example.org"}
    assert values(project, "d@example.org")["city"] == "Quimper\nest\nloin"


def test_wrong_quotation_marks_reject_the_line(project: Project) -> None:
    run = imported(project, 'email,city\na@example.org,"Ly"on"\nb@example.org,x\n')
    assert rejected(run) == [(2, "", "import.quotes")]


def test_nul_and_control_characters_reject_the_line(project: Project) -> None:
    run = imported(
        project, "email,city\na@example.org,Ly\x00on\nb@example.org,\x07\nc@example.org,x\n"
    )
    assert [code for *_, code in rejected(run)] == ["value.control_character"] * 2
    assert "\x00" not in run.rejects.all()[0].content


def test_broken_bytes_in_a_file_that_is_utf_8_reject_their_lines_only(project: Project) -> None:
    content = (
        "email,city\na@example.org,Évry\nb@example.org,".encode() + b"\xc9vry\nc@example.org,x\n"
    )
    run = imported(project, content)
    assert rejected(run) == [(3, "city", "import.undecodable")]
    assert keys(project) == {"a@example.org", "c@example.org"}


def test_a_consent_an_import_may_not_lift_is_noted_and_the_line_taken(project: Project) -> None:
    cast.a_contact(project, "opted_out")
    run = imported(project, "email,newsletter,city\nleave.me@example.org,yes,Lyon\n")
    assert (run.updated, run.rejected) == (1, 0)
    assert rejected(run) == [(2, "newsletter", "consent.needs_person")]
    stored = values(project, "leave.me@example.org")
    assert (stored["newsletter"], stored["city"]) == ("no", "Lyon")


def test_a_required_field_is_needed_for_new_contacts_only(project: Project) -> None:
    projects.change_field(project.fields.get(key="last_name"), required=True)
    cast.a_contact(project)
    run = imported(project, "email,city\njane.smith@example.org,Lyon\nnew@example.org,Metz\n")
    assert (run.updated, run.created) == (1, 0)
    assert rejected(run) == [(3, "", "value.required")]


# --- files that are refused ---------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_an_empty_file_is_refused(project: Project, content: str) -> None:
    assert "empty" in refused(project, content)


def test_a_file_without_the_key_column_is_refused(project: Project) -> None:
    assert "E-mail" in refused(project, "first_name,city\nZoé,Évry\n")


def test_a_file_with_an_unknown_column_is_refused(project: Project) -> None:
    sentence = refused(project, "email,shoe size,,city\na@example.org,42,,Lyon\n")
    assert "shoe size" in sentence
    assert "Date of birth" in sentence, "the known ones are listed"


def test_a_file_with_two_columns_for_one_field_is_refused(project: Project) -> None:
    assert "E-mail" in refused(project, "email,E-mail\na@example.org,b@example.org\n")


def test_a_file_in_another_encoding_is_refused_with_the_line(project: Project) -> None:
    content = b"email,city\na@example.org,Lyon\nb@example.org,\xc9vry\n"
    sentence = refused(project, content)
    assert "Line 3" in sentence
    assert "UTF-8" in sentence


def test_utf_16_without_its_mark_is_refused(project: Project) -> None:
    assert "UTF-8" in refused(project, "email,city\na@example.org,Lyon\n".encode("utf-16-le"))


def test_an_encoding_that_does_not_fit_is_refused(project: Project) -> None:
    content = b"email,city\na@example.org,x\nb@example.org,\x81\n"
    assert "Line 3" in refused(project, content, encoding="windows-1252")


@pytest.mark.parametrize("encoding", ["klingon", "hex", "\x00"])
def test_an_unknown_encoding_is_refused(project: Project, encoding: str) -> None:
    assert "unknown" in refused(project, "email\na@example.org\n", encoding=encoding)


# --- how it is worked on ------------------------------------------------------------------------


def test_one_run_is_worked_on_by_one_worker(project: Project) -> None:
    run = imports.start(project, io.BytesIO(b"email\na@example.org\n"), file_name="x.csv")
    ImportRun.objects.update(
        state="running", claim=uuid.uuid4(), lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert imports.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.read) == ("running", 0), "somebody else is at it"
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert imports.work(run.pk) is False
    assert imports.work(run.pk) is False, "it is over"
    run.refresh_from_db()
    assert (run.state, run.created) == ("done", 1)


def test_a_run_out_of_time_is_left_for_the_next_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MOST_CONTACTS", 1)
    content = b"email\na@example.org\nb@example.org\nc@example.org\n"
    run = imports.start(project, io.BytesIO(content), file_name="x.csv")
    turns = 0
    while imports.work(run.pk, seconds=-1):
        turns += 1
        run.refresh_from_db()
        assert (run.state, run.read) == ("running", turns)
    assert turns == 3
    run.refresh_from_db()
    assert (run.state, run.created) == ("done", 3)


def test_a_field_removed_meanwhile_ends_the_run_with_the_reason(project: Project) -> None:
    run = imports.start(project, io.BytesIO(b"email,city\na@example.org,x\n"), file_name="x.csv")
    projects.remove_field(project.fields.get(key="city"))
    assert imports.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.reason) == ("failed", "raccord.import.unknown_columns")


def test_a_run_that_an_earlier_release_took_in_goes_on(project: Project) -> None:
    """It kept no options with it: everything goes by the names of the columns."""
    run = imports.start(project, io.BytesIO(b"City;E-MAIL\nx;a@example.org\n"), file_name="x.csv")
    ImportRun.objects.update(options={})
    run = imports.run_now(run)
    assert (run.state, run.created) == ("done", 1)
    assert values(project, "a@example.org")["city"] == "x"
