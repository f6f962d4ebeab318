"""Nothing of one test is left for the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from raccord.contacts.models import Contact
from tests import cast, emptying
from tests.integration.sync.scene import a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("largest", [emptying.LARGEST, 0])
def test_no_table_keeps_a_row(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    scene = a_scene()
    scene.activate()
    scene.contact()
    scene.deliver()
    filled = set(_filled())
    assert {"contacts_contact", "sync_link", "procrastinate_jobs"} <= filled

    monkeypatch.setattr(emptying, "LARGEST", largest)
    emptying.empty("default")
    assert set(_filled()) <= set(emptying.KEPT)


def test_a_table_that_grew_begins_anew() -> None:
    project = cast.a_project()
    Contact.objects.bulk_create(
        Contact(project=project, key=str(number), values={"notes": "x" * 900})
        for number in range(400)
    )
    emptying.empty("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('contacts_contact')")
        assert cursor.fetchone() == (0,)


def test_a_foreign_key_is_looked_after_again_afterwards() -> None:
    cast.a_project()
    emptying.empty("default")
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


def _filled() -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')  # noqa: S608
            if cursor.fetchone() == (True,):
                yield table
