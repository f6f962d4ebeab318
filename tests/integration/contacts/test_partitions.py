"""Every month of the change log gets its partition, also one that comes too late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from raccord.contacts import partitions
from raccord.contacts.models import ChangeLogEntry

pytestmark = pytest.mark.django_db


def homes() -> dict[str, int]:
    """How many entries lie in which partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, count(*) FROM contacts_changelogentry GROUP BY 1"
        )
        return dict(cursor.fetchall())


def write(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_changelogentry (at, project_id, contact_id, operation, origin) "
            "VALUES (%s, 1, 1, 'created', 'person')",
            [at],
        )


def test_the_migration_prepared_this_month() -> None:
    now = datetime.now(UTC)
    write(now)
    assert homes() == {f"contacts_changelogentry_{now:%Y_%m}": 1}


def test_a_month_that_comes_too_late_takes_its_entries_over() -> None:
    for day in (datetime(2031, 11, 30, 23, 59, tzinfo=UTC), datetime(2031, 12, 31, tzinfo=UTC)):
        write(day)
    assert homes() == {"contacts_changelogentry_other": 2}
    partitions.prepare(date(2031, 12, 15), months=2)
    assert homes() == {"contacts_changelogentry_other": 1, "contacts_changelogentry_2031_12": 1}
    partitions.prepare(date(2031, 12, 16), months=2)
    assert ChangeLogEntry.objects.count() == 2
    write(datetime(2032, 1, 1, tzinfo=UTC))
    assert homes()["contacts_changelogentry_2032_01"] == 1
