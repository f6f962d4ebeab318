"""Who has no counterpart: contacts without a record, and records without a contact.

Our contacts are gone through in the database alone. Their records are read only if they count more
of them than we saw in linked pairs, and only where somebody would do anything about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from raccord.connectors.base import Page
from raccord.contacts.models import Project
from raccord.engine import reconcile
from raccord.engine.reconcile import NOTHING_KNOWN, Comparison, Known, Result, Why
from raccord.engine.records import OnlyThere, Operation, Record
from raccord.sync import meeting
from raccord.sync.models import Backfill, LinkState
from raccord.sync.poll import fields_of, receives
from raccord.sync.reconcile import knowledge
from raccord.sync.reconcile.findings import Found, Scope
from raccord.sync.reconcile.knowledge import Upcoming
from raccord.sync.statements import fetch, snapshot
from raccord.sync.steps import Route
from raccord.sync.whose import recognise

# As the mover decides whether a person belongs in another data type; see `lookups.py`.
_HERE = """
SELECT contact.id, coalesce(link.state, ''), EXISTS (
    SELECT FROM sync_link AS other
    WHERE other.transfer_id = ANY(%(siblings)s) AND other.contact = contact.id
      AND (other.state IN ('linked', 'gone') AND other.remote_id IS NOT NULL
           OR other.state = 'let_go')
)
FROM unnest(%(contacts)s::bigint[]) AS contact (id)
LEFT JOIN sync_link AS link
  ON link.transfer_id = %(transfer)s AND link.contact = contact.id
WHERE link.state IS DISTINCT FROM 'linked'
  AND EXISTS (
      SELECT FROM contacts_contact AS living
      WHERE living.id = contact.id AND living.deleted_at IS NULL
  )
ORDER BY contact.id
"""
_CONTACTS = """
SELECT id FROM contacts_contact
WHERE project_id = %(project)s AND id > %(position)s ORDER BY id LIMIT %(limit)s
"""


def contacts(route: Route, *, after: int, limit: int) -> list[int]:
    """The next contacts of the project."""
    rows = fetch(_CONTACTS, project=route.project, position=after, limit=limit)
    return [contact for (contact,) in rows]


def without_record(route: Route, some: Sequence[int]) -> list[Found]:
    """Judge those of these contacts that have no counterpart."""
    siblings = [sibling.key for sibling in route.siblings]
    with snapshot():
        wanted = {"contacts": list(some), "siblings": siblings}
        rows = fetch(_HERE, transfer=route.transfer, **wanted)
        known = knowledge.of_contacts(route, [row[0] for row in rows])
        loaded = _loaded_up_to(route)
    creates = route.creator and route.spec.create and Operation.CREATED in route.spec.operations
    return [
        Found(
            Scope.HERE,
            reconcile.only_here(
                link=link,
                elsewhere=elsewhere,
                creates=creates,
                loading=loaded is not None and contact > loaded,
                known=known.get(contact, NOTHING_KNOWN),
            ),
            contact,
        )
        for contact, link, elsewhere in rows
    ]


def is_read(route: Route) -> bool:
    """Whether records without a contact are anybody's concern."""
    return receives(route) and route.spec.only_there is not OnlyThere.IGNORE


def page(route: Route, *, after: str) -> Page:
    """The next records of theirs, with what they can be recognised by."""
    return route.connector.scan(route.spec.object, fields_of(route.spec), after=after)


def without_contact(route: Route, records: Sequence[Record]) -> list[Found]:
    """Judge those of these records that no contact is linked with."""
    ids = [record.id for record in records]
    upcoming = knowledge.upcoming(route)
    with snapshot():
        links = {key: link.state for key, link in meeting.links(route, ids).items()}
        known, apart = knowledge.of_records(route, ids)
    loose = [each for each in records if links.get(each.id) != LinkState.LINKED]
    became = Comparison(Result.SETTLED, Why.CONVERTED_THERE)
    converted = [each for each in loose if each.converted_into is not None]
    living = [each for each in loose if each.converted_into is None]
    return [Found(Scope.THERE, became, remote_id=each.id) for each in converted] + [
        Found(
            Scope.THERE,
            reconcile.only_there(
                link=links.get(person.view.id, ""),
                apart=person.view.id in apart,
                only_there=route.spec.only_there,
                stands_for=len(person.contacts),
                known=_known(upcoming, known, person.view),
            ),
            remote_id=person.view.id,
        )
        for person in recognise(Project.objects.get(pk=route.project), route.spec, living)
    ]


def _known(upcoming: Upcoming, known: Mapping[str, Known], view: Record) -> Known:
    return Known(due=True) if upcoming.brings(view) else known.get(view.id, NOTHING_KNOWN)


def _loaded_up_to(route: Route) -> int | None:
    """How far a first load that goes on has come; None if there is none."""
    loads = Backfill.objects.filter(subscription=route.subscription, finished_at=None)
    return loads.values_list("position", flat=True).first()
