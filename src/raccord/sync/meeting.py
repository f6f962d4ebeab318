"""Where a record of theirs meets our contacts: linked, made into a contact, or left to a person.

All of it belongs to the transaction of `inbound.py`. A link that is made here says nothing of
values yet: the look that follows compares the two and, where they differ, goes by the rule for a
first meeting. Only a contact that was made of its record agrees with it from the beginning
(`made_of_theirs.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from raccord.contacts import changes, wakeups
from raccord.contacts.changes import ContactChange, Mode
from raccord.contacts.differences import Outcome
from raccord.contacts.models import Project
from raccord.engine import retry
from raccord.engine.errors import BadInput, Failure
from raccord.engine.records import FieldSpec, FieldType, OnlyThere, Origin
from raccord.engine.values import missing
from raccord.sync import delivery_log, made_of_theirs
from raccord.sync.delivery_rows import IN, Row
from raccord.sync.erasure import register
from raccord.sync.inbox import Hinted, Stays
from raccord.sync.models import Moved
from raccord.sync.passing_on import LONG_AGO
from raccord.sync.statements import as_json, change, fetch
from raccord.sync.steps import SHORTLY, Route
from raccord.sync.whose import Person

log = structlog.get_logger(__name__)

SEVERAL_CONTACTS = "raccord.sync.several_contacts"
CONTACT_TAKEN = "raccord.sync.contact_taken"
CONTACT_BEREFT = "raccord.sync.contact_bereft"
WAS_DELETED = "raccord.sync.was_deleted"
NO_KEY = "raccord.sync.no_key"

_LINKS = """
SELECT remote_id, contact, state FROM sync_link
WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s)
"""
_CHANGED = """
UPDATE sync_link AS link
SET as_known_until = least(link.as_known_until, coalesce(given.until, %(long_ago)s))
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (contact bigint, until timestamptz)
WHERE link.transfer_id = %(transfer)s AND link.contact = given.contact
"""
_TAKE_BACK = """
UPDATE sync_link AS link
SET state = 'linked', moved = nextval('sync_moves'), as_known_until = NULL, parted = '{}',
    decided_at = clock_timestamp(), decided = CASE WHEN EXISTS (
        SELECT FROM contacts_contact AS contact
        WHERE contact.id = link.contact AND contact.deleted_at IS NOT NULL
    ) THEN 'keep_record' ELSE '' END
WHERE transfer_id = %(transfer)s AND contact = %(contact)s AND state = 'gone'
"""
_LINKED_ALREADY = """
SELECT contact, CASE
    WHEN transfer_id <> %(transfer)s THEN 'elsewhere'
    WHEN remote_id IS NULL THEN 'being_created'
    WHEN state = 'gone' THEN 'lost'
    ELSE 'here'
END AS place FROM sync_link
WHERE transfer_id = ANY(%(transfers)s) AND contact = ANY(%(contacts)s)
  AND state NOT IN ('ended', 'let_go') AND (transfer_id = %(transfer)s OR remote_id IS NOT NULL)
ORDER BY place DESC
"""
_LINK = """
INSERT INTO sync_link
    (transfer_id, contact, remote_id, state, base, moved, match_key, answer, settled_at)
SELECT %(transfer)s, given.contact, given.remote_id, 'linked', given.base, nextval('sync_moves'),
       '', '{}', clock_timestamp()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (contact bigint, remote_id text, base jsonb)
ORDER BY given.contact
ON CONFLICT DO NOTHING
RETURNING contact
"""
# A contact that once had a counterpart begins anew with this one.
_LINK_ANEW = """
UPDATE sync_link AS link
SET remote_id = given.remote_id, state = 'linked', base = '{}', sent = NULL, before = NULL,
    match_key = '', as_known_until = NULL, moved = nextval('sync_moves'), decided = '',
    parted = '{}', settled_at = clock_timestamp()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (contact bigint, remote_id text)
WHERE link.transfer_id = %(transfer)s AND link.contact = given.contact
  AND link.state IN ('ended', 'let_go') AND link.in_flight IS NULL
  AND NOT EXISTS (
      SELECT FROM sync_link AS other
      WHERE other.transfer_id = %(transfer)s AND other.remote_id = given.remote_id
  )
