"""The sets of fields that a new project can begin with, named in each of its languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from raccord.contacts import labels, projects
from raccord.contacts.labels import Wording
from raccord.contacts.models import FieldGroup, Project
from raccord.contacts.unique_key import UNFIT
from raccord.engine.records import FieldType


class StarterField(NamedTuple):
    """choices: code -> label."""

    key: str
    label: str
    type: FieldType
    choices: Mapping[str, str] = {}


class StarterSet(NamedTuple):
    """groups: name of the group ("" for none) -> its fields."""

    name: str | Promise
    about: str | Promise
    groups: Mapping[str, Sequence[StarterField]]

    @property
    def fields(self) -> list[StarterField]:
        return [field for group in self.groups.values() for field in group]

    @property
    def key_choices(self) -> list[tuple[str, str]]:
        """The fields that can identify a contact, in the reader's language."""
        return [(each.key, gettext(each.label)) for each in self.fields if each.type not in UNFIT]


EMAIL = StarterField("email", gettext_noop("E-mail"), FieldType.EMAIL)
FIRST_NAME = StarterField("first_name", gettext_noop("First name"), FieldType.TEXT)
LAST_NAME = StarterField("last_name", gettext_noop("Last name"), FieldType.TEXT)
COMPANY = StarterField("company", gettext_noop("Company"), FieldType.TEXT)
JOB_TITLE = StarterField("job_title", gettext_noop("Job title"), FieldType.TEXT)
PHONE = StarterField("phone", gettext_noop("Phone"), FieldType.PHONE)
LANGUAGE = StarterField(
    "language",
    gettext_noop("Language"),
    FieldType.CHOICE,
    {
        "en": gettext_noop("English"),
        "fr": gettext_noop("French"),
        "es": gettext_noop("Spanish"),
        "other": gettext_noop("Another language"),
    },
)
PERSON = gettext_noop("Person")
MARKETING = StarterSet(
    gettext_lazy("Marketing contacts"),
    gettext_lazy("Name, e-mail, phone, company, address, language and consents."),
    {
        PERSON: [EMAIL, FIRST_NAME, LAST_NAME, LANGUAGE],
        gettext_noop("Work"): [COMPANY, JOB_TITLE],
        gettext_noop("Phone and address"): [
            PHONE,
            StarterField("street", gettext_noop("Street"), FieldType.LONG_TEXT),
            StarterField("city", gettext_noop("City"), FieldType.TEXT),
            StarterField("region", gettext_noop("State or region"), FieldType.TEXT),
            StarterField("postal_code", gettext_noop("Postal code"), FieldType.TEXT),
            StarterField("country", gettext_noop("Country"), FieldType.TEXT),
        ],
        gettext_noop("Marketing"): [
            StarterField(
                "relationship",
                gettext_noop("Relationship"),
                FieldType.CHOICE,
                {
                    "prospect": gettext_noop("Prospect"),
                    "customer": gettext_noop("Customer"),
                    "partner": gettext_noop("Partner"),
                    "former": gettext_noop("Former customer"),
                },
            ),
            StarterField("source", gettext_noop("Where the contact comes from"), FieldType.TEXT),
            StarterField("newsletter", gettext_noop("Newsletter"), FieldType.CONSENT),
            StarterField("invitations", gettext_noop("Invitations to events"), FieldType.CONSENT),
        ],
    },
)
EVENTS = StarterSet(
    gettext_lazy("Events"),
    gettext_lazy("Who registered for what, who came, what they eat, and consents."),
    {
        PERSON: [EMAIL, FIRST_NAME, LAST_NAME, PHONE, COMPANY, JOB_TITLE],
        gettext_noop("Participation"): [
            StarterField("event", gettext_noop("Event"), FieldType.TEXT),
            StarterField("registered_on", gettext_noop("Registered on"), FieldType.DATE),
            StarterField(
                "attendance",
                gettext_noop("Attendance"),
                FieldType.CHOICE,
                {
                    "invited": gettext_noop("Invited"),
                    "registered": gettext_noop("Registered"),
                    "attended": gettext_noop("Attended"),
                    "absent": gettext_noop("Did not come"),
                    "cancelled": gettext_noop("Cancelled"),
                },
            ),
            StarterField("meals", gettext_noop("Meals and allergies"), FieldType.LONG_TEXT),
        ],
        gettext_noop("Consents"): [
            StarterField("invitations", gettext_noop("Invitations to events"), FieldType.CONSENT),
            StarterField("photos", gettext_noop("Publication of photos"), FieldType.CONSENT),
        ],
    },
)
EMPTY = StarterSet(
    gettext_lazy("Empty"),
    gettext_lazy("Only the e-mail address; you add what you need."),
    {"": [EMAIL]},
)
SETS: Mapping[str, StarterSet] = {"marketing": MARKETING, "events": EVENTS, "empty": EMPTY}


def create_project(
    name: str, *, languages: list[str], time_zone: str, begin_with: str, key: Sequence[str]
) -> Project:
    """Make a project that can take contacts at once. Raises InvalidProject."""
    with transaction.atomic():
        project = projects.create_project(name, languages=languages, time_zone=time_zone)
        for label, fields in SETS[begin_with].groups.items():
            group = _group(project, label) if label else None
            for field in fields:
                _add(project, field, group=group)
        projects.set_unique_key(project, key)
    return project


def _group(project: Project, name: str) -> FieldGroup:
    label, own = _said(name, project.languages)
    return projects.add_group(project, label=label, labels=own)


def _add(project: Project, field: StarterField, *, group: FieldGroup | None) -> None:
    label, own = _said(field.label, project.languages)
    texts = {code: _told(name, project.languages) for code, name in field.choices.items()}
    projects.add_field(
        project,
        key=field.key,
        type=field.type,
        label=label,
        labels=own,
        group=group,
        choices=list(field.choices),
        choice_labels=labels.choice_wordings(project.languages, texts),
    )


def _said(text: str, languages: Sequence[str]) -> Wording:
    return labels.wording(languages, _told(text, languages))


def _told(text: str, languages: Sequence[str]) -> dict[str, str]:
    """The text in each language, from the catalogues of the screens."""
    told = {}
    for code in languages:
        with translation.override(code):
            told[code] = gettext(text)
    return told
