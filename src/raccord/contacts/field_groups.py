"""The groups of a project's fields: the sections of a contact's page and forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from raccord.contacts import field_order, labels
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import FieldGroup, Project
from raccord.engine.errors import BadInput

MOST_GROUPS = 50


def add_group(
    project: Project, *, label: str, labels: Mapping[str, str] | None = None
) -> FieldGroup:
    """Add an empty group behind the others. Raises InvalidProject (`at`: label or labels)."""
    with field_order.alone(project.pk):
        count = project.groups.count()
        group = FieldGroup(project=project, label=label.strip(), labels=dict(labels or {}))
        group.position = count
        problems = [*_problems(group)]
        if count >= MOST_GROUPS:
            params = {"most": str(MOST_GROUPS)}
            problems.append(BadInput("raccord.group.too_many", at="label", params=params))
        _refuse(problems)
        group.save(force_insert=True)
    return group


def change_group(group: FieldGroup, *, label: str, labels: Mapping[str, str]) -> FieldGroup:
    """Give a group other labels. Raises InvalidProject (`at`: label or labels)."""
    with field_order.alone(group.project_id):
        group.label, group.labels = label.strip(), dict(labels)
        _refuse(list(_problems(group)))
        group.save(update_fields=["label", "labels"])
    return group


def remove_group(group: FieldGroup) -> None:
    """Remove a group; its fields stay, in no group, behind those that were in none."""
    project_id = group.project_id
    with field_order.alone(project_id):
        group.delete()
        field_order.put_in_order(project_id)


def _problems(group: FieldGroup) -> Iterator[BadInput]:
    if not labels.is_label(group.label):
        yield BadInput("raccord.group.label", at="label")
    others = FieldGroup.objects.filter(project_id=group.project_id).exclude(pk=group.pk)
    if group.label.casefold() in {other.label.casefold() for other in others}:
        yield BadInput("raccord.group.label_taken", at="label")
    if not labels.fit(group.labels):
        yield BadInput("raccord.group.label", at="labels")


def _refuse(problems: list[BadInput]) -> None:
    if problems:
        raise InvalidProject(problems)
