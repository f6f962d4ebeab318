"""A project with very many contacts, some words of which are common and some rare.

Written past `contacts.changes`, as one stream into the table: what is measured is finding them.
The same call always makes the same contacts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from tools.example_contacts import CITIES, COMPANIES, FIRST_NAMES, LAST_NAMES, TITLES

if TYPE_CHECKING:
    from raccord.contacts.models import Project
    from raccord.engine.values import Stored

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEARS = 5
SYLLABLES = [a + b for a in "bcdfglmnprstvz" for b in ("a", "e", "i", "o", "ou", "an", "er")]
LANGUAGES = ["fr", "en", "de", "es", "it"]
HOSTS = ["gmail.com", "example.org", "orange.fr", "mail.example.net"]
INTERESTS = ["wine", "cheese", "travel", "music", "cooking"]

_COPY = """
COPY contacts_contact
    (project_id, uid, key, values, evidence, search_text, created_at, updated_at)
FROM STDIN
"""

_LINK = """
INSERT INTO sync_link (transfer_id, contact, remote_id, state, base, moved, match_key, answer)
SELECT %(transfer)s, id, 'r' || id, 'linked', '{}', 0, '', '{}' FROM contacts_contact
WHERE project_id = %(project)s AND id %% 1000 <> 0
"""
_MAKE_DUE = """
INSERT INTO contacts_outboxitem
    (subscription_id, contact, version, operations, priority, due_at, state, claims, attempts,
     reason, parameters, detail)
SELECT %(subscription)s, id, 1, '{updated}', 1, now(),
    CASE WHEN id %% 3000 = 1 THEN 'parked' WHEN id %% 5000 = 2 THEN 'held' ELSE 'due' END,
    0, 0, '', '{}', ''
FROM contacts_contact WHERE project_id = %(project)s AND id %% 100 < 3
"""


def a_project() -> Project:
    """The project, with a field of most types."""
    from raccord.contacts import projects
    from raccord.engine.records import FieldType

    project = projects.create_project("Many", time_zone="Europe/Paris")
    fields: list[tuple[str, FieldType]] = [
        ("email", FieldType.EMAIL),
        ("first_name", FieldType.TEXT),
        ("last_name", FieldType.TEXT),
        ("company", FieldType.TEXT),
        ("title", FieldType.TEXT),
        ("phone", FieldType.PHONE),
        ("city", FieldType.TEXT),
        ("country", FieldType.TEXT),
        ("birthdate", FieldType.DATE),
        ("score", FieldType.INTEGER),
        ("newsletter", FieldType.CONSENT),
        ("notes", FieldType.LONG_TEXT),
    ]
    for key, kind in fields:
        projects.add_field(project, key=key, label=key.replace("_", " ").title(), type=kind)
    for key, kind, choices in (
        ("language", FieldType.CHOICE, LANGUAGES),
        ("interests", FieldType.MULTIPLE_CHOICE, INTERESTS),
    ):
        projects.add_field(project, key=key, label=key.title(), type=kind, choices=choices)
    projects.set_unique_key(project, ["email"])
    return project


def fill(project: Project, *, count: int) -> None:
    """Write the contacts, and let the database clean up and count after it."""
    from django.db import connection

    from raccord.contacts.search_text import search_text

    chance = random.Random(count)
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for values, created, changed in _people(chance, count=count):
                row = orjson.dumps(values).decode()
                uid = f"{chance.getrandbits(128):032x}"
                text = search_text(values)
                copy.write_row(
                    (project.pk, uid, values["email"], row, "{}", text, created, changed)
                )
        cursor.execute("VACUUM (ANALYZE) contacts_contact")


def connect(project: Project) -> None:
    """Link nearly all of them to an organization; some wait, are refused or held."""
    from django.db import connection

    from raccord.connections.models import Authorization, Connection, DataTransfer
    from raccord.contacts.models import Subscription

    authorization = Authorization.objects.create(source="memory", name="Many", login_url="-")
    other = Connection.objects.create(
        project=project, source="memory", name="Many", authorization=authorization
    )
    transfer = DataTransfer.objects.create(connection=other, object="person")
    subscription = Subscription.objects.create(project=project, transfer=transfer.pk)
    with connection.cursor() as cursor:
        cursor.execute(_LINK, {"project": project.pk, "transfer": transfer.pk})
        cursor.execute(_MAKE_DUE, {"project": project.pk, "subscription": subscription.pk})
        for table in ("sync_link", "contacts_outboxitem"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _people(
    chance: random.Random, *, count: int
) -> Iterator[tuple[dict[str, Stored], datetime, datetime]]:
    """Values in stored form, and when the contact was created and last changed."""
    for number in range(count):
        created = NOW - timedelta(days=365 * YEARS * (1 - number / count))
        later = chance.random() ** 3 * (NOW - created).total_seconds()
        yield _person(chance, number), created, created + timedelta(seconds=later)


def _person(chance: random.Random, number: int) -> dict[str, Stored]:
    draw = chance.random
    first = chance.choice(FIRST_NAMES)
    last = chance.choice(LAST_NAMES) if draw() < 0.6 else _made_up(chance)
    city, _region, _code, country = chance.choice(CITIES)
    values: dict[str, Stored] = {
        "email": f"{_made_up(chance).lower()}.{number}@{chance.choice(HOSTS)}",
        "first_name": first,
        "last_name": last,
        "company": chance.choice(COMPANIES) if draw() < 0.3 else f"{_made_up(chance)} & Co",
        "city": city if draw() < 0.7 else _made_up(chance),
        "country": country,
        "phone": f"+33 {chance.randrange(10**8, 10**9)}",
        "score": int(chance.expovariate(0.02)),
        "language": chance.choice(LANGUAGES),
    }
    if draw() < 0.5:
        values["title"] = chance.choice(TITLES)
    if draw() < 0.4:
        values["birthdate"] = f"{chance.randrange(1940, 2008)}-{chance.randrange(1, 13):02}-15"
    if (said := draw()) < 0.65:
        values["newsletter"] = "no" if said < 0.002 else "yes"
    if draw() < 0.2:
        values["interests"] = sorted(chance.sample(INTERESTS, 2))
    if draw() < 0.1:
        values["notes"] = " ".join(_made_up(chance) for _ in range(8))
    return values


def _made_up(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()
