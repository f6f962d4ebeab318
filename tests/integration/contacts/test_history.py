"""Reading a contact's history: typed, in order, page by page."""

from __future__ import annotations

from datetime import date

import pytest

from raccord.contacts import changes, history, projects
from raccord.contacts.models import ChangeLogEntry, Project
from raccord.engine.records import Origin, OriginKind
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db


def test_the_history_tells_who_changed_what_latest_first(project: Project) -> None:
    contact = cast.a_contact(project, "leap_day")
    changes.edit(
        project,
        contact.pk,
        {"birthdate": "1999-12-31", "newsletter": "yes"},
        origin=Origin(OriginKind.API, actor="key 1"),
    )
    consent, edit, creation = history.page(contact).changes
    assert (consent.entry.operation, consent.fields[0].after) == ("consent_changed", "yes")
    assert (edit.entry.origin, edit.entry.actor) == ("api", "key 1")
    (birthdate,) = edit.fields
    assert birthdate.spec is not None
    assert birthdate.spec.label == "Date of birth"
    assert (birthdate.before, birthdate.after) == (date(2000, 2, 29), date(1999, 12, 31))
    assert [change.key for change in creation.fields] == ["email", "last_name", "birthdate"]
    birthdate_field = projects.retire_field(project.fields.get(key="birthdate"))
    projects.remove_field(birthdate_field)
    (gone,) = history.page(contact).changes[1].fields
    assert (gone.spec, gone.before) == (None, "2000-02-29")


def test_a_retired_field_keeps_its_name_in_the_history(project: Project) -> None:
    contact = cast.a_contact(project, "accents")
    projects.retire_field(project.fields.get(key="city"))
    (creation,) = history.page(contact).changes
    labels = [change.spec.label for change in creation.fields if change.spec]
    assert labels == ["E-mail", "First name", "Last name", "City"]


def test_pages_show_every_entry_once(project: Project) -> None:
    contact = cast.a_contact(project)
    for number in range(6):
        changes.edit(
            project,
            contact.pk,
            {"city": f"Town {number}", "newsletter": ["no", "yes"][number % 2]},
            origin=BY_MARKETER,
        )
    seen: list[int] = []
    before = None
    while True:
        page = history.page(contact, before=before, per_page=4)
        seen += [change.entry.id for change in page.changes]
        if page.older is None:
            break
        before = page.older
    ordered = ChangeLogEntry.objects.filter(contact=contact).order_by("-at", "-id")
    assert seen == list(ordered.values_list("id", flat=True))
    assert len(seen) == 13
    assert history.page(contact, before=10**18).changes[0].entry.id == seen[0]


def test_each_consent_has_a_history_of_its_own(project: Project) -> None:
    contact = cast.a_contact(project, newsletter="yes")
    changes.edit(project, contact.pk, {"newsletter": "no", "city": "Lyon"}, origin=BY_MARKETER)
    found = history.of_consents(contact)["newsletter"]
    assert [(each.fields[0].before, each.fields[0].after) for each in found] == [
        ("yes", "no"),
        (None, "yes"),
    ]
    assert [each.entry.operation for each in found] == ["consent_changed", "created"]
