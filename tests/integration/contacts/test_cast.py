"""What the cast writes at once is what people would have made step by step."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from raccord.contacts import projects
from raccord.contacts.models import Project
from tests import cast

pytestmark = pytest.mark.django_db


def test_the_casts_project_is_as_if_its_fields_had_been_added_one_by_one() -> None:
    at_once = _rows_of(cast.a_project("One"))

    before = _counts()
    project = projects.create_project("Two")
    for key, label, kind in cast.FIELDS:
        projects.add_field(project, key=key, label=label, type=kind)
    projects.set_unique_key(project, ["email"])

    assert _rows_of(project) == at_once
    grown = {table for table, count in _counts().items() if count > before[table]}
    assert grown == {"contacts_project", "contacts_field"}  # `_rows_of` looks at these


def _rows_of(project: Project) -> list[dict[str, Any]]:
    """The project's row and those of its fields, without what differs between any two."""
    project.refresh_from_db()
    rows: list[dict[str, Any]] = [
        *map(dict, Project.objects.filter(pk=project.pk).values()),
        *map(dict, project.fields.order_by("position").values()),
    ]
    own = {"id", "project_id", "name", "slug", "created_at"}
    return [{name: value for name, value in row.items() if name not in own} for row in rows]


def _counts() -> dict[str, int]:
    tables = [model._meta.db_table for model in apps.get_models()]
    with connection.cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own models
            counts[table] = cursor.fetchone()[0]
    return counts
