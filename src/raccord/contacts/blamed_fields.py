"""The field that a stored refusal blames, as the reader knows it.

A worker that refuses something has no reader: with the code it keeps the field's label in whatever
language it runs in. When the refusal is shown, the label becomes the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from raccord.contacts.models import Field, Project

BLAMED = "field"


def labels_for_reader(project: Project | int) -> dict[str, str]:
    """Whatever a field of the project is called in any language -> what it is called now."""
    project_id = project if isinstance(project, int) else project.pk
    fields = Field.objects.filter(project_id=project_id)
    return {
        label: str(field)
        for field in fields.order_by("-position", "-id")
        for label in (*field.labels.values(), field.label)
    }


def for_reader(parameters: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a refusal, with the blamed field in the reader's language."""
    blamed = parameters.get(BLAMED)
    known = labels.get(blamed) if isinstance(blamed, str) else None
    return {**parameters, BLAMED: known} if known else dict(parameters)


def named_for_reader(parameters: Mapping[str, Any], project: Project | int) -> dict[str, Any]:
    """The parameters of a refusal that names our own fields by their keys, joined by commas."""
    project_id = project if isinstance(project, int) else project.pk
    keys = str(parameters.get("fields", "")).split(", ")
    fields = {field.key: str(field) for field in Field.objects.filter(project_id=project_id)}
    return {**parameters, "fields": ", ".join(fields.get(key, key) for key in keys)}
