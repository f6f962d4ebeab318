"""Counting what happens as it happens: each contact once, summed up without losing any."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from raccord.contacts import activity, changes, projects
from raccord.contacts.activity import DayOfContacts
from raccord.contacts.changes import ContactChange, InvalidContact
from raccord.contacts.models import ActivityCount, Project
from raccord.engine.records import Origin, OriginKind
from raccord.sync import deliveries
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db

BY_IMPORT = Origin(OriginKind.IMPORT)


def rows() -> list[tuple[str, str, int]]:
    counted = ActivityCount.objects.order_by("id")
    return list(counted.values_list("what", "origin", "contacts"))


def test_each_write_counts_its_contacts_in_one_statement(
    project: Project,
) -> None:
    people = [ContactChange({"email": f"p{n}@example.org"}) for n in range(30)]
    changes.apply_many(project, people, origin=BY_IMPORT)
    people[0] = ContactChange({"email": "p0@example.org", "city": "Lyon"})
    people.append(ContactChange({"email": "new@example.org"}))
    changes.apply_many(project, people, origin=BY_MARKETER)
    assert rows()[0] == ("created", "import", 30)
    assert set(rows()[1:]) == {("created", "person", 1), ("updated", "person", 1)}


def test_a_contact_is_counted_once_whatever_happened_to_it(project: Project) -> None:
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"city": "Lyon", "newsletter": "no"}, origin=BY_MARKETER)
    changes.edit(project, contact.pk, {"newsletter": "yes"}, origin=BY_MARKETER)
    changes.delete(project, [contact.pk, contact.pk], origin=BY_MARKETER)
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    assert [(what, number) for what, _origin, number in rows()] == [
        ("created", 1),
        ("updated", 1),
        ("consent_changed", 1),
        ("deleted", 1),
    ]


def test_what_was_not_written_is_not_counted(project: Project) -> None:
    contact = cast.a_contact(project)
    before = rows()
    changes.edit(project, contact.pk, {"first_name": "Jane"}, origin=BY_MARKETER)
    with pytest.raises(InvalidContact):
        changes.create(project, {"email": "jane.smith@example.org"}, origin=BY_MARKETER)
    assert rows() == before


def test_summing_up_keeps_every_contact_and_leaves_the_present_alone(project: Project) -> None:
    for minutes, contacts in ((1, 2), (2, 3), (16, 5)):
        at = timezone.now() - timedelta(hours=3) + timedelta(minutes=minutes)
        _row(project, at, contacts)
    _row(project, timezone.now(), 7)
    for _ in range(2):
        activity.sum_up()
        assert sum(number for *_, number in rows()) == 17
    loose = [at for at in _times() if at.minute % 15 or at.second or at.microsecond]
    assert len(loose) == 1
    _row(project, timezone.now() - timedelta(days=activity.KEPT_DAYS + 1), 9)
    activity.sum_up()
    assert sum(number for *_, number in rows()) == 17


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Paris", 6), ("America/Montreal", 5), ("Asia/Kathmandu", 6)]
)
def test_a_day_is_a_day_of_the_project(project: Project, zone: str, day: int) -> None:
    projects.change_project(project, time_zone=zone)
    _row(project, datetime(2026, 5, 5, 22, 30, tzinfo=UTC), 4)
    _row(project, datetime(2026, 5, 5, 22, 31, tzinfo=UTC), 1, what="consent_changed")
    (found,) = activity.by_day(project, since=datetime(2026, 5, 1, tzinfo=UTC))
    assert found == DayOfContacts(datetime(2026, 5, day, tzinfo=UTC).date(), added=4, changed=1)
    assert activity.by_day(project, since=datetime(2026, 5, 6, 12, tzinfo=UTC)) == []


def _row(project: Project, at: datetime, contacts: int, *, what: str = "created") -> None:
    ActivityCount.objects.create(
        project=project, at=at, what=what, origin="import", contacts=contacts
    )


def _times() -> list[datetime]:
    return list(ActivityCount.objects.values_list("at", flat=True))


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (activity._SUM_UP, []),
        (activity._FORGET, [activity.KEPT_DAYS]),
        (deliveries._SUM_UP, {}),
        (deliveries._FORGET, {"days": deliveries.KEPT_DAYS}),
    ],
)
def test_summing_up_finds_its_rows_by_their_time_and_does_not_read_all_of_a_year(
    statement: str, given: Any
) -> None:
    """A moment that changes while a statement runs cannot be looked up in an index."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement}", given)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index Cond: .*\bat < ", plan), plan
