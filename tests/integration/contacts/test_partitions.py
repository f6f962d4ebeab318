"""Every month of the change log gets its partition, also one that comes too late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.utils import connector_params

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


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_is_not_waited_for_and_the_next_attempt_makes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A waiting LOCK TABLE would keep every save waiting behind it, as long as the reader takes."""
    monkeypatch.setattr(partitions, "_DO_NOT_WAIT", "SET LOCAL lock_timeout = '50ms'")
    month = date(2033, 5, 1)
    with psycopg.connect(**connector_params()) as reader:
        reader.execute("SELECT count(*) FROM contacts_changelogentry")
        partitions.prepare(month, months=1)
        assert not exists("contacts_changelogentry_2033_05")
    partitions.prepare(month, months=1)
    assert exists("contacts_changelogentry_2033_05")
    with psycopg.connect(**connector_params()) as reader:
        reader.execute("SELECT count(*) FROM contacts_changelogentry_2033_05")
        partitions.drop(date(2033, 7, 1), table=partitions.CHANGE_LOG)
        assert exists("contacts_changelogentry_2033_05")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE contacts_changelogentry_2033_05")


def exists(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        return cursor.fetchone()[0] is not None
