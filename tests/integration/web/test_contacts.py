"""The contacts' screens: what is typed reaches the database, and nothing else does."""

from typing import Any

import pytest
from django.test import Client

from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.engine.records import FieldType
from raccord.web.contacts.forms import raw
from tests import cast


@pytest.fixture
def place(project: Project) -> str:
    return f"/projects/{project.slug}/contacts/"


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What a browser would post back from this page, if nothing was typed."""
    form = client.get(address).context["form"]
    shown = {name: field.value() for name, field in ((f.name, f) for f in form)}
    hidden = {f"initial-{name}": value for name, value in shown.items()}
    return {name: value for name, value in (shown | hidden).items() if value is not None}


def test_a_contact_is_added_with_what_was_typed(
    signed_in: Client, project: Project, place: str
) -> None:
    data = {"email": "Zoé@Example.org ", "first_name": "Zoé", "birthdate": "2000-02-29"}
    answer = signed_in.post(f"{place}new/", data)
    contact = Contact.objects.get()
    assert answer.headers["Location"] == f"{place}{contact.pk}/"
    assert contact.values["first_name"] == "Zoé"
    assert contact.values["birthdate"] == "2000-02-29"
    entry = ChangeLogEntry.objects.get(contact=contact)
    assert (entry.origin, entry.actor) == ("person", cast.MARKETER)


def test_every_problem_is_shown_beside_its_field_and_nothing_is_written(
    signed_in: Client, place: str
) -> None:
    data = {"email": "no address", "birthdate": "2001-02-29", "first_name": "Kept"}
    answer = signed_in.post(f"{place}new/", data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"email", "birthdate"}
    assert 'value="Kept"' in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_second_contact_of_the_same_key_is_refused(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.a_contact(project)
    answer = signed_in.post(f"{place}new/", {"email": "JANE.SMITH@example.org"})
    assert "email" in answer.context["form"].errors
    assert Contact.objects.count() == 1


def test_the_form_of_a_contact_posted_back_changes_nothing(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.a_project("Other")
    for contact in cast.the_cast(project).values():
        before = ChangeLogEntry.objects.filter(contact=contact).count()
        address = f"{place}{contact.pk}/edit/"
        signed_in.post(address, form_of(signed_in, address))
        assert ChangeLogEntry.objects.filter(contact=contact).count() == before


def test_only_the_changed_field_is_written(signed_in: Client, project: Project, place: str) -> None:
    contact = cast.a_contact(project)
    address = f"{place}{contact.pk}/edit/"
    posted = form_of(signed_in, address) | {"company": "Meridian"}
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=cast.BY_MARKETER)
    signed_in.post(address, posted)
    contact.refresh_from_db()
    assert (contact.values["company"], contact.values["city"]) == ("Meridian", "Lyon")
    latest = ChangeLogEntry.objects.filter(contact=contact).order_by("-at", "-id").first()
    assert latest is not None
    assert latest.changes == {"company": [None, "Meridian"]}


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_a_field_changed_by_two_people_is_asked_about(
    signed_in: Client, project: Project, place: str, choice: str, kept: str
) -> None:
    contact = cast.a_contact(project, company="Old")
    address = f"{place}{contact.pk}/edit/"
    posted = form_of(signed_in, address) | {"company": "Mine", "title": "Dr"}
    changes.edit(project, contact.pk, {"company": "Theirs"}, origin=cast.BY_MARKETER)
    answer = signed_in.post(address, posted)
    assert answer.status_code == 409
    (clash,) = answer.context["clashes"]
    assert (clash.was, clash.now, clash.typed) == ("Old", "Theirs", "Mine")
    contact.refresh_from_db()
    assert contact.values["company"] == "Theirs"
    assert "title" not in contact.values

    again = posted | {"initial-company": "Theirs", "choose-company": choice}
    assert signed_in.post(address, again).status_code == 302
    contact.refresh_from_db()
    assert (contact.values["company"], contact.values["title"]) == (kept, "Dr")


def test_a_question_about_a_clash_that_nobody_answered_is_asked_again(
    signed_in: Client, project: Project, place: str
) -> None:
    """A browser that does not insist on an answer sent none, and the person's value won."""
    contact = cast.a_contact(project, company="Old")
    address = f"{place}{contact.pk}/edit/"
    posted = form_of(signed_in, address) | {"company": "Mine"}
    changes.edit(project, contact.pk, {"company": "Theirs"}, origin=cast.BY_MARKETER)
    (clash,) = signed_in.post(address, posted).context["clashes"]
    name, values = clash.before
    unanswered = posted | {"initial-company": "Theirs", name: values}

    again = signed_in.post(address, unanswered)

    assert again.status_code == 409
    (clash,) = again.context["clashes"]
    assert (clash.was, clash.now, clash.typed) == ("Old", "Theirs", "Mine")
    contact.refresh_from_db()
    assert contact.values["company"] == "Theirs"


def test_a_clash_that_moves_again_is_asked_about_again(
    signed_in: Client, project: Project, place: str
) -> None:
    contact = cast.a_contact(project, company="Old")
    address = f"{place}{contact.pk}/edit/"
    posted = form_of(signed_in, address) | {"company": "Mine"}
    changes.edit(project, contact.pk, {"company": "Newer"}, origin=cast.BY_MARKETER)
    again = posted | {"initial-company": "Theirs", "choose-company": "mine"}
    assert signed_in.post(address, again).status_code == 409


