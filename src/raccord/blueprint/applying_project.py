"""Stage 1 of applying: the project, its fields, its unique key. After: the authorizations."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from raccord.blueprint.apply_run import ApplyRun, differs
from raccord.blueprint.document import FieldPart, ProjectPart
from raccord.blueprint.reading import Keys
from raccord.contacts import projects
from raccord.contacts.models import Field, Project

KEYS: Keys = ("project",)


def set_up_project(part: ProjectPart, *, run: ApplyRun) -> Project:
    """Make or change the project; what is wrong with it is collected in `run`."""
    project = Project.objects.filter(slug=part.slug).first()
    with run.collected(), run.placed(KEYS):
        project = _shaped(project, part, run=run)
    if project is None:
        # Undone with everything else; until then, the fields can be looked at, too.
        project = projects.create_project(uuid4().hex, slug=uuid4().hex)
    before = len(run.problems)
    for position, field in enumerate(part.fields):
        with run.collected(), run.placed((*KEYS, "fields", position)):
            _set_up_field(project, field, position=position, run=run)
    if len(run.problems) == before:
        with run.collected(), run.placed((*KEYS, "unique_key")):
            projects.set_unique_key(project, part.unique_key)
    return project


def _shaped(project: Project | None, part: ProjectPart, *, run: ApplyRun) -> Project:
    shape: Any = {
        "name": part.name,
        "languages": list(part.languages),
        "time_zone": part.time_zone,
    }
    if project is None:
        project = projects.create_project(slug=part.slug, **shape)
        run.note("project", part.name, "created")
    elif differs(project, shape):
        projects.change_project(project, **shape)
        run.note("project", part.name, "changed")
    else:
        run.note("project", part.name, "unchanged")
    return project


def _set_up_field(project: Project, part: FieldPart, *, position: int, run: ApplyRun) -> None:
    shape: Any = {
        "label": part.label or part.key.replace("_", " ").capitalize(),
        "type": part.type,
        "required": part.required,
        "choices": list(part.choices),
        "max_length": part.max_length,
        "position": position,
    }
    field = Field.objects.filter(project=project, key=part.key).first()
    if field is None:
        projects.add_field(project, key=part.key, **shape)
        run.note("field", part.key, "created")
    elif differs(field, shape):
        projects.change_field(field, **shape)
        run.note("field", part.key, "changed")
    else:
        run.note("field", part.key, "unchanged")
