"""What happened to a contact, in words: who, when, and from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from raccord.connections.models import DataTransfer
from raccord.contacts import queries
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import OriginKind, Value
from raccord.web.contacts.shown import in_words

MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class ShownChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry of the change log. who: a person, an import, another system."""

    at: datetime
    operation: str
    operation_label: str
    who: str
    changes: list[ShownChange]


def history_of(contact: Contact) -> list[ShownEntry]:
    """The latest entries of a contact, the newest first."""
    found = queries.history(contact, limit=MOST_ENTRIES)
    connections = _connections({change.entry.transfer for change in found})
    return [
        ShownEntry(
            change.entry.at,
            change.entry.operation,
            change.entry.get_operation_display(),
            _who(change.entry, connections),
            [_shown(field) for field in change.fields],
        )
        for change in found
    ]


def _connections(transfers: set[int | None]) -> Mapping[int, str]:
    """Data transfer -> the name of its connection."""
    keys = [transfer for transfer in transfers if transfer is not None]
    known = DataTransfer.objects.filter(pk__in=keys)
    return dict(known.values_list("pk", "connection__name"))


def _shown(field: queries.FieldChange) -> ShownChange:
    if field.spec is None:
        return ShownChange(field.key, _text(field.before), _text(field.after))
    before, after = (in_words(field.spec, value) for value in (field.before, field.after))
    return ShownChange(field.spec.label, before, after)


def _text(value: Value) -> str:
    """A value of a field that was removed since."""
    return "" if value is None else str(value)


def _who(entry: ChangeLogEntry, connections: Mapping[int, str]) -> str:
    match entry.origin:
        case OriginKind.SYNC:
            return connections.get(entry.transfer or 0) or _("Another system")
        case OriginKind.IMPORT if entry.actor:
            return _("Import: %(actor)s") % {"actor": entry.actor}
        case OriginKind.IMPORT:
            return pgettext("who changed a contact", "Import")
        case OriginKind.FORM:
            return _("Web form")
        case OriginKind.SETUP:
            return entry.actor or _("Set-up")
        case _:
            return entry.actor
