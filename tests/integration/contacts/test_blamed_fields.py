"""What a worker refused is told in the reader's words, also of the project's own fields."""

from __future__ import annotations

import io

import pytest
from django.utils.translation import override

from raccord.contacts import imports
from raccord.contacts.blamed_fields import for_reader, labels_for_reader
from raccord.contacts.imports import rejects
from raccord.contacts.models import Project
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(db: None) -> Project:
    project = cast.a_project()
    project.fields.filter(key="birthdate").update(
        label="Birthday", labels={"fr": "Date de naissance"}
    )
    return project


def test_a_label_of_any_language_becomes_the_readers(project: Project) -> None:
    for stored in ("Birthday", "Date de naissance"):
        with override("fr"):
            told = for_reader({"field": stored, "n": 1}, labels_for_reader(project))
            assert told == {"field": "Date de naissance", "n": 1}
        with override("en"):
            assert for_reader({"field": stored}, labels_for_reader(project)) == {
                "field": "Birthday"
            }


@pytest.mark.parametrize("stored", [{}, {"field": "Nobody's"}, {"field": None}, {"field": 3}])
def test_what_is_no_label_stays(project: Project, stored: dict[str, object]) -> None:
    assert for_reader(stored, labels_for_reader(project)) == stored


def test_rejected_lines_name_the_field_in_the_readers_language(project: Project) -> None:
    """A French reader was told of “Birthday”, since the worker had read the file in English."""
    content = b"email,birthdate\na@example.org,never\n"
    run = imports.start(project, io.BytesIO(content), file_name="people.csv")
    imports.run_now(run)

    (french,) = rejects.rows(run, language="fr")
    (english,) = rejects.rows(run, language="en")

    assert "Date de naissance" in french[2] and "Birthday" not in french[2]
    assert "Birthday" in english[2]
