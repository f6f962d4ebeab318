"""What the contacts' own tables hold of one person, and how it is removed for good.

Called by `sync/erasure`, which knows the rest; in its transaction, under the project's barrier.
What cannot be taken apart (the file of an export) goes as a whole: it can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from raccord.contacts import exports
from raccord.contacts.models import Contact, ExportRun, Field, RunState
from raccord.engine.records import FieldType

# Shorter values are part of anybody's lines.
SHORTEST = 6

_STATEMENTS = {
    "changes": "DELETE FROM contacts_changelogentry WHERE contact_id = %(contact)s",
    "outbox": "DELETE FROM contacts_outboxitem WHERE contact = %(contact)s",
    "bulk": "DELETE FROM contacts_bulkitem WHERE contact = %(contact)s",
    "bulk_rejects": "DELETE FROM contacts_bulkreject WHERE contact = %(contact)s",
    "import_keys": """
        DELETE FROM contacts_importkey AS row USING contacts_importrun AS run
        WHERE run.id = row.run_id AND run.project_id = %(project)s AND row.key = %(key)s
    """,
    "import_rejects": """
        DELETE FROM contacts_importreject AS row USING contacts_importrun AS run
        WHERE run.id = row.run_id AND run.project_id = %(project)s
          AND EXISTS (
              SELECT FROM unnest(%(words)s::text[]) AS word
              WHERE position(word IN lower(row.content || ' ' || row.parameters::text)) > 0
          )
    """,
    "import_previews": """
        UPDATE contacts_importrun SET preview = '{}'
        WHERE project_id = %(project)s AND state IN ('done', 'failed', 'cancelled')
          AND EXISTS (
              SELECT FROM unnest(%(words)s::text[]) AS word
              WHERE position(word IN lower(preview::text)) > 0
          )
    """,
    "contacts": "DELETE FROM contacts_contact WHERE id = %(contact)s",
}


@dataclass(frozen=True, slots=True)
class Known:
    """By what a contact is known: its unique key, and the addresses among its values, folded."""

    key: str
    addresses: tuple[str, ...]


def known_by(contact: Contact) -> Known:
    """What would tell the person again."""
    emails = Field.objects.filter(project=contact.project_id, type=FieldType.EMAIL)
    values = (contact.values.get(key) for key in emails.values_list("key", flat=True))
    addresses = sorted({str(value).casefold() for value in values if value})
    return Known(contact.key, tuple(addresses))


def remove(contact: Contact) -> dict[str, int]:
    """Remove the contact and every trace of it in these tables; kind of row -> how many."""
    known = known_by(contact)
    words = sorted({each for each in (known.key.casefold(), *known.addresses) if _tells(each)})
    removed = {"export_files": sum(_export_files(contact.project_id, since=contact.created_at))}
    with connection.cursor() as cursor:
        for kind, statement in _STATEMENTS.items():
            cursor.execute(
                statement,
                {
                    "contact": contact.pk,
                    "project": contact.project_id,
                    "key": contact.key,
                    "words": words,
                },
            )
            removed[kind] = cursor.rowcount
    return removed


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST and word.isprintable()


def _export_files(project: int, *, since: datetime) -> Iterator[bool]:
    """Drop the files that may name the person, and stop what is being written."""
    runs = ExportRun.objects.filter(project=project).order_by("pk")
    for run in runs.exclude(state__in=[RunState.FAILED, RunState.CANCELLED]):
        if run.is_over and (run.finished_at is None or run.finished_at < since):
            continue
        yield exports.delete_file(run) if run.is_over else exports.cancel(run)