def test_a_deleted_contact_keeps_its_page_and_cannot_be_edited(
    signed_in: Client, project: Project, place: str
) -> None:
    contact = cast.a_contact(project)
    assert (
        "not linked to any other system"
        in signed_in.get(f"{place}{contact.pk}/delete/").content.decode()
    )
    signed_in.post(f"{place}{contact.pk}/delete/")
    contact.refresh_from_db()
    assert contact.deleted_at is not None
    assert "was deleted on" in signed_in.get(f"{place}{contact.pk}/").content.decode()
    assert signed_in.get(f"{place}{contact.pk}/edit/").status_code == 404


def test_contacts_of_another_project_are_not_here(signed_in: Client, project: Project) -> None:
    contact = cast.a_contact(project)
    cast.a_project("Other")
    for part in ("", "edit/", "delete/", "links/"):
        address = f"/projects/other/contacts/{contact.pk}/{part}"
        assert signed_in.get(address).status_code == 404


def test_search_finds_without_accents_and_pages_keep_the_words(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.the_cast(project)
    found = signed_in.get(place, {"q": "lefevre"}).context["rows"]
    assert [row.cells[0].text for row in found] == ["zoe.lefevre@example.org"]
    assert signed_in.get(place, {"q": "nobody at all"}).context["rows"] == []
    assert signed_in.get(place, {"page": "x"}).status_code == 200


def test_the_page_shows_the_history_and_where_a_consent_comes_from(
    signed_in: Client, project: Project, place: str
) -> None:
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"newsletter": "no"}, origin=cast.BY_MARKETER)
    page = signed_in.get(f"{place}{contact.pk}/")
    (consent,) = page.context["consents"]
    assert (consent.value, consent.label) == ("no", "Newsletter")
    assert consent.proof.startswith("Entered by Ana Marketer on ")
    newest = page.context["history"].entries[0]
    assert newest.sentence == "Ana Marketer changed a consent"
    assert [(c.label, c.before, c.after) for c in newest.changes] == [("Newsletter", "Yes", "No")]


def test_what_people_typed_is_never_html(signed_in: Client, project: Project, place: str) -> None:
    contact = cast.a_contact(project, notes="<script>alert(1)</script>")
    for address in (place, f"{place}{contact.pk}/", f"{place}{contact.pk}/edit/"):
        assert "<script>alert" not in signed_in.get(address).content.decode()


def test_a_web_address_never_becomes_a_script(
    signed_in: Client, project: Project, place: str
) -> None:
    from raccord.contacts import projects

    projects.add_field(project, key="site", type=FieldType.URL)
    contact = cast.a_contact(project, site="example.org/a")
    assert 'href="https://example.org/a"' in signed_in.get(f"{place}{contact.pk}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(FieldType))
def test_every_type_comes_back_from_its_control_as_it_was(
    signed_in: Client, project: Project, place: str, kind: FieldType
) -> None:
    from raccord.contacts import projects

    given = {
        FieldType.INTEGER: "42",
        FieldType.DECIMAL: "1234567.890",
        FieldType.BOOLEAN: "false",
        FieldType.DATE: "1999-12-31",
        FieldType.DATETIME: "2026-03-29T02:30:15",
        FieldType.EMAIL: "x@example.org",
        FieldType.PHONE: "+33 1 23 45 67 89",
        FieldType.URL: "https://example.org/?a=b",
        FieldType.CHOICE: "S",
        FieldType.MULTIPLE_CHOICE: ["S", "L"],
        FieldType.CONSENT: "no",
        FieldType.LONG_TEXT: "one\r\ntwo",
    }.get(kind, "text")
    choices = ["S", "M", "L"] if "choice" in kind else []
    projects.change_project(project, time_zone="Pacific/Auckland")
    projects.add_field(project, key="extra", type=kind, choices=choices)
    answer = signed_in.post(f"{place}new/", {"email": "a@example.org", "extra": given})
    assert answer.status_code == 302, answer.context["form"].errors
    contact = Contact.objects.get()
    address = f"{place}{contact.pk}/edit/"
    signed_in.post(address, form_of(signed_in, address))
    again = Contact.objects.get()
    assert again.values == contact.values
    assert again.updated_at == contact.updated_at
    if kind is FieldType.DATETIME:
        assert contact.values["extra"] == "2026-03-28T13:30:15+00:00"
    assert raw(None) == ""


def test_deleted_contacts_are_found_again(signed_in: Client, project: Project, place: str) -> None:
    first, second = (cast.a_contact(project, email=f"{n}@example.org") for n in ("a", "b"))
    cast.a_contact(project, email="living@example.org")
    assert "No deleted contacts" in signed_in.get(f"{place}deleted/").content.decode()

    for contact in (first, second):
        signed_in.post(f"{place}{contact.pk}/delete/")

    page = signed_in.get(f"{place}deleted/")
    assert [identified for _, _, identified in page.context["rows"]] == [
        "b@example.org",
        "a@example.org",
    ]
    assert f"{place}{first.pk}/" in page.content.decode()
    assert "living@example.org" not in page.content.decode()
    assert signed_in.get(f"{place}deleted/?page=nonsense").status_code == 200
