"""What other key fields would mean for the contacts that exist, told before anything is changed.

Before: `new_keys.py`. After, once it is clean: `unique_key.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from raccord.contacts import new_keys
from raccord.contacts.models import Project
from raccord.engine.records import FieldSpec

# How many of each are shown.
FIRST = 10
FIRST_OF_GROUP = 5


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Contacts that would have the same key: how many, and the ids of the first."""

    count: int
    contacts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyReport:
    """contacts: all living ones.

    lacking: those without a value in one of the fields at least; first_lacking: ids;
    lacking_by_field: field key -> how many have no value there, where there are any.
    groups, duplicated: how many keys several contacts would share, and how many contacts those
    are; first_groups: the largest of them.
    """

    contacts: int
    lacking: int
    first_lacking: tuple[int, ...]
    lacking_by_field: dict[str, int]
    groups: int
    duplicated: int
    first_groups: tuple[Duplicates, ...]

    @property
    def is_clean(self) -> bool:
        return not self.lacking and not self.groups


def compare(project: Project, specs: Sequence[FieldSpec]) -> KeyReport:
    """Look at every contact; takes about ten seconds for a million of them. Writes nothing."""
    with transaction.atomic():
        new_keys.work_out(project.pk, specs)
        return from_new_keys(project, specs)


def from_new_keys(project: Project, specs: Sequence[FieldSpec]) -> KeyReport:
    """The report, from the table that `new_keys.work_out` filled in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE key IS NULL) FROM new_keys")
        contacts, lacking = cursor.fetchone()
        cursor.execute(
            "SELECT contact FROM new_keys WHERE key IS NULL ORDER BY contact LIMIT %s", [FIRST]
        )
        first_lacking = tuple(contact for (contact,) in cursor.fetchall())
        cursor.execute(
            "SELECT count(*) OVER (), sum(count(*)) OVER (), count(*), "
            "(array_agg(contact ORDER BY contact))[:%s] "
            "FROM new_keys WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1 "
            "ORDER BY count(*) DESC, min(contact) LIMIT %s",
            [FIRST_OF_GROUP, FIRST],
        )
        rows = cursor.fetchall()
    return KeyReport(
        contacts=contacts,
        lacking=lacking,
        first_lacking=first_lacking,
        lacking_by_field=_lacking_by_field(project, specs) if lacking else {},
        groups=rows[0][0] if rows else 0,
        duplicated=int(rows[0][1]) if rows else 0,
        first_groups=tuple(Duplicates(count, tuple(ids)) for _, _, count, ids in rows),
    )


def _lacking_by_field(project: Project, specs: Sequence[FieldSpec]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part, count(*) FROM contacts_contact, unnest(%s::text[]) AS part "
            "WHERE project_id = %s AND deleted_at IS NULL AND NOT values ? part GROUP BY part",
            [[spec.key for spec in specs], project.pk],
        )
        return dict(cursor.fetchall())
