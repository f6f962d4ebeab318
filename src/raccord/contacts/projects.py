"""Projects and their fields: what the screens and `raccord apply` call to shape a database.

The fields themselves are shaped in `fields.py`, `field_groups.py`, `field_order.py` and
`unique_key.py`; this is the one door to all of them.
"""

from __future__ import annotations

import itertools
import re
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import TypedDict, Unpack

from django.conf import settings
from django.utils.text import slugify

from raccord.contacts.field_groups import add_group, change_group, remove_group
from raccord.contacts.field_order import arrange
from raccord.contacts.field_rules import RESERVED, WITH_CHOICES, WITH_LENGTH
from raccord.contacts.fields import (
    FieldOptions,
    FieldShape,
    add_field,
    bring_back_field,
    change_field,
    remove_field,
    retire_field,
)
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Project
from raccord.contacts.unique_key import set_unique_key
from raccord.engine.errors import BadInput

__all__ = [
    "RESERVED",
    "WITH_CHOICES",
    "WITH_LENGTH",
    "FieldOptions",
    "FieldShape",
    "ProjectShape",
    "add_field",
    "add_group",
    "arrange",
    "bring_back_field",
    "change_field",
    "change_group",
    "change_project",
    "create_project",
    "remove_field",
    "remove_group",
    "retire_field",
    "set_unique_key",
]

SLUG_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# The address /projects/new/ is that of making one.
RESERVED_SLUGS = frozenset({"new"})


class ProjectShape(TypedDict, total=False):
    """What a project can be changed to."""

    name: str
    slug: str
    languages: Sequence[str]
    time_zone: str


def create_project(
    name: str,
    *,
    slug: str = "",
    languages: Sequence[str] = ("en", "fr"),
    time_zone: str = "UTC",
) -> Project:
    """Make an empty project; its short name is made from the name unless it is given.

    Raises InvalidProject (`at`: name, slug, languages or time_zone).
    """
    project = Project(
        name=name.strip(),
        slug=slug or _free_slug(name),
        languages=list(languages),
        time_zone=time_zone,
    )
    _refuse(_problems(project))
    project.save()
    return project


def change_project(project: Project, **shape: Unpack[ProjectShape]) -> Project:
    """Change a project's name, short name, languages or time zone. Raises InvalidProject."""
    for attribute, value in shape.items():
        setattr(project, attribute, value)
    _refuse(_problems(project))
    project.save(update_fields=["name", "slug", "languages", "time_zone"])
    return project


def _free_slug(name: str) -> str:
    """Made from the name; with a number where another project has it, or nothing is left of it."""
    stem = slugify(name)[:50].strip("-") or "project"
    named = Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    taken = RESERVED_SLUGS.union(named)
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([stem], numbered) if slug not in taken)


def _refuse(problems: Iterable[BadInput]) -> None:
    if found := tuple(problems):
        raise InvalidProject(found)


def _problems(project: Project) -> Iterable[BadInput]:
    others = Project.objects.exclude(pk=project.pk)
    if not 0 < len(project.name) <= 120:
        yield BadInput("raccord.project.name", at="name")
    elif others.filter(name=project.name).exists():
        yield BadInput("raccord.project.name_taken", at="name")
    if len(project.slug) > 60 or not SLUG_FORM.fullmatch(project.slug):
        yield BadInput("raccord.project.slug", at="slug")
    elif project.slug in RESERVED_SLUGS or others.filter(slug=project.slug).exists():
        yield BadInput("raccord.project.slug_taken", at="slug")
    if not project.languages or not set(project.languages) <= dict(settings.LANGUAGES).keys():
        yield BadInput("raccord.project.languages", at="languages")
    if project.time_zone not in zoneinfo.available_timezones():
        yield BadInput("raccord.project.time_zone", at="time_zone")
