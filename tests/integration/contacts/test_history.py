"""Reading what was changed in a contact: typed, in order; its pages: `sync/test_timeline.py`."""

from __future__ import annotations

from datetime import date

import pytest

from raccord.contacts import changes, history, projects
from raccord.contacts.history import Change
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.engine.records import Origin, OriginKind
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db


def changes_of(contact: Contact) -> list[Change]:
    """All of them, the latest first."""
    times = ChangeLogEntry.objects.filter(contact=contact).values_list("at", flat=True)
    return history.typed(contact, history.entries(contact, list(times)))


def test_the_history_tells_who_changed_what_latest_first(project: Project) -> None:
    contact = cast.a_contact(project, "leap_day")
    changes.edit(
        project,
        contact.pk,
        {"birthdate": "1999-12-31", "newsletter": "yes"},
        origin=Origin(OriginKind.API, actor="key 1"),
    )
    consent, edit, creation = changes_of(contact)
    assert (consent.entry.operation, consent.fields[0].after) == ("consent_changed", "yes")
    assert (edit.entry.origin, edit.entry.actor) == ("api", "key 1")
    (birthdate,) = edit.fields
    assert birthdate.spec is not None
    assert birthdate.spec.label == "Date of birth"
    assert (birthdate.before, birthdate.after) == (date(2000, 2, 29), date(1999, 12, 31))
    assert [change.key for change in creation.fields] == ["email", "last_name", "birthdate"]
    birthdate_field = projects.retire_field(project.fields.get(key="birthdate"))
    projects.remove_field(birthdate_field)
    (gone,) = changes_of(contact)[1].fields
    assert (gone.spec, gone.before) == (None, "2000-02-29")


def test_a_retired_field_keeps_its_name_in_the_history(project: Project) -> None:
    contact = cast.a_contact(project, "accents")
    projects.retire_field(project.fields.get(key="city"))
    (creation,) = changes_of(contact)
    labels = [change.spec.label for change in creation.fields if change.spec]
    assert labels == ["E-mail", "First name", "Last name", "City"]


def test_each_consent_has_a_history_of_its_own(project: Project) -> None:
    contact = cast.a_contact(project, newsletter="yes")
    changes.edit(project, contact.pk, {"newsletter": "no", "city": "Lyon"}, origin=BY_MARKETER)
    found = history.of_consents(contact)["newsletter"]
    assert [(each.fields[0].before, each.fields[0].after) for each in found] == [
        ("yes", "no"),
        (None, "yes"),
    ]
    assert [each.entry.operation for each in found] == ["consent_changed", "created"]
