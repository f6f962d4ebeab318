"""Everything of a project that waits for a person to decide, counted and page by page.

Two tables hold it: the outbox (a field that both sides changed, a contact that several records
could be, what a deletion or a merge leaves) and the inbox (a record that nobody could be told to
stand for). What can be said of each without asking the other side is here; for the rest see
`questions.py`, `meet_by_hand.py`, `deletions.py` and `one_person.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from raccord.contacts.models import Project
from raccord.engine.parting import DELETED_HERE, DELETED_THERE, ONE_PERSON
from raccord.sync.decide import CONFLICT
from raccord.sync.link_by_hand import AMBIGUOUS
from raccord.sync.meeting import (
    CONTACT_BEREFT,
    CONTACT_TAKEN,
    SEVERAL_CONTACTS,
    WAS_DELETED,
)
from raccord.sync.statements import fetch


class Kind(StrEnum):
    """What has to be decided. KEPT_APART was decided and can be asked about again."""

    CONFLICT = "conflict"
    SEVERAL_RECORDS = "several_records"
    DELETED_HERE = "deleted_here"
    DELETED_THERE = "deleted_there"
    ONE_PERSON = "one_person"
    SEVERAL_CONTACTS = "several_contacts"
    CONTACT_TAKEN = "contact_taken"
    WAS_DELETED = "was_deleted"
    NOT_TAKEN = "not_taken"
    KEPT_APART = "kept_apart"


OF_CONTACTS = (
    Kind.CONFLICT,
    Kind.SEVERAL_RECORDS,
    Kind.DELETED_HERE,
    Kind.DELETED_THERE,
    Kind.ONE_PERSON,
)
"""What the outbox holds, by contact; the others are in the inbox, by record."""

KIND_OF: Mapping[str, Kind] = {
    CONFLICT: Kind.CONFLICT,
    AMBIGUOUS: Kind.SEVERAL_RECORDS,
    DELETED_HERE: Kind.DELETED_HERE,
    DELETED_THERE: Kind.DELETED_THERE,
    ONE_PERSON: Kind.ONE_PERSON,
}
"""The reasons in the outbox for which somebody decides instead of mending something."""

DECIDED_BY_HAND = tuple(KIND_OF)

_KINDS: Mapping[str, str] = {
    "conflict_code": CONFLICT,
    "ambiguous_code": AMBIGUOUS,
    "several_code": SEVERAL_CONTACTS,
    "here_code": DELETED_HERE,
    "there_code": DELETED_THERE,
    "one_code": ONE_PERSON,
    "taken_code": CONTACT_TAKEN,
    "bereft_code": CONTACT_BEREFT,
    "deleted_code": WAS_DELETED,
}
_ALL = """
SELECT CASE item.reason
           WHEN %(conflict_code)s THEN 'conflict'
           WHEN %(here_code)s THEN 'deleted_here'
           WHEN %(there_code)s THEN 'deleted_there'
           WHEN %(one_code)s THEN 'one_person'
           ELSE 'several_records'
       END AS kind,
       item.id, subscription.transfer AS transfer, item.contact,
       item.contact = %(contact)s OR item.parameters ->> 'other' = %(contact)s::text AS about
FROM contacts_subscription AS subscription
JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
WHERE subscription.project_id = %(project)s AND item.state = 'parked'
  AND item.reason = ANY(%(by_hand)s)
UNION ALL
SELECT CASE
           WHEN item.state = 'apart' THEN 'kept_apart'
           WHEN item.reason = %(several_code)s THEN 'several_contacts'
           WHEN item.reason IN (%(taken_code)s, %(bereft_code)s) THEN 'contact_taken'
           WHEN item.reason = %(deleted_code)s THEN 'was_deleted'
           ELSE 'not_taken'
       END,
       item.id, item.transfer_id, NULL, %(contact)s = ANY(item.candidates)
FROM connections_connection AS connection
JOIN connections_datatransfer AS transfer ON transfer.connection_id = connection.id
JOIN sync_inboxitem AS item ON item.transfer_id = transfer.id
WHERE connection.project_id = %(project)s AND item.state IN ('parked', 'apart')
"""
_WANTED = f"""
FROM ({_ALL}) AS open
WHERE CASE WHEN %(kind)s = '' THEN kind <> 'kept_apart' ELSE kind = %(kind)s END
  AND (%(transfer)s = 0 OR transfer = %(transfer)s)
  AND (%(contact)s = 0 OR about)
"""
_COUNT = f"SELECT kind, transfer, count(*) {_WANTED} GROUP BY kind, transfer"
_PAGE = f"""
SELECT kind, id, transfer, contact {_WANTED}
ORDER BY kind <> 'conflict', transfer, kind, id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: of one kind, one data transfer, one contact; all where it is not said."""

    kind: Kind | None = None
    transfer: int = 0
    contact: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """One thing to decide. item: of the outbox for the kinds `OF_CONTACTS`, else of the inbox."""

    kind: Kind
    item: int
    transfer: int
    contact: int | None


ALL = Wanted()


def count(project: Project, wanted: Wanted = ALL) -> int:
    """How many decisions wait."""
    return sum(by_kind(project, wanted).values())


def by_kind(project: Project, wanted: Wanted = ALL) -> dict[tuple[Kind, int], int]:
    """How many wait, by kind and data transfer."""
    rows = fetch(_COUNT, **_parameters(project, wanted))
    return {(Kind(kind), transfer): number for kind, transfer, number in rows}


def some(project: Project, wanted: Wanted = ALL, *, offset: int = 0, limit: int) -> list[Open]:
    """A part of them, always in the same order."""
    rows = fetch(_PAGE, **_parameters(project, wanted), offset=offset, limit=limit)
    return [Open(Kind(row[0]), *row[1:]) for row in rows]


def _parameters(project: Project, wanted: Wanted) -> dict[str, object]:
    return {
        **_KINDS,
        "by_hand": list(DECIDED_BY_HAND),
        "project": project.pk,
        "kind": str(wanted.kind or ""),
        "transfer": wanted.transfer,
        "contact": wanted.contact,
    }
