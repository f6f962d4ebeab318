"""Reading what was changed in a contact: the change log with typed values.

Nothing here writes; `writing.py` adds the entries, `undo.py` takes one back. `sync.timeline` reads
it page by page, together with what was sent and received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from raccord.contacts.models import ChangeLogEntry, Contact, Field
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.values import Stored, from_json

_LAST_OF_FIELDS = """
SELECT DISTINCT ON (entry.contact_id, field.key) entry.contact_id, field.key, entry.id
FROM contacts_changelogentry AS entry
CROSS JOIN LATERAL jsonb_object_keys(entry.changes) AS field (key)
WHERE entry.contact_id = ANY(%(contacts)s) AND field.key = ANY(%(keys)s)
ORDER BY entry.contact_id, field.key, entry.at DESC, entry.id DESC
"""
MOST_OF_CONSENTS = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one change log entry says about one field; spec is None if the field is gone."""

    key: str
    spec: FieldSpec | None
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a contact's history, with typed values."""

    entry: ChangeLogEntry
    fields: tuple[FieldChange, ...]


def entries(contact: Contact, times: Collection[datetime]) -> list[ChangeLogEntry]:
    """What was logged of a contact at these moments, the latest first."""
    return list(_entries(contact).filter(at__in=list(times))) if times else []


def typed(contact: Contact, entries: Iterable[ChangeLogEntry]) -> list[Change]:
    """The entries with typed values."""
    # Retired fields, too: what happened to them stays readable.
    specs = {field.key: field.spec() for field in Field.objects.filter(project=contact.project_id)}
    return [Change(entry, _field_changes(entry, specs)) for entry in entries]


def of_consents(contact: Contact) -> dict[str, list[Change]]:
    """For each consent field what happened to it, the latest first."""
    specs = ProjectFields.of(contact.project_id).specs
    consents = {key: spec for key, spec in specs.items() if spec.type is FieldType.CONSENT}
    if not consents:
        return {}
    entries = _entries(contact).filter(changes__has_any_keys=list(consents))[:MOST_OF_CONSENTS]
    return {key: _of_field(key, entries, consents) for key in consents}


def last_of_field(contact: Contact, key: str) -> ChangeLogEntry | None:
    """The latest entry that changed the field."""
    return _entries(contact).filter(changes__has_key=key).first()


def newest(contact: Contact) -> ChangeLogEntry | None:
    """The latest entry, which says who touched the contact last."""
    return _entries(contact).first()


def last_of_fields(
    contacts: Sequence[int], keys: Sequence[str]
) -> dict[tuple[int, str], ChangeLogEntry]:
    """(contact, field key) -> the latest entry that changed the field, for any of these."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_OF_FIELDS, {"contacts": list(contacts), "keys": list(keys)})
        latest = cursor.fetchall()
    found = ChangeLogEntry.objects.filter(
        contact__in=list(contacts), id__in={entry for _, _, entry in latest}
    )
    by_id = {entry.id: entry for entry in found}
    return {(contact, key): by_id[entry] for contact, key, entry in latest if entry in by_id}


def _entries(contact: Contact) -> QuerySet[ChangeLogEntry]:
    return ChangeLogEntry.objects.filter(contact=contact).order_by("-at", "-id")


def _of_field(
    key: str, entries: Iterable[ChangeLogEntry], specs: Mapping[str, FieldSpec]
) -> list[Change]:
    return [
        Change(entry, (_field_change(key, *entry.changes[key], spec=specs[key]),))
        for entry in entries
        if key in entry.changes
    ]


def _field_changes(
    entry: ChangeLogEntry, specs: Mapping[str, FieldSpec]
) -> tuple[FieldChange, ...]:
    """In the order of the project's fields, removed fields last."""
    places = {key: place for place, key in enumerate(specs)}
    keys = sorted(entry.changes, key=lambda key: (places.get(key, len(places)), key))
    return tuple(_field_change(key, *entry.changes[key], spec=specs.get(key)) for key in keys)


def _field_change(
    key: str, before: Stored, after: Stored, *, spec: FieldSpec | None
) -> FieldChange:
    return FieldChange(key, spec, value_of(before, spec), value_of(after, spec))


def value_of(stored: Stored, spec: FieldSpec | None) -> Value:
    """The typed value; as it is stored where the field was of another type then."""
    try:
        if spec is not None:
            return from_json(spec.type, stored)
    except (ValueError, ArithmeticError):
        pass
    return tuple(stored) if isinstance(stored, list) else stored
