"""The fields that a new project can begin with, named in the language of who makes it."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from raccord.contacts import projects
from raccord.contacts.models import Project
from raccord.engine.records import FieldType


class StarterField(NamedTuple):
    key: str
    label: str
    type: FieldType


EMAIL = StarterField("email", gettext_noop("E-mail"), FieldType.EMAIL)
USUAL = (
    EMAIL,
    StarterField("first_name", gettext_noop("First name"), FieldType.TEXT),
    StarterField("last_name", gettext_noop("Last name"), FieldType.TEXT),
    StarterField("company", gettext_noop("Company"), FieldType.TEXT),
    StarterField("phone", gettext_noop("Phone"), FieldType.PHONE),
    StarterField("newsletter", gettext_noop("Newsletter"), FieldType.CONSENT),
)
CHOICES = [
    ("usual", gettext_lazy("The usual ones: e-mail, name, company, phone, newsletter consent")),
    ("email", gettext_lazy("Only the e-mail address")),
]


def create_project(name: str, *, languages: list[str], time_zone: str, begin_with: str) -> Project:
    """Make a project that can take contacts at once: the e-mail address is its unique key."""
    with transaction.atomic():
        project = projects.create_project(name, languages=languages, time_zone=time_zone)
        for field in USUAL if begin_with == "usual" else (EMAIL,):
            projects.add_field(project, key=field.key, type=field.type, label=gettext(field.label))
        projects.set_unique_key(project, [EMAIL.key])
    return project
