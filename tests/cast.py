"""The shared small cast: a project, a marketer, and a dozen contacts with known troubles.

Plain functions that make them through the product's own ways in; each test makes what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from raccord.accounts.models import User
from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, Field, Project, Subscription
from raccord.engine.records import FieldType, Operation, Origin, OriginKind

MARKETER = "ana.marketer@example.org"
BY_MARKETER = Origin(OriginKind.PERSON, actor=MARKETER)
PASSWORD = "correct horse battery staple"

# The demo's fields: (key, label, type).
FIELDS: tuple[tuple[str, str, FieldType], ...] = (
    ("email", "E-mail", FieldType.EMAIL),
    ("first_name", "First name", FieldType.TEXT),
    ("last_name", "Last name", FieldType.TEXT),
    ("salutation", "Salutation", FieldType.TEXT),
    ("company", "Company", FieldType.TEXT),
    ("title", "Title", FieldType.TEXT),
    ("phone", "Phone", FieldType.PHONE),
    ("mobile", "Mobile", FieldType.PHONE),
    ("street", "Street", FieldType.LONG_TEXT),
    ("city", "City", FieldType.TEXT),
    ("state", "State or region", FieldType.TEXT),
    ("postal_code", "Postal code", FieldType.TEXT),
    ("country", "Country", FieldType.TEXT),
    ("language", "Language", FieldType.TEXT),
    ("birthdate", "Date of birth", FieldType.DATE),
    ("lead_source", "Lead source", FieldType.TEXT),
    ("newsletter", "Newsletter", FieldType.CONSENT),
    ("notes", "Notes", FieldType.LONG_TEXT),
)

# Who they are says what is hard about them.
CONTACTS: Mapping[str, Mapping[str, str]] = {
    "plain": {
        "email": "jane.smith@example.org",
        "first_name": "Jane",
        "last_name": "Smith",
        "newsletter": "yes",
    },
    "accents": {
        "email": "zoe.lefevre@example.org",
        "first_name": "Zoé",
        "last_name": "Lefèvre-Núñez",
        "city": "Évry",
    },
    "apostrophe": {
        "email": "o'brien@example.org",
        "first_name": "Conan",
        "last_name": "O'Brien",
        "company": 'L\'Atelier "Au Fil"',
    },
    "upper_case": {
        "email": "HANS.MULLER@EXAMPLE.ORG",
        "first_name": "HANS",
        "last_name": "MÜLLER",
    },
    "no_last_name": {"email": "cher@example.org", "first_name": "Cher"},
    "opted_out": {
        "email": "leave.me@example.org",
        "last_name": "Alone",
        "newsletter": "no",
    },
    "emoji": {"email": "party@example.org", "first_name": "🎉 Mia", "last_name": "Fête 👩‍👩‍👧"},
    "right_to_left": {
        "email": "layla@example.org",
        "first_name": "ليلى",
        "last_name": "الخطيب",
    },
    "long_name": {
        "email": "long@example.org",
        "first_name": "A" * 80,
        "last_name": "von und zu " * 7 + "End",
    },
    "formula": {"email": "sum@example.org", "last_name": "=SUM(A1:A9)", "notes": "+1 -1 @x"},
    "several_lines": {
        "email": "lines@example.org",
        "last_name": "Lines",
        "street": "12, rue du Port\nBâtiment C",
    },
    "leap_day": {"email": "leap@example.org", "last_name": "Leap", "birthdate": "2000-02-29"},
}


def a_project(name: str = "Cast") -> Project:
    """A project with the demo's fields, identified by e-mail.

    Its fields are written at once: one by one, as people add them, they take a hundred times as
    many statements. tests/integration/contacts/test_cast.py holds that this leaves the same rows.
    """
    project = projects.create_project(name)
    Field.objects.bulk_create(
        Field(project=project, key=key, label=label, type=kind, position=position)
        for position, (key, label, kind) in enumerate(FIELDS)
    )
    projects.set_unique_key(project, ["email"])
    return project


def a_marketer(email: str = MARKETER) -> User:
    """Somebody who may sign in with PASSWORD."""
    return User.objects.create_user(email, PASSWORD, name="Ana Marketer")


def a_contact(project: Project, who: str = "plain", **values: object) -> Contact:
    """One of the cast, with other values where they are given."""
    return changes.create(project, {**CONTACTS[who], **values}, origin=BY_MARKETER)


def the_cast(project: Project) -> dict[str, Contact]:
    """All of them, by who they are."""
    return {who: a_contact(project, who) for who in CONTACTS}


def a_subscription(
    project: Project, *, transfer: int = 1, operations: tuple[Operation, ...] = tuple(Operation)
) -> Subscription:
    """Somebody who wants to hear of these operations."""
    return Subscription.objects.create(
        project=project, transfer=transfer, operations=list(operations)
    )
