"""What the previous release still writes while, or after, this one's migrations have run."""

from __future__ import annotations

import pytest
from django.db import connection

from raccord.contacts.models import Project

pytestmark = pytest.mark.django_db

FIELD = """
INSERT INTO contacts_field (project_id, key, label, type, required, choices, position)
VALUES (%s, 'zip', 'Zip', 'text', false, '{}', 9)
RETURNING labels::text, choice_labels::text
"""
IMPORT = """
INSERT INTO contacts_importrun
    (project_id, state, started_by, reason, parameters, created_at, file_name, size, encoding,
     position, next_line, read, created, updated, unchanged, rejected)
VALUES (%s, 'waiting', '', '', '{}', now(), 'x.csv', 0, '', 0, 1, 0, 0, 0, 0, 0)
RETURNING format, sheet, options::text, preview::text
"""


def test_the_previous_release_could_not_add_a_field_nor_start_an_import(project: Project) -> None:
    """New columns had no default in the database, and it knows nothing of them."""
    with connection.cursor() as cursor:
        cursor.execute(FIELD, [project.pk])
        assert cursor.fetchone() == ("{}", "{}")
        cursor.execute(IMPORT, [project.pk])
        assert cursor.fetchone() == ("csv", "", "{}", "{}")


def test_indexes_of_contacts_were_built_beside_the_work_and_are_whole() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relname IN ('contact_words', 'contact_changed', 'contact_recent')"
            " ORDER BY relname"
        )
        assert cursor.fetchall() == [("contact_changed", True), ("contact_words", True)]
