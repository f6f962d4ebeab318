"""Reading what happened to a contact: the change log with typed values, page by page.

Nothing here writes; `writing.py` adds the entries, `undo.py` takes one back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

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
PER_PAGE = 25
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


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The latest first. older: the entry that the next page begins after, None at the end."""

    changes: tuple[Change, ...]
    older: int | None


def page(contact: Contact, *, before: int | None = None, per_page: int = PER_PAGE) -> HistoryPage:
    """What happened to a contact, from the entry `before` (its id) on, that one not included.

    An id that is none of the contact's gives the first page.
    """
    entries = _entries(contact)
    last = entries.filter(id=before).first() if before is not None else None
    if last is not None:
        earlier = Q(at__lt=last.at) | Q(id__lt=last.id)
        entries = entries.filter(earlier, at__lte=last.at)
    found = list(entries[: per_page + 1])
    shown = found[:per_page]
    # Retired fields, too: what happened to them stays readable.
    specs = {field.key: field.spec() for field in Field.objects.filter(project=contact.project_id)}
    return HistoryPage(
        changes=tuple(Change(entry, _field_changes(entry, specs)) for entry in shown),
        older=shown[-1].id if len(found) > per_page else None,
    )


def of_consents(contact: Contact) -> dict[str, list[Change]]:
    """For each consent field what happened to it, the latest first."""
    specs = ProjectFields.of(contact.project_id).specs
    consents = {key: spec for key, spec in specs.items() if spec.type is FieldType.CONSENT}
    if not consents:
        return {}
    entries = _entries(contact).filter(changes__has_any_keys=list(consents))[:MOST_OF_CONSENTS]
    return {key: _of_field(key, entries, consents) for key in consents}


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
    return FieldChange(key, spec, _value(before, spec), _value(after, spec))


def _value(stored: Stored, spec: FieldSpec | None) -> Value:
    """The typed value; as it is stored where the field was of another type then."""
    try:
        if spec is not None:
            return from_json(spec.type, stored)
    except (ValueError, ArithmeticError):
        pass
    return tuple(stored) if isinstance(stored, list) else stored
