"""What happened to a contact, newest first: its change log and its delivery log, read as one.

An entry of the change log that wrote down values of theirs carries the delivery it came with
(`delivery_log.CAUSE`); such a delivery is no entry of its own. Nothing here writes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from raccord.contacts import history
from raccord.contacts.history import Change
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import OriginKind
from raccord.sync.delivery_log import CAUSE
from raccord.sync.models import Delivery
from raccord.sync.statements import fetch

PER_PAGE = 25
_CHANGE, _DELIVERY = 1, 0
_LETTERS = {_CHANGE: "c", _DELIVERY: "d"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_LARGEST = 2**63 - 1
# A delivery is written at the end of the transaction whose beginning wrote the contact.
_LONGEST_TRANSACTION = timedelta(hours=1)

# Both logs are read along their indexes, by contact and time, and no further than the page.
_PAGE = """
SELECT kind, at, id FROM (
    (SELECT 1 AS kind, entry.at, entry.id FROM contacts_changelogentry AS entry
     WHERE entry.contact_id = %(contact)s AND entry.at <= %(at)s
       AND (entry.at, 1, entry.id) < (%(at)s, %(kind)s, %(id)s)
       AND (%(field)s = '' OR entry.changes ? %(field)s)
       AND entry.origin = ANY(%(origins)s)
     ORDER BY entry.at DESC, entry.id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 0, entry.at, entry.id FROM sync_delivery AS entry
     WHERE entry.contact = %(contact)s AND entry.at <= %(at)s AND entry.move IS NULL
       AND (entry.at, 0, entry.id) < (%(at)s, %(kind)s, %(id)s)
       AND (%(field)s = '' OR entry.fields ? %(field)s)
       AND %(deliveries)s
     ORDER BY entry.at DESC, entry.id DESC LIMIT %(limit)s)
) AS entry
ORDER BY at DESC, kind DESC, id DESC LIMIT %(limit)s
"""


class By(StrEnum):
    """Whose entries are wanted."""

    PEOPLE = "people"
    IMPORTS = "imports"
    CONNECTIONS = "connections"


_ORIGINS = {
    By.PEOPLE: (OriginKind.PERSON, OriginKind.FORM),
    By.IMPORTS: (OriginKind.IMPORT, OriginKind.API, OriginKind.SETUP),
    By.CONNECTIONS: (OriginKind.SYNC,),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: those that speak of a field (its key), those of one kind; or all."""

    field: str = ""
    by: By | None = None


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the timeline a page begins: after this entry. In an address: `text`."""

    at: datetime
    kind: int
    id: int

    @property
    def text(self) -> str:
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        return f"{micros}{_LETTERS[self.kind]}{self.id}"

    @classmethod
    def of(cls, text: str) -> Place | None:
        """The place that an address names; None if it names none."""
        found = re.fullmatch(r"([0-9]{1,18})([cd])([0-9]{1,19})", text)
        if found is None or int(found[3]) > _LARGEST:
            return None
        try:
            at = _EPOCH + timedelta(microseconds=int(found[1]))
        except OverflowError:
            return None
        return cls(at, _CHANGE if found[2] == "c" else _DELIVERY, int(found[3]))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: a change here, with the delivery that brought it, if one did; or
    else a delivery."""

    at: datetime
    change: Change | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The latest first. older: where the next page begins, None at the end."""

    entries: tuple[Entry, ...]
    older: Place | None


def page(
    contact: Contact,
    *,
    wanted: Wanted = ALL,
    before: Place | None = None,
    per_page: int = PER_PAGE,
) -> Page:
    """What happened to the contact, from the place `before` on, that one not included."""
    place = before or Place(_END, _CHANGE, _LARGEST)
    origins = _ORIGINS[wanted.by] if wanted.by else tuple(OriginKind)
    rows = fetch(
        _PAGE,
        contact=contact.pk,
        at=place.at,
        kind=place.kind,
        id=place.id,
        field=wanted.field,
        origins=[str(origin) for origin in origins],
        deliveries=wanted.by in (None, By.CONNECTIONS),
        limit=per_page + 1,
    )
    places = [Place(at, kind, id_) for kind, at, id_ in rows]
    shown = places[:per_page]
    older = shown[-1] if len(places) > per_page else None
    return Page(tuple(_entries(contact, shown)), older)


def came_with(entries: Sequence[ChangeLogEntry]) -> dict[int, Delivery]:
    """Entry id -> the delivery that brought what it wrote; for entries of one contact."""
    moves = {entry.id: move for entry in entries if (move := _move(entry)) is not None}
    if not moves:
        return {}
    written = [entry for entry in entries if entry.id in moves]
    found = Delivery.objects.filter(
        contact__in={entry.contact_id for entry in written},
        at__gte=min(entry.at for entry in written),
        at__lte=max(entry.at for entry in written) + _LONGEST_TRANSACTION,
        move__in=set(moves.values()),
    )
    by_move = {delivery.move: delivery for delivery in found}
    return {entry: by_move[move] for entry, move in moves.items() if move in by_move}


def _entries(contact: Contact, places: Sequence[Place]) -> list[Entry]:
    logged = history.entries(contact, [each.at for each in places if each.kind == _CHANGE])
    changes = {change.entry.id: change for change in history.typed(contact, logged)}
    brought = came_with(logged)
    times = [each.at for each in places if each.kind == _DELIVERY]
    found = Delivery.objects.filter(contact=contact.pk, at__in=times) if times else ()
    deliveries = {delivery.id: delivery for delivery in found}
    return [
        Entry(each.at, changes.get(each.id), brought.get(each.id))
        if each.kind == _CHANGE
        else Entry(each.at, delivery=deliveries.get(each.id))
        for each in places
        if each.id in (changes if each.kind == _CHANGE else deliveries)
    ]


def _move(entry: ChangeLogEntry) -> int | None:
    kind, _colon, number = entry.cause.partition(":")
    return int(number) if kind == CAUSE and number.isdecimal() else None