RETURNING link.contact
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What a link says of a record: whose it is, and whether it is still a pair."""

    contact: int
    state: str


@dataclass(slots=True)
class Met:
    """What came of records that no link knew.

    now: the claim's time. look_at: contacts that have, or are about to get, a counterpart.
    """

    now: datetime
    look_at: list[int] = field(default_factory=list)
    stays: list[Stays] = field(default_factory=list)
    created: int = 0
    linked: int = 0


def links(route: Route, remote_ids: Sequence[str]) -> dict[str, Known]:
    """The links of these records."""
    rows = fetch(_LINKS, transfer=route.transfer, ids=list(remote_ids))
    return {remote_id: Known(contact, state) for remote_id, contact, state in rows}


def note_change(route: Route, changed: Iterable[tuple[int, datetime | None]]) -> None:
    """Note that records changed, and until when they were as the links say, if that is known.

    In the order in which links are settled, or the two would wait for each other.
    """
    rows = [
        {"contact": contact, "until": until.isoformat() if until else None}
        for contact, until in sorted(changed, key=lambda each: each[0])
    ]
    if rows:
        change(_CHANGED, transfer=route.transfer, rows=as_json(rows), long_ago=LONG_AGO)


def take_back(route: Route, contact: int) -> None:
    """The counterpart lives again: the merge goes on from where the two last agreed.

    Whoever brought it back while the contact is deleted here has said that it stays.
    """
    if change(_TAKE_BACK, transfer=route.transfer, contact=contact):
        delivery_log.write(route.transfer, [Row(contact, Moved.BACK, IN)])


def meet(
    route: Route, project: Project, people: Sequence[tuple[Hinted, Person]], *, now: datetime
) -> Met:
    """Link each record to the one contact it stands for, or make that contact."""
    met = Met(now)
    claimed_by = Counter(contact for _, person in people for contact in person.contacts)
    taken = _linked_already(route, list(claimed_by))
    pairs: list[tuple[Hinted, int]] = []
    strangers: list[tuple[Hinted, Person]] = []
    for hinted, person in people:
        if len(person.contacts) > 1:
            met.stays.append(_ask(hinted, SEVERAL_CONTACTS, person.contacts))
        elif not person.contacts:
            strangers.append((hinted, person))
        else:
            contact = person.contacts[0]
            place = "here" if claimed_by[contact] > 1 else taken.get(contact, "")
            pairs += _meet_one(hinted, contact, place=place, met=met)
    if route.spec.only_there is OnlyThere.CREATE:
        strangers = _without_erased(route, project, strangers)
        origin, move = delivery_log.origin_of_a_move(route.transfer)
        made = _create(project, strangers, met, origin=origin)
    else:
        made, move = [], None
    views = {person.view.id: person.view for _, person in strangers}
    of_theirs = {contact: views[hinted.remote_id] for hinted, contact in made}
    bases = made_of_theirs.bases(route, of_theirs)
    linked = _link(route, [*pairs, *made], met, bases=bases)
    _note(route, linked, made={contact for _, contact in made}, move=move)
    return met


def _meet_one(hinted: Hinted, contact: int, *, place: str, met: Met) -> list[tuple[Hinted, int]]:
    """The pair to link, unless the contact has a counterpart, or is about to get one."""
    if place == "being_created":
        # Our own creation was heard of before its answer: whoever waits for that finds it.
        met.look_at.append(contact)
        met.stays.append(Stays(hinted, at=met.now + retry.delay(hinted.attempts + 1)))
    elif place == "here":
        met.stays.append(_ask(hinted, CONTACT_TAKEN, (contact,)))
    elif place == "lost":
        met.stays.append(_ask(hinted, CONTACT_BEREFT, (contact,)))
    return [] if place else [(hinted, contact)]


def wake(route: Route, *, look: bool) -> None:
    """Wake the mover after the commit."""
    if look:
        wakeups.outbound_after_commit([route.transfer])


def _without_erased(
    route: Route, project: Project, strangers: Sequence[tuple[Hinted, Person]]
) -> list[tuple[Hinted, Person]]:
    """Those who were not erased: nobody is brought back by what the other side still holds."""
    addresses = [spec.key for spec in project.specs() if spec.type is FieldType.EMAIL]
    told = [
        register.Stranger(
            hinted.remote_id,
            person.key or "",
            tuple(str(person.values[key]) for key in addresses if person.values.get(key)),
        )
        for hinted, person in strangers
    ]
    erased = register.erased(route.transfer, project.pk, told)
    if erased:
        log.info("inbound.erased_left_out", transfer=route.transfer, records=len(erased))
    return [each for each in strangers if each[0].remote_id not in erased]


def _create(
    project: Project, strangers: Sequence[tuple[Hinted, Person]], met: Met, *, origin: Origin
) -> list[tuple[Hinted, int]]:
    """Make contacts of people known only over there; of two with one key, the first."""
    wanted: list[tuple[Hinted, Person]] = []
    required = [spec for spec in project.specs() if spec.required]
    for hinted, person in strangers:
        if person.deleted is not None:
            met.stays.append(_ask(hinted, WAS_DELETED, (person.deleted,)))
        elif problem := _cannot_hold(required, person):
            met.stays.append(Stays(hinted, _as_failure(problem), parked=True))
        else:
            wanted.append((hinted, person))
    rows = [ContactChange(person.values) for _, person in wanted]
    results = changes.apply_many(project, rows, origin=origin, mode=Mode.ADD)
    made = []
    for (hinted, _), result in zip(wanted, results, strict=True):
        if result.outcome is Outcome.CREATED and result.contact is not None:
            met.created += 1
            made.append((hinted, result.contact))
        elif result.contact is not None:  # somebody of that key came meanwhile: look again
            met.stays.append(Stays(hinted, at=met.now + SHORTLY))
        else:
            problem = result.problems[0] if result.problems else BadInput(NO_KEY)
            met.stays.append(Stays(hinted, _as_failure(problem), parked=True))
    return made


def _cannot_hold(required: Sequence[FieldSpec], person: Person) -> BadInput | None:
    """Why no contact can be made of the person, if so: of a pair, only that field would wait."""
    if person.problems:
        return person.problems[0]
    empty = (spec for spec in required if person.values.get(spec.key) is None)
    return next((missing(spec) for spec in empty), None)


def _link(
    route: Route,
    pairs: Sequence[tuple[Hinted, int]],
    met: Met,
    *,
    bases: Mapping[int, Mapping[str, object]],
) -> list[tuple[Hinted, int]]:
    """Make the pairs; gives those that are linked now. One that has a base needs no look."""
    rows = [
        {"contact": contact, "remote_id": hinted.remote_id, "base": bases.get(contact, {})}
        for hinted, contact in pairs
    ]
    linked: set[int] = set()
    for statement in (_LINK, _LINK_ANEW) if rows else ():
        linked |= {row[0] for row in fetch(statement, transfer=route.transfer, rows=as_json(rows))}
    for hinted, contact in pairs:
        if contact in linked:
            met.linked += 1
            met.look_at += [contact] if contact not in bases else []
        else:  # it is being created over there at this moment, or was linked meanwhile
            met.stays.append(Stays(hinted, at=met.now + SHORTLY))
    return [pair for pair in pairs if pair[1] in linked]


def _note(
    route: Route, linked: Sequence[tuple[Hinted, int]], *, made: set[int], move: int | None
) -> None:
    """For people: who is linked with what, and who was made from it, under `move`."""
    delivery_log.write(
        route.transfer,
        (
            Row(contact, Moved.MADE, IN, hinted.remote_id, move=move)
            if contact in made
            else Row(contact, Moved.LINKED, IN, hinted.remote_id)
            for hinted, contact in linked
        ),
    )


def _linked_already(route: Route, contacts: Sequence[int]) -> dict[int, str]:
    """Where contacts have a counterpart: here, elsewhere (in another data type), or soon here; or
    lost it here."""
    if not contacts:
        return {}
    transfers = [route.transfer, *(sibling.key for sibling in route.siblings)]
    wanted = {"transfers": transfers, "contacts": list(contacts)}
    return dict(fetch(_LINKED_ALREADY, transfer=route.transfer, **wanted))


def _ask(hinted: Hinted, code: str, candidates: tuple[int, ...]) -> Stays:
    return Stays(hinted, Failure(code), parked=True, candidates=candidates)


def _as_failure(problem: BadInput) -> Failure:
    return Failure(problem.code, {**problem.params, "field": problem.at}, problem.detail)
