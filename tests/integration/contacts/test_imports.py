"""A CSV file becomes contacts: what is taken, what is refused, and with which words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from raccord.contacts import imports
from raccord.contacts.messages import explain
from raccord.contacts.models import Contact, ImportKey, ImportPart, ImportRun, Project
from tests import cast

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[3] / "examples/contacts.csv"


@pytest.fixture
def project() -> Project:
    return cast.a_project()


def imported(project: Project, content: str | bytes, **options: str) -> ImportRun:
    raw = content.encode() if isinstance(content, str) else content
    run = imports.start(project, io.BytesIO(raw), file_name="x.csv", **options)
    if run.state != "failed":
        run = imports.run_now(run)
    assert run.read == run.created + run.updated + run.unchanged + run.rejected
    assert run.rejects.filter(taken=False).count() == run.rejected
    return run


def rejected(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(r.line, r.column, r.code.removeprefix("raccord.")) for r in run.rejects.all()]


def emails(project: Project) -> list[str]:
    return sorted(Contact.objects.filter(project=project).values_list("key", flat=True))


def test_the_example_file(project: Project) -> None:
    run = imports.run_now(imports.start(project, EXAMPLE, file_name=EXAMPLE.name))
    print(run.read, run.created, rejected(run))
    for r in run.rejects.all():
        print(r.line, r.column, explain(r.code, r.parameters), repr(r.content[:80]))
    assert run.state == "done"
    assert run.created == Contact.objects.count() >= 1000
