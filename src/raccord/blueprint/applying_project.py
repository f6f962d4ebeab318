"""Stage 1 of applying: the project, its groups and fields, its unique key. After: the
authorizations. Fields are retired at the very end, when no mapping needs them any more.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from raccord.blueprint.apply_run import ApplyRun, differs
from raccord.blueprint.document import ChoicePart, FieldPart, GroupPart, ProjectPart
from raccord.blueprint.reading import Keys
from raccord.contacts import barrier, projects
from raccord.contacts.models import Field, FieldGroup, Project

KEYS: Keys = ("project",)


def set_up_project(part: ProjectPart, *, run: ApplyRun) -> Project:
    """Make or change the project; what is wrong with it is collected in `run`."""
    project = Project.objects.filter(slug=part.slug).first()
    if project is not None:
        _reserve(project)
    with run.collected(), run.placed(KEYS):
        project = _shaped(project, part, run=run)
    if project is None:
        # Undone with everything else; until then, the fields can be looked at, too.
        project = projects.create_project(uuid4().hex, slug=uuid4().hex)
    before = len(run.problems)
    for number, group in enumerate(part.groups):
        with run.collected(), run.placed((*KEYS, "groups", number)):
            _set_up_group(project, group, run=run)
    groups = {group.label: group for group in project.groups.all()}
    for number, field in enumerate(part.fields):
        with run.collected(), run.placed((*KEYS, "fields", number)):
            _set_up_field(project, field, group=groups.get(field.group), run=run)
    if len(run.problems) == before:
        with run.collected(), run.placed((*KEYS, "unique_key")):
            projects.set_unique_key(project, part.unique_key)
        _put_in_order(project, part, run=run)
    return project


def retire_fields(project: Project, part: ProjectPart, *, run: ApplyRun) -> None:
    """Retire the fields that the file says are; refusals are collected in `run`."""
    for number, field in enumerate(part.fields):
        stored = project.fields.filter(key=field.key, retired_at=None).first()
        if field.retired and stored is not None:
            with run.collected(), run.placed((*KEYS, "fields", number)):
                projects.retire_field(stored)
                run.note("retired field", field.key, "changed")


def _reserve(project: Project) -> None:
    """Take the barrier before the project's row, as everybody does who changes fields.

    It is a lock of the transaction, in which all of the file is applied.
    """
    with barrier.exclusive(project.pk):
        pass


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


def _set_up_group(project: Project, part: GroupPart, *, run: ApplyRun) -> None:
    shape: Any = {"label": part.label, "labels": dict(part.labels)}
    group = FieldGroup.objects.filter(project=project, label=part.label).first()
    if group is None:
        projects.add_group(project, **shape)
        run.note("group", part.label, "created")
    elif differs(group, shape):
        projects.change_group(group, **shape)
        run.note("group", part.label, "changed")
    else:
        run.note("group", part.label, "unchanged")


def _set_up_field(
    project: Project, part: FieldPart, *, group: FieldGroup | None, run: ApplyRun
) -> None:
    shape: Any = {
        "label": part.label or part.key.replace("_", " ").capitalize(),
        "labels": dict(part.labels),
        "group": group,
        "type": part.type,
        "required": part.required and not part.retired,
        "choices": [choice.code for choice in part.choices],
        "choice_labels": {each.code: labels for each in part.choices if (labels := _labels(each))},
        "max_length": part.max_length,
    }
    field = Field.objects.filter(project=project, key=part.key).first()
    if field is None:
        projects.add_field(project, key=part.key, **shape)
        run.note("field", part.key, "created")
        return
    back = field.retired_at is not None and (not part.retired or differs(field, shape))
    if back:
        projects.bring_back_field(field)
    if changed := differs(field, shape):
        projects.change_field(field, **shape)
    run.note("field", part.key, "changed" if back or changed else "unchanged")


def _labels(choice: ChoicePart) -> dict[str, str]:
    """Under "" the label for every language, where that is not the code."""
    everyone = {"": choice.label} if choice.label not in ("", choice.code) else {}
    return everyone | dict(choice.labels)


def _put_in_order(project: Project, part: ProjectPart, *, run: ApplyRun) -> None:
    """Groups and fields in the file's order, before those that it does not name; a group that it
    does not name and no field is in goes."""
    named = {group.label for group in part.groups}
    for group in project.groups.filter(fields=None).exclude(label__in=named):
        projects.remove_group(group)
        run.note("group", group.label, "removed")
    ids = dict(project.fields.values_list("key", "pk"))
    groups = dict(project.groups.values_list("label", "pk"))
    order: list[tuple[int | None, list[int]]] = [
        (groups.get(label), [ids[field.key] for field in part.fields if field.group == label])
        for label in ("", *(group.label for group in part.groups))
    ]
    if projects.arrange(project, order):
        run.note("order of the fields", part.name, "changed")
